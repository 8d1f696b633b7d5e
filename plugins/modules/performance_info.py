#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell how long workflows, their stages and agents take."""

from __future__ import annotations

DOCUMENTATION = r"""
module: performance_info
short_description: Tell how long workflows, their stages and agents take
version_added: 0.1.0
description:
  - Reads the workflows and CodeRuns that ended within a window in one pass, and tells how long they took by template,
    stage and agent, how many failed, which were slowest, and how that went over earlier reports.
  - A stage is a task or step directly below the entry point of a workflow. One that waits for somebody is a hold.
  - Finished workflows vanish when their retention says so. What an export of the archive holds counts too, and how far
    back one sees is told; less than half of the window is V(unknown).
  - A source that is not given is told as such, one that cannot be read is an V(unknown) finding. Only an API server
    that does not answer at all, or does not accept the credentials, fails the module.
  - Only reads.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.looking
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  namespaces:
    description: Namespaces of the workflows and CodeRuns; an empty list is the whole cluster.
    type: list
    elements: str
    default: []
  window:
    description: How far back a workflow may have ended.
    type: str
    default: 30d
  thresholds:
    description:
      - Thresholds that differ from their defaults, by check and name.
      - V(performance_duration) knows V(target) (4h), within which nine of ten workflows end. V(performance_failures)
        and V(performance_agents) know V(warning) (5 percent) and V(critical) (25 percent). V(performance_trend) knows
        V(factor) (2), how many times longer than usual is a warning.
    type: dict
    default: {}
  store:
    description: URL of the store with earlier records. Without it, or without O(platform), there is no trend.
    type: str
    default: ''
  store_options:
    description: Settings of the store's client. Credentials come from the environment and never stand here.
    type: dict
    default: {}
  runbooks:
    description:
      - Runbooks whose records are the history; an empty list is every runbook, of which then only the newest are read.
    type: list
    elements: str
    default: [monthly_maintenance, quarterly_maintenance, performance_report]
  archive:
    description:
      - File with a workflow as JSON in each line, as C(SELECT workflow FROM argo_archived_workflows) gives them.
      - Those that are in the cluster as well count once.
    type: path
  prometheus_url:
    description: Base URL of Prometheus. Without it, it is not asked, and the sources say so.
    type: str
    default: ''
  queries:
    description: What Prometheus is asked about the window.
    type: list
    elements: dict
    default: []
    suboptions:
      label:
        description: What people call it.
        type: str
        required: true
      query:
        description: PromQL.
        type: str
        required: true
      unit:
        description: Its unit.
        type: str
        default: ''
  timeout:
    description: Seconds for one whole answer of Prometheus.
    type: float
    default: 10
  validate_certs:
    description: Whether the certificate of Prometheus must be valid.
    type: bool
    default: true
seealso:
  - module: agent_platform.ops.workflow_info
  - module: agent_platform.ops.diagnosis_info
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: How long did it take in the last quarter?
  agent_platform.ops.performance_info:
    namespaces: [agent-platform]
    window: 92d
    archive: /var/lib/exports/argo_archived_workflows.jsonl
    thresholds:
      performance_duration: {target: 8h}
  register: performance

- name: Name the slowest workflows
  ansible.builtin.debug:
    msg: "{{ performance.slowest | map(attribute='name') }}"
"""

RETURN = r"""
overall:
  description: All workflows that ended; ended, failed, failed_percent, p50, p90, p95, p99 and longest in seconds.
  returned: success
  type: dict
templates:
  description: The same by template.
  returned: success
  type: list
  elements: dict
stages:
  description:
    - By stage, those first that took most; template, stage, kind (work or hold), agent, ended, total, p50, p90, p95,
      p99 and longest in seconds.
  returned: success
  type: list
  elements: dict
agents:
  description: CodeRuns by agent and stage; agent, stage, ended, failed, failed_percent, and the same times.
  returned: success
  type: list
  elements: dict
slowest:
  description: The 20 that took longest; namespace, name, template, phase, seconds, stage and stage_seconds.
  returned: success
  type: list
  elements: dict
oldest:
  description: When the oldest workflow ended that is still known, RFC 3339; null without one.
  returned: success
  type: str
measured:
  description: What Prometheus measured; label, unit, average, peak and last, null where it has nothing.
  returned: success
  type: list
  elements: dict
trend:
  description: Durations against earlier reports; name, label, unit, now, usual, factor, points and words.
  returned: success
  type: list
  elements: dict
sources:
  description: Name, state (ok, in part, not asked or unknown) and detail of cluster, archive, records and Prometheus.
  returned: success
  type: list
  elements: dict
findings:
  description: Findings, worst first, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
measures:
  description: Numbers for the trends of reports; name, label, value, unit and limit.
  returned: success
  type: list
  elements: dict
tables:
  description: The same for reports; title, columns, rows (at most 30) and more (rows left out).
  returned: success
  type: list
  elements: dict
line:
  description: One line for people.
  returned: success
  type: str
  sample: 412 workflows ended · half within 2 h 4 min, nine of ten within 5 h · 2.1 % failed
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from functools import partial

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.performance_info import Order, Query, review
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration, require_seconds

LONGEST_WINDOW = 10 * 366 * 86_400
QUERY_SPEC = {
    "label": {"type": "str", "required": True},
    "query": {"type": "str", "required": True},
    "unit": {"type": "str", "default": ""},
}
RUNBOOKS = ["monthly_maintenance", "quarterly_maintenance", "performance_report"]
SPEC = {
    **looking.SPEC,
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "window": {"type": "str", "default": "30d"},
    "thresholds": {"type": "dict", "default": {}},
    "store": {"type": "str", "default": ""},
    "store_options": {"type": "dict", "default": {}},
    "runbooks": {"type": "list", "elements": "str", "default": RUNBOOKS},
    "archive": {"type": "path"},
    "prometheus_url": {"type": "str", "default": ""},
    "queries": {"type": "list", "elements": "dict", "default": [], "options": QUERY_SPEC},
    "timeout": {"type": "float", "default": 10},
    "validate_certs": {"type": "bool", "default": True},
}
PLAIN = (
    "namespaces", "thresholds", "store", "store_options", "runbooks", "prometheus_url", "timeout", "validate_certs",
)  # fmt: skip


def prepare(options: dict) -> looking.Look:
    window = parse_duration(options["window"], "window")
    order = Order(
        now=looking.moment(options),
        window=require_seconds(window, "window", LONGEST_WINDOW),
        platform=options["platform"] or "",
        archive=options["archive"] or "",
        queries=[Query(**one) for one in options["queries"]],
        **{name: options[name] for name in PLAIN},
    )
    return partial(review, order=order, limits=order.limits())


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
