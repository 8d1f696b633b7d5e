# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about the way of an event from GitHub to a sensor. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import judge as judge_workflow
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis import deliveries, sensors
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.holds import Awaited, awaited
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Answer, Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.lint import lint
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.rules import house_rules
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    about,
    mapping,
    sequence,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import event_bus, event_sources
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import sensors as sensor_health
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import called, counted, kubectl, label

Limits = Mapping[str, float]
Place = tuple[str, str]

_SHOWN = 3


def awaited_delivery(scene: Scene, _limits: Limits) -> Answer:
    """Whether GitHub sent, since the hold began, the event that ends it for this very pull request."""
    workflow = mapping(scene.value("workflow"))
    wanted, since = _awaited(scene)
    rows = scene.value("deliveries")
    log = deliveries.read(rows)
    if rows and (not log or log[-1].at > since):
        raise CannotLook("the deliveries that were given begin after the hold did, so what came before is not in them")
    such = [one for one in log if one.at >= since and deliveries.fits(one, wanted)]
    if not such:
        told = f"GitHub has sent no {wanted.event} {wanted.action} since {since:%Y-%m-%dT%H:%M:%SZ}"
        return answer("absent", f"{told} ({counted(len(log), 'delivery')} looked at)")
    task, number = label(workflow, "task-id"), _parameter(workflow, "pr-number")
    own = [one for one in such if deliveries.is_about(one, task, number)]
    if any(one.arrived for one in own):
        return answer("delivered", next(one.words for one in own if one.arrived))
    if own:
        return answer("failed", *(one.words for one in own[:_SHOWN]))
    if any(deliveries.is_about(one, task, number) is None for one in such):
        return answer(
            UNKNOWN, such[0].words, "its payload was not given, so nobody knows for which pull request it came"
        )
    return answer("absent", f"{counted(len(such), 'such event')} came, each for another pull request")


def awaited_sensor(scene: Scene, _limits: Limits) -> Answer:
    """Of several sensors that hear the event, one that is well is enough."""
    wanted, _since = _awaited(scene)
    found = [one for one in scene.items("sensor_specs") if sensors.hears(one, wanted) and sensors.resumes(one)]
    heard = f"{wanted.event} {wanted.action}"
    if not found:
        return answer("absent", f"no sensor hears {heard} and resumes a workflow then")
    defects, trouble = _defects(found), _trouble(scene, sensor_health.CHECK)
    able = [one for one in found if _place(one) not in defects]
    if not able:
        first = _place(found[0])
        return answer("defective", *defects[first][:_SHOWN], sensor="/".join(first))
    well = [one for one in able if _place(one) not in trouble]
    if well:
        return answer("well", f"{called(well[0], 'Sensor')} hears {heard}, and its Deployment stands")
    first = _place(able[0])
    if all(trouble[_place(one)][0] == "unknown" for one in able):
        return answer(UNKNOWN, trouble[first][1])
    return answer("unwell", trouble[first][1], sensor="/".join(first))


def event_source_stands(scene: Scene, _limits: Limits) -> Answer:
    """The event source that takes GitHub's webhooks."""
    found = _github_sources(scene)
    if not found:
        return answer("absent", "no EventSource takes webhooks of GitHub")
    return _stands(scene, event_sources.CHECK, found, "EventSource")


def webhook_service(scene: Scene, _limits: Limits) -> Answer:
    """Whether a Service leads to a ready pod of the event source."""
    ready: list[str] = []
    for source in _github_sources(scene):
        named = about(source)
        services = [one for one in scene.items("service_objects", named["namespace"]) if _serves(one, named["name"])]
        if not services:
            told = f"no Service leads to the pods of EventSource {named['namespace']}/{named['name']}"
            return answer("absent", told, event_source=named["name"])
        if not any(_is_ready(scene, one) for one in services):
            place = about(services[0])
            show = kubectl("get", "endpointslices", "-l", f"kubernetes.io/service-name={place['name']}",
                           namespace=place["namespace"])  # fmt: skip
            return answer("no_endpoints", f"{called(services[0], 'Service')} has no ready endpoint", show)
        ready.append(called(services[0], "Service"))
    if not ready:
        raise CannotLook("there is no event source of GitHub to look for")
    return answer("well", f"{ready[0]} has ready endpoints")


def event_bus_stands(scene: Scene, _limits: Limits) -> Answer:
    """The buses between sources and sensors."""
    found = scene.items("eventbus_specs")
    if not found:
        return answer("absent", "there is no EventBus")
    ages = [age for age in map(_max_age, found) if age]
    kept = f"it keeps an event for {ages[0]}" if ages else "it does not say how long it keeps an event"
    said = _stands(scene, event_bus.CHECK, found, "EventBus")
    return Answer(said.word, (*said.evidence, kept), {**said.facts, "max_age": ages[0] if ages else "(not told)"})


def sensors_stand(scene: Scene, _limits: Limits) -> Answer:
    """All sensors: one that is down loses what comes meanwhile."""
    found = scene.items("sensor_specs")
    if not found:
        return answer("absent", "there is no sensor")
    return _stands(scene, sensor_health.CHECK, found, "Sensor")


