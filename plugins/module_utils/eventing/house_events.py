# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that come with the collection, as data: what sensors wait for. Private API.

Their shape is told in eventing/house_triggers.py.
"""

from __future__ import annotations

_DOCS = "https://argoproj.github.io/argo-events"
_FILTERS = f"{_DOCS}/sensors/filters/data/"

_WAITING = (
    {
        "id": "sensor_empty",
        "scope": "sensor",
        "when": "dependencies == `0` || triggers == `0`",
        "severity": "critical",
        "title": "Sensors wait for something and do something",
        "message": "it has {dependencies} dependencies and {triggers} triggers, so the controller refuses it",
        "mend": "Write both, or delete the sensor.",
    },
    {
        "id": "trigger_repeated",
        "scope": "trigger",
        "when": "repeated",
        "severity": "critical",
        "title": "Names of triggers are unique",
        "message": "another trigger of the sensor has the same name, so the controller refuses the sensor",
        "mend": "Give it a name of its own.",
        "place": "template.name",
    },
    {
        "id": "condition_dependency",
        "scope": "trigger",
        "when": "length(conditions_strangers) > `0`",
        "severity": "critical",
        "title": "Conditions name dependencies that the sensor has",
        "message": "its conditions name what is no dependency of the sensor: {conditions_strangers}",
        "mend": "Name dependencies, with && and || between them.",
        "place": "template.conditions",
        "reference": f"{_DOCS}/sensors/trigger-conditions/",
    },
    {
        "id": "dependency_complete",
        "scope": "dependency",
        "when": "!complete",
        "severity": "critical",
        "title": "Dependencies have a name, an event source and an event",
        "message": "a dependency without name, eventSourceName or eventName is refused by the controller",
        "mend": "Write all three.",
    },
    {
        "id": "dependency_source",
        "scope": "dependency",
        "when": "complete && source_state == 'missing'",
        "severity": "critical",
        "title": "Dependencies name event sources that are there",
        "message": "its namespace has no EventSource {source}, so no event ever comes",
        "mend": "Name an EventSource of the namespace of the sensor.",
        "place": "eventSourceName",
    },
    {
        "id": "dependency_unseen",
        "scope": "dependency",
        "when": "complete && source_state == 'unseen'",
        "severity": "unknown",
        "title": "Event sources are seen together with their sensors",
        "message": "nobody can tell whether there is an EventSource {source} with an event {event}, since it was not "
                   "seen",
        "mend": "Give its file too, or look at the cluster.",
        "place": "eventSourceName",
    },
    {
        "id": "dependency_event",
        "scope": "dependency",
        "when": "complete && event_known == `false`",
        "severity": "critical",
        "title": "Dependencies name events that their event source has",
        "message": "EventSource {source} has no event {event}, so none ever comes",
        "mend": "Name one of its events.",
        "place": "eventName",
    },
    {
        "id": "dependency_ready",
        "scope": "dependency",
        "when": "source_ready == `false`",
        "severity": "critical",
        "title": "Event sources of sensors are ready",
        "message": "EventSource {source} takes no events: {source_words}",
        "mend": "Look at it with kubectl describe eventsource, and mend that first.",
        "place": "eventSourceName",
    },
    {
        "id": "bus_differs",
        "scope": "dependency",
        "when": "source_bus != `null` && source_bus != bus",
        "severity": "critical",
        "title": "Sensors and their event sources use the same bus",
        "message": "the sensor listens on bus {bus}, and EventSource {source} sends to bus {source_bus}",
        "mend": "Give both the same eventBusName.",
        "place": "eventSourceName",
    },
    {
        "id": "bus_missing",
        "scope": "sensor",
        "when": "bus_state == 'missing'",
        "severity": "critical",
        "title": "Sensors use a bus that is there",
        "message": "its namespace has no EventBus {bus}",
        "mend": "Create the bus, or name another by eventBusName.",
        "place": "eventBusName",
    },
    {
        "id": "event_repeated",
        "scope": "dependency",
        "when": "repeated && bus_type == 'nats'",
        "severity": "critical",
        "title": "No sensor waits twice for one event on a NATS bus",
        "message": "another dependency waits for event {event} of {source}, which a NATS bus does not allow, so the "
                   "controller refuses the sensor",
        "mend": "Make it one dependency, or two sensors.",
        "place": "eventName",
    },
)  # fmt: skip

_ARRIVING = (
    {
        "id": "filter_complete",
        "scope": "filter",
        "when": "!complete || !type_known || !comparator_known",
        "severity": "critical",
        "title": "Filters have a path, a type and values",
        "message": "a data filter needs path, type (bool, number or string) and value as a list of texts, and a "
                   "comparator that Argo Events knows; others are refused",
        "mend": "Write all three.",
        "reference": _FILTERS,
    },
    {
        "id": "filter_brackets",
        "scope": "filter",
        "when": "length(brackets) > `0`",
        "severity": "critical",
        "title": "Filters for bots can match",
        "message": "texts of a filter are regular expressions, in which [bot] means one of the letters b, o and t, "
                   "so {brackets} never matches the login of that name",
        "mend": "Escape the brackets, and take any case, such as (?i)^5dlabs-tess\\[bot\\]$.",
        "place": "value",
        "reference": _FILTERS,
    },
    {
        "id": "actor_spelling",
        "scope": "filter",
        "when": "length(spellings) > `0`",
        "severity": "warning",
        "title": "One login is spelled in one way",
        "message": "logins are compared letter by letter, and other filters write {spellings}, so at most one of "
                   "both can match",
        "mend": "Look up the login in a delivery of GitHub and write it so, or let it begin with (?i).",
        "place": "value",
        "reference": _FILTERS,
    },
    {
        "id": "header_in_body",
        "scope": "path",
        "when": "body_header != ''",
        "severity": "critical",
        "title": "Headers are looked for among the headers",
        "message": "{path} looks for a header in the body, where it never is",
        "mend": "Write headers. in the place of body., and the name as X-Github-Event.",
        "reference": _FILTERS,
    },
    {
        "id": "header_spelling",
        "scope": "path",
        "when": "header != canonical",
        "severity": "critical",
        "title": "Headers are spelled as events carry them",
        "message": "{path} never exists: an event carries the header as {canonical}",
        "mend": "Write {canonical}.",
        "reference": _FILTERS,
    },
    {
        "id": "path_root",
        "scope": "path",
        "when": "length(roots) > `0` && root != '' && !contains(roots, root)",
        "severity": "critical",
        "title": "Paths begin where events do",
        "message": "{path} never exists: such an event consists of {roots}",
        "mend": "Let the path begin with one of {roots}.",
        "reference": _FILTERS,
    },
    {
        "id": "webhook_secret",
        "scope": "event",
        "when": "secret_field != '' && type != 'webhook' && !secret",
        "severity": "critical",
        "title": "Event sources know who sends",
        "message": "event {name} of type {type} has no {secret_field}, so anybody who finds its address starts agents",
        "mend": "Name a Secret in {secret_field}, and give the sender the same secret.",
        "reference": f"{_DOCS}/eventsources/setup/github/",
    },
    {
        "id": "webhook_auth",
        "scope": "event",
        "when": "type == 'webhook' && !secret",
        "severity": "warning",
        "title": "Plain webhooks ask for a token",
        "message": "webhook {name} has no {secret_field}, so whoever reaches it can send events",
        "mend": "Name a Secret in {secret_field}, or let nothing but the cluster reach it.",
        "reference": f"{_DOCS}/eventsources/setup/webhook/",
    },
    {
        "id": "bus_keeps",
        "scope": "bus",
        "when": "kept_seconds != `null` && kept_seconds < `3600`",
        "severity": "warning",
        "title": "Buses keep events for an hour or more",
        "message": "it keeps events for {kept}: what a sensor does not take by then is lost, although the sender was "
                   "told that all went well",
        "mend": "Raise maxAge above the longest time that a sensor may be away.",
        "place": "native.maxAge",
        "reference": f"{_DOCS}/eventbus/stan/",
    },
    {
        "id": "field_known",
        "scope": "field",
        "when": "`true`",
        "severity": "warning",
        "title": "Fields are those that Argo Events knows",
        "message": "Argo Events 1.9 knows no field {name} of a {level}: it is stored and ignored",
        "mend": "Known are {known}.",
    },
)  # fmt: skip

EVENTS: tuple[dict[str, str], ...] = (*_WAITING, *_ARRIVING)
