#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge sensors, event sources and buses of Argo Events by rules."""

from __future__ import annotations

DOCUMENTATION = r"""
module: argo_events_lint
short_description: Judge sensors, event sources and buses of Argo Events by rules
version_added: 0.1.0
description:
  - Looks at Sensors, EventSources and EventBuses in files, in a cluster, or in both, and says what cannot work, what
    the platform forbids, and how each is mended. Findings of files name the file and the line.
  - The rules of the house - triggers create, submit or resume and do nothing else, what acts on an object names it, no
    labelSelector holds templates - and what Argo Events refuses, ignores or can never match.
  - What is created by a trigger is looked at no further than its kind, version and name. Text inside created workflows,
    scripts and comments is no operation.
  - What cannot be read, such as a template of Helm, is V(unknown) with the reason, never well, and the rest is judged.
    Only a path that is not there, or an API server that does not answer at all, fails the module.
  - Only reads. Speaks to no cluster when O(paths) are given, unless O(live=true).
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  paths:
    description:
      - Files and folders to look at. Of a folder all YAML and JSON files below it are read that are not hidden, of a
        file all documents, also lists. What is no object of Argo Events is left out.
      - Without any, the cluster is looked at.
    type: list
    elements: str
    default: []
  base:
    description: Folder that relative O(paths) begin at; the current one by default.
    type: path
    default: ''
  live:
    description: Whether the cluster is looked at as well, when O(paths) are given.
    type: bool
    default: false
  namespaces:
    description: Namespaces of the cluster to look at; an empty list is the whole cluster.
    type: list
    elements: str
    default: [argo, argo-events, agent-platform]
  rules:
    description:
      - Rules of your own. One with the V(id) of another rule replaces it.
      - V(id) is its name, V(scope) what it looks at - V(sensor), V(dependency), V(filter), V(path), V(trigger),
        V(parameter), V(selector), V(field), V(event) or V(bus).
      - V(when) is a JMESPath expression over the facts of one of those, true where the rule is broken; what is neither
        true nor false is unknown. RV(facts) tells which facts there are.
      - V(severity) is V(warning), V(critical) or V(unknown). V(title) says what holds, V(message) what is wrong and
        V(mend) what to do; in the last two V({fact}) stands for a fact.
      - V(place) is the field that is told, below the thing that is looked at, and V(reference) where to read more.
    type: list
    elements: dict
    default: []
  house_rules:
    description: Whether the rules that come with the collection hold.
    type: bool
    default: true
  skip:
    description: Rules to leave out, by their V(id). An unknown one is told with the names of all.
    type: list
    elements: str
    default: []
  strict:
    description: Whether a critical finding fails the task, for pipelines.
    type: bool
    default: false
requirements:
  - jmespath (Python)
  - PyYAML, for O(paths)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Judge what the cluster has
  agent_platform.ops.argo_events_lint:
    namespaces: [argo]
  register: lint

- name: Fail a pipeline on what cannot work or is forbidden
  agent_platform.ops.argo_events_lint:
    paths: [manifests, charts/rendered/sensors.yml]
    strict: true

- name: Allow retries, and forbid events that come from anywhere but GitHub
  agent_platform.ops.argo_events_lint:
    paths: [manifests]
    rules:
      - id: operation_allowed
        scope: trigger
        when: operation_known && !contains(['create', 'submit', 'resume', 'retry'], operation) || `false`
        severity: critical
        title: Triggers create, submit, resume or retry
        message: operation {operation} is forbidden
        mend: Create a Workflow that does it.
        place: template.{type}.operation
      - id: events_of_github
        scope: event
        when: type != 'github'
        severity: warning
        title: Events come from GitHub
        message: event {name} is of type {type}
        mend: Send it through GitHub, or allow its type here.
    skip: [webhook_auth]
"""