def sensors_configured(scene: Scene, _limits: Limits) -> Answer:
    """What lint_argo_events would say of the sensors."""
    found = scene.items("sensor_specs")
    defects = _defects(found, [*scene.seen("eventsource_specs"), *scene.seen("eventbus_specs")])
    if not defects:
        return answer("well", f"{counted(len(found), 'sensor')} break no rule of lint_argo_events")
    lines = [f"Sensor {'/'.join(place)}: {words[0]}" for place, words in sorted(defects.items())]
    more = (f"and {len(lines) - _SHOWN} more",) if len(lines) > _SHOWN else ()
    return answer("defective", *lines[:_SHOWN], *more, sensor="/".join(min(defects)))


def _awaited(scene: Scene) -> tuple[Awaited, object]:
    """The event that ends its oldest hold, and since when it waits."""
    judged = judge_workflow(scene.value("workflow"), scene.now)
    wanted = awaited(judged.hold.name) if judged.hold else None
    if wanted is None or judged.hold is None or judged.hold.since is None:
        raise CannotLook("nobody knows which event ends its hold, or since when it waits")
    return wanted, judged.hold.since


def _parameter(workflow: Item, name: str) -> str:
    arguments = mapping(mapping(workflow.get("spec")).get("arguments"))
    found = (mapping(one) for one in sequence(arguments.get("parameters")))
    return next((str(one.get("value") or "") for one in found if one.get("name") == name), "")


def _defects(found: Iterable[Item], around: Iterable[Item] = ()) -> dict[Place, list[str]]:
    """What breaks a rule for certain, by namespace and name of the sensor."""
    defects: dict[Place, list[str]] = {}
    for one in lint([Document(item) for item in (*found, *around)], house_rules()):
        if one["status"] == "critical" and one["sensor"]:
            place = one["subject"]["namespace"], one["subject"]["name"]
            defects.setdefault(place, []).append(one["message"])
    return defects


def _trouble(scene: Scene, check: Check) -> dict[Place, tuple[str, str]]:
    """(status, message) of what a health check finds not well; what could not be read stands under no name."""
    found = [one for one in scene.findings(check) if one["status"] != "ok"]
    return {(one["subject"]["namespace"], one["subject"]["name"]): (one["status"], one["message"]) for one in found}


def _stands(scene: Scene, check: Check, found: Iterable[Item], kind: str) -> Answer:
    trouble, fact = _trouble(scene, check), kind.lower()
    ill = [trouble[_place(one)] for one in found if _place(one) in trouble]
    bad = [words for status, words in ill if status in ("critical", "warning")]
    if bad:
        return answer("unwell", *bad[:_SHOWN], **{fact: bad[0]})
    untold = [words for status, words in [*ill, *trouble.values()] if status == "unknown"]
    if untold:
        return answer(UNKNOWN, *untold[:_SHOWN])
    return answer("well", f"{counted(len(list(found)), kind)}: conditions hold")


def _github_sources(scene: Scene) -> list[Item]:
    return [one for one in scene.items("eventsource_specs") if mapping(mapping(one.get("spec")).get("github"))]


def _serves(service: Item, source: str) -> bool:
    selector = mapping(mapping(service.get("spec")).get("selector"))
    return selector.get("eventsource-name") == source or about(service)["name"] == f"{source}-eventsource-svc"


def _is_ready(scene: Scene, service: Item) -> bool:
    named = about(service)
    slices = scene.items("endpointslices", named["namespace"])
    own = (one for one in slices if label(one, "kubernetes.io/service-name") == named["name"])
    endpoints = (mapping(one) for each in own for one in sequence(each.get("endpoints")))
    return any(mapping(one.get("conditions")).get("ready") is not False for one in endpoints)


def _max_age(bus: Item) -> str:
    native = mapping(mapping(mapping(bus.get("spec")).get("nats")).get("native"))
    return text(native.get("maxAge"))


def _place(item: Item) -> Place:
    named = about(item)
    return named["namespace"], named["name"]


_SENSORS = ("sensor_specs", "sensors", "deployments")
PROBES = (
    Probe("awaited_delivery", "Whether GitHub delivered the event that ends the hold",
          ("delivered", "failed", "absent"), awaited_delivery, ("workflow", "deliveries")),
    Probe("awaited_sensor", "Whether a sensor hears the event that ends the hold, and can act",
          ("well", "absent", "unwell", "defective"), awaited_sensor, ("workflow", *_SENSORS), ("sensor",)),
    Probe("event_source_stands", "Whether GitHub's webhooks are taken", ("well", "absent", "unwell"),
          event_source_stands, ("eventsource_specs", "eventsources", "deployments"), ("eventsource",)),
    Probe("webhook_service", "Whether a Service leads to the event source", ("well", "absent", "no_endpoints"),
          webhook_service, ("eventsource_specs", "service_objects", "endpointslices"), ("event_source",)),
    Probe("event_bus_stands", "Whether the event bus stands", ("well", "absent", "unwell"), event_bus_stands,
          ("eventbus_specs", "eventbuses"), ("eventbus", "max_age")),
    Probe("sensors_stand", "Whether sensors stand", ("well", "absent", "unwell"), sensors_stand, _SENSORS, ("sensor",)),
    Probe("sensors_configured", "Whether sensors are configured as they must be", ("well", "defective"),
          sensors_configured, ("sensor_specs", "eventsource_specs", "eventbus_specs"), ("sensor",)),
)  # fmt: skip
