#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make every health check of a platform in one pass."""

from __future__ import annotations

DOCUMENTATION = r"""
module: health_info
short_description: Make every health check of a platform in one pass
version_added: 0.1.0
description:
  - Reads what the checks look at in one concurrent pass, and judges it - nodes, controllers, pods, workflows,
    CodeRuns, sensors, quotas, claims, certificates, monitoring, emergency stop and backups.
  - What cannot be read, or judged, is V(unknown) with the reason, never healthy, and the other checks go on. Only an
    API server that does not answer at all, or does not accept the credentials, fails the module.
  - Only reads. Two calls over the same state give the same result but for RV(cost).
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
    description: Namespaces of the platform; an empty list is the whole cluster.
    type: list
    elements: str
    default: [argo, argo-events, agent-platform]
  components:
    description: Deployments and StatefulSets that must be there and available.
    type: list
    elements: dict
    default:
      - {kind: Deployment, namespace: argo, name: argo-workflows-workflow-controller}
      - {kind: Deployment, namespace: argo, name: argo-workflows-server}
      - {kind: Deployment, namespace: argo-events, name: argo-events-controller-manager}
      - {kind: Deployment, namespace: agent-platform, name: controller}
    suboptions:
      kind:
        description: Its kind.
        type: str
        choices: [Deployment, StatefulSet]
        default: Deployment
      namespace:
        description: Its namespace.
        type: str
        required: true
      name:
        description: Its name.
        type: str
        required: true
  checks:
    description: Names of the checks to make; all by default.
    type: list
    elements: str
    default: []
  skip:
    description:
      - Names of checks to leave out.
      - When none is left the module fails, since a verdict over nothing would look healthy.
    type: list
    elements: str
    default: []
  thresholds:
    description: Thresholds that differ from their defaults, by check and name.
    type: dict
    default: {}
  rules:
    description:
      - Checks of your own, each a dictionary that is looked at before anything is read.
      - V(name), V(title) and V(resource) with V(api), V(plural) and V(namespaces) tell what is looked at; without
        V(namespaces) the platform's are, and with an empty list the whole cluster.
      - V(select), V(holds) and V(value) are JMESPath expressions on one object. Where V(select) gives nothing, the
        object is left out. V(holds) tells whether all is well; what is neither true nor false is unknown. V(value) is
        shown.
      - V(status) is V(warning) or V(critical), for an object where it does not hold; V(message), V(runbook) and
        V(why) are text.
      - V(age(time\)) gives the seconds since a time, V(quantity(text\)) the number of a Kubernetes quantity.
    type: list
    elements: dict
    default: []
  prometheus_url:
    description: Base URL of Prometheus, which is asked how it is, and how full the volumes are.
    type: str
    default: ''
  grafana_url:
    description: Base URL of Grafana.
    type: str
    default: ''
  validate_certs:
    description: Whether the certificates of Prometheus and Grafana must be valid.
    type: bool
    default: true
  http_timeout:
    description: Seconds for one whole answer of Prometheus or Grafana.
    type: float
    default: 5.0
  store:
    description: URL of the store whose backups of O(platform) are looked at.
    type: str
    default: ''
  store_options:
    description: Settings of the store's client, such as V(endpoint) and V(region); no credentials.
    type: dict
    default: {}
  trusted_keys:
    description:
      - Public keys of those whose backups are believed, each as C(ssh-ed25519 AAAA...).
      - Without any, nothing can be told of backups.
    type: list
    elements: str
    default: []
  data_kinds:
    description:
      - Kinds of other data that are to be kept, such as V(etcd_snapshot), each with the age at which its newest dataset
        is too old, such as V(26h). Check V(dataset_age) judges those in the store besides, by its thresholds.
    type: dict
    default: {}
  operations_namespace:
    description: Namespace of the emergency stop.
    type: str
    default: agent-platform-ops
  window:
    description: How far back workflows and CodeRuns that have ended are counted.
    type: str
    default: 1d
requirements:
  - jmespath (Python), for O(rules)
  - obstore, cryptography and pyrage (Python), for O(store)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: How is the platform?
  agent_platform.ops.health_info:
    kubeconfig: ~/.kube/platform
    prometheus_url: https://prometheus.example.com
    skip: [backup_age]
    thresholds:
      quotas: {warning: 90}
      pods: {pending: 20m}
  register: health

- name: Say it
  ansible.builtin.debug:
    msg: "{{ health.line }}"

- name: Add a check of our own
  agent_platform.ops.health_info:
    checks: [workspace_cleaner_runs]
    rules:
      - name: workspace_cleaner_runs
        title: The cleaner of workspaces has run in the last two hours
        resource: {api: batch/v1, plural: cronjobs, namespaces: [agent-platform]}
        select: metadata.name == 'workspace-cleaner'
        holds: age(status.lastSuccessfulTime) < `7200`
        value: status.lastSuccessfulTime
        status: warning
        message: it has not run, so shared workspaces pile up
"""