RETURN = r"""
findings:
  description:
    - Every finding, worst first, in the shape that all roles share, and V(rule), V(file), V(line), V(field), V(sensor),
      V(trigger), V(mend) and V(reference) besides. V(line) is 0 and V(file) empty for an object of a cluster.
    - Rule V(readable) is about what could not be read.
  returned: success, or with O(strict=true)
  type: list
  elements: dict
  sample:
    - check: operation_allowed
      status: critical
      subject: {kind: Sensor, namespace: argo, name: remediation}
      message: "trigger tidy: operation delete of a k8s trigger is forbidden on the platform"
      value:
      threshold:
      evidence: manifests/remediation.yml:21
      runbook: ""
      rule: operation_allowed
      file: manifests/remediation.yml
      line: 21
      field: spec.triggers[0].template.k8s.operation
      sensor: remediation
      trigger: tidy
      mend: Create a Workflow that does it with its own checks, or resume a workflow by its name.
      reference: https://argoproj.github.io/argo-events/sensors/triggers/k8s-object-trigger/
counts:
  description: Number of findings with each status.
  returned: success, or with O(strict=true)
  type: dict
  sample: {ok: 2, warning: 1, critical: 3, unknown: 0}
verdict:
  description: The worst status of all findings.
  returned: success, or with O(strict=true)
  type: str
  sample: critical
checks:
  description: The rules that are broken, worst first, with the number of their findings.
  returned: success, or with O(strict=true)
  type: list
  elements: dict
  sample:
    - {name: bus_keeps, title: Buses keep events, status: warning, ok: 0, warning: 1, critical: 0, unknown: 0}
seen:
  description:
    - Number of files and objects that were looked at. V(left_out) counts files that cannot be read as YAML and speak of
      no Argo Events.
  returned: success, or with O(strict=true)
  type: dict
  sample: {files: 12, left_out: 0, Sensor: 11, EventSource: 1, EventBus: 1}
lines:
  description: What is not well, one line each, as editors and pipelines read it.
  returned: success, or with O(strict=true)
  type: list
  elements: str
  sample: ["manifests/remediation.yml:21: critical: trigger tidy: operation delete is forbidden [operation_allowed]"]
line:
  description: One line for people.
  returned: success, or with O(strict=true)
  type: str
  sample: "12 files, 11 sensors, 1 event source: 3 critical · 1 warning"
measures:
  description: Numbers for the trends of reports; name, label, value, unit and limit.
  returned: success, or with O(strict=true)
  type: list
  elements: dict
rules:
  description:
    - The rules that were judged by, in order; V(id), V(scope), V(severity), V(title), V(mend) and V(reference).
  returned: success, or with O(strict=true)
  type: list
  elements: dict
facts:
  description: The facts of each thing that a rule may look at.
  returned: success, or with O(strict=true)
  type: dict
  sample: {bus: [name, type, kept, kept_seconds]}
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB; empty when no cluster was asked.
  returned: success, or with O(strict=true)
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.record import SCOPES
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.rules import compile_rules
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import eventing_lint
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect

WORDS = {"type": "list", "elements": "str", "default": []}
SPEC = {
    "paths": WORDS,
    "base": {"type": "path", "default": ""},
    "live": {"type": "bool", "default": False},
    "namespaces": {"type": "list", "elements": "str", "default": ["argo", "argo-events", "agent-platform"]},
    "rules": {"type": "list", "elements": "dict", "default": []},
    "house_rules": {"type": "bool", "default": True},
    "skip": WORDS,
    "strict": {"type": "bool", "default": False},
}
TOLD = ("id", "scope", "severity", "title", "mend", "reference")


def run(module: AnsibleModule) -> dict:
    options = module.params
    rules = compile_rules(options["rules"], house=options["house_rules"], skip=options["skip"])
    sight, cost = eventing_lint.Sight(), {}
    eventing_lint.look_at_files(sight, options["paths"], options["base"])
    if options["live"] or not options["paths"]:
        client = connect(module, read_only=True)
        meter = Meter(client.cost)
        eventing_lint.look_at_cluster(sight, client, list(dict.fromkeys(options["namespaces"])))
        cost = meter.read()
    told = [{name: getattr(rule, name) for name in TOLD} for rule in rules]
    return {**eventing_lint.report(sight, rules), "rules": told, "facts": SCOPES, "cost": cost}


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    try:
        result = run(module)
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    if module.params["strict"] and result["counts"]["critical"]:
        first = OpsError("invalid", f"{result['line']}: {result['lines'][0]}")
        module.fail_json(**first.as_result(module.params["platform"]), **result)
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
