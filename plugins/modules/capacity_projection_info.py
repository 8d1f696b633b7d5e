#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell when a platform runs full."""

from __future__ import annotations

DOCUMENTATION = r"""
module: capacity_projection_info
short_description: Tell when a platform runs full
version_added: 0.1.0
description:
  - Fits a line through what earlier records, and Prometheus where it is given, know of each measure, and tells when 80,
    90 and 100 percent of its limit are reached, with an interval.
  - The line is that of Theil and Sen, and the interval of its slope that of Sen (90 percent), so that a few odd values
    move it little. A measure grows when the whole interval is above zero; only then there are dates.
  - It takes five points over seven days. With less it says C(not enough data), and a fall back to little begins a new
    history. What lies further ahead than five times the history, or two years, is never told.
  - Only reads, and needs no Kubernetes cluster.
extends_documentation_fragment:
  - agent_platform.ops.looking
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  platform:
    description: Name of the platform whose records count.
    type: str
    required: true
  store:
    description: URL of the store with the records. Without it only O(measures) and Prometheus count.
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
    default: [weekly_maintenance, monthly_maintenance, quarterly_maintenance, capacity_report]
  measures:
    description: Measures of this very moment, as M(agent_platform.ops.capacity_info) returns them.
    type: list
    elements: dict
    default: []
  names:
    description: Patterns of the names of measures that count, such as V(capacity.quota.*).
    type: list
    elements: str
    default: [capacity.*]
  thresholds:
    description:
      - Thresholds that differ from their defaults. V(capacity_projection) knows V(warning) (90d), the time within which
        90 percent are expected, and V(critical) (14d), the time within which 100 percent are.
    type: dict
    default: {}
  prometheus_url:
    description: Base URL of Prometheus. Without it, it is not asked, and the sources say so.
    type: str
    default: ''
  queries:
    description: What Prometheus is asked. Each series of an answer is a measure of its own.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the measure; values of labels are put behind it.
        type: str
        required: true
      query:
        description: PromQL.
        type: str
        required: true
      label:
        description: What people call it.
        type: str
        default: ''
      unit:
        description: Its unit. A percentage, V(%), is full at 100.
        type: str
        default: ''
      limit:
        description: What must not be reached, where it is no percentage.
        type: float
  window:
    description: How far back Prometheus is asked to look.
    type: str
    default: 90d
  timeout:
    description: Seconds for one whole answer of Prometheus.
    type: float
    default: 10
  validate_certs:
    description: Whether the certificate of Prometheus must be valid.
    type: bool
    default: true
seealso:
  - module: agent_platform.ops.capacity_info
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: When is there no room left?
  agent_platform.ops.capacity_projection_info:
    platform: production
    store: s3://agent-platform-operations
    prometheus_url: http://prometheus.monitoring:9090
    queries:
      - name: capacity.volume
        label: Volume
        unit: "%"
        query: >-
          100 * max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes
          / kubelet_volume_stats_capacity_bytes)
  register: ahead

- name: Say it
  ansible.builtin.debug:
    var: ahead.line
"""

RETURN = r"""
projections:
  description:
    - One row for each measure, the most pressing first; name, label, unit, source, now, full, state, words, month (the
      change expected in 30 days), month_interval, points, since, resets and crossings.
    - V(state) is one of growing, steady, shrinking, constant, recurring and not_enough_data.
    - Each crossing has percent, words, reached, and the moments at, earliest and latest, null where they cannot be
      told.
  returned: success
  type: list
  elements: dict
findings:
  description: Findings, worst first, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
sources:
  description: Name, state (ok, not asked or unknown) and detail of records and Prometheus.
  returned: success
  type: list
  elements: dict
tables:
  description: The same for reports; title, columns, rows and more.
  returned: success
  type: list
  elements: dict
outlooks:
  description: Charts for reports; label, unit, limit, words, points and the lines low, middle and high.
  returned: success
  type: list
  elements: dict
line:
  description: One line for people.
  returned: success
  type: str
  sample: "Memory requested: 90 % about 2027-02-01 (2027-01-10 to 2027-03-02) · 3 of 14 measures grow"
cost:
  description: Seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.capacity_projection import (
    Order,
    Query,
    look_ahead,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

QUERY_SPEC = {
    "name": {"type": "str", "required": True},
    "query": {"type": "str", "required": True},
    "label": {"type": "str", "default": ""},
    "unit": {"type": "str", "default": ""},
    "limit": {"type": "float"},
}
RUNBOOKS = ["weekly_maintenance", "monthly_maintenance", "quarterly_maintenance", "capacity_report"]
SPEC = {
    **looking.SPEC,
    "platform": {"type": "str", "required": True},
    "store": {"type": "str", "default": ""},
    "store_options": {"type": "dict", "default": {}},
    "runbooks": {"type": "list", "elements": "str", "default": RUNBOOKS},
    "measures": {"type": "list", "elements": "dict", "default": []},
    "names": {"type": "list", "elements": "str", "default": ["capacity.*"]},
    "thresholds": {"type": "dict", "default": {}},
    "prometheus_url": {"type": "str", "default": ""},
    "queries": {"type": "list", "elements": "dict", "default": [], "options": QUERY_SPEC},
    "window": {"type": "str", "default": "90d"},
    "timeout": {"type": "float", "default": 10},
    "validate_certs": {"type": "bool", "default": True},
}
PLAIN = (
    "platform", "store", "store_options", "runbooks", "measures", "names", "thresholds", "prometheus_url", "timeout",
)  # fmt: skip


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    options, meter = module.params, Meter()
    try:
        order = Order(
            now=looking.moment(options),
            window=float(parse_duration(options["window"], "window")),
            queries=[Query(**one) for one in options["queries"]],
            validate_certs=options["validate_certs"],
            **{name: options[name] for name in PLAIN},
        )
        result = {**look_ahead(order, order.limits()), "cost": meter.read()}
    except OpsError as error:
        module.fail_json(**error.as_result(options["platform"]))
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