RETURN = r"""
findings:
  description: Every finding, worst first, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
counts:
  description: Number of findings with each status.
  returned: success
  type: dict
  sample: {ok: 14, warning: 3, critical: 1, unknown: 2}
verdict:
  description: The worst status of all findings.
  returned: success
  type: str
  sample: critical
checks:
  description: What each check has found, worst first.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Its name.
      type: str
    title:
      description: What holds when it is ok.
      type: str
    status:
      description: Its worst status.
      type: str
    runbook:
      description: The runbook that treats it, empty where a person must look.
      type: str
    ok:
      description: Number of findings that are ok.
      type: int
    warning:
      description: Number of warnings.
      type: int
    critical:
      description: Number of critical findings.
      type: int
    unknown:
      description: Number of findings that cannot be told.
      type: int
unread:
  description: What could not be read; part, namespace (empty for the whole cluster) and reason.
  returned: success
  type: list
  elements: dict
  sample: [{part: sensors, namespace: argo, reason: this cluster does not know sensors.argoproj.io}]
skipped:
  description: Names of the checks that were not made.
  returned: success
  type: list
  elements: str
line:
  description: One line for people.
  returned: success
  type: str
  sample: "18 checks: 1 critical · 2 unknown · 3 warning · 14 ok"
measures:
  description: Numbers for the trends of reports; name, label, value, unit and limit.
  returned: success
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from functools import partial

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import health_info, looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.dataset_look import limits_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration, require_seconds

COMPONENTS = [
    {"kind": "Deployment", "namespace": "argo", "name": "argo-workflows-workflow-controller"},
    {"kind": "Deployment", "namespace": "argo", "name": "argo-workflows-server"},
    {"kind": "Deployment", "namespace": "argo-events", "name": "argo-events-controller-manager"},
    {"kind": "Deployment", "namespace": "agent-platform", "name": "controller"},
]
COMPONENT = {
    "kind": {"type": "str", "choices": ["Deployment", "StatefulSet"], "default": "Deployment"},
    "namespace": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
}
SPEC = {
    "namespaces": {"type": "list", "elements": "str", "default": ["argo", "argo-events", "agent-platform"]},
    "components": {"type": "list", "elements": "dict", "default": COMPONENTS, "options": COMPONENT},
    "checks": {"type": "list", "elements": "str", "default": []},
    "skip": {"type": "list", "elements": "str", "default": []},
    "thresholds": {"type": "dict", "default": {}},
    "rules": {"type": "list", "elements": "dict", "default": []},
    "prometheus_url": {"type": "str", "default": ""},
    "grafana_url": {"type": "str", "default": ""},
    "validate_certs": {"type": "bool", "default": True},
    "http_timeout": {"type": "float", "default": 5.0},
    "store": {"type": "str", "default": ""},
    "store_options": {"type": "dict", "default": {}},
    "trusted_keys": {"type": "list", "elements": "str", "default": [], "no_log": False},
    "data_kinds": {"type": "dict", "default": {}},
    "operations_namespace": {"type": "str", "default": "agent-platform-ops"},
    "window": {"type": "str", "default": "1d"},
    **looking.SPEC,
}


def prepare(options: dict) -> looking.Look:
    now = looking.moment(options)
    services = ("prometheus_url", "grafana_url", "validate_certs")
    backups = ("store", "store_options", "trusted_keys")
    sources = Sources(
        **{name: options[name] for name in ("operations_namespace", *services, *backups)},
        platform=options["platform"] or "",
        data_kinds=limits_of(options["data_kinds"], "data_kinds"),
        http_timeout=require_seconds(options["http_timeout"], "http_timeout", 300),
    )
    order = health_info.Order(
        sources,
        **{name: options[name] for name in ("namespaces", "components", "checks", "skip", "thresholds", "rules")},
        window=require_seconds(parse_duration(options["window"], "window"), "window", 366 * 86_400),
    )
    prepared = health_info.prepare(order, now)
    return partial(health_info.examine, prepared=prepared)


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
