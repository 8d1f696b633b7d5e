# SPDX-License-Identifier: GPL-3.0-or-later
"""A runbook that meets every rule, and for each rule one that breaks it alone."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import catalog, lint

TODAY = date(2026, 11, 21)
NAME = "restart_sensor"
GOOD = {
    "name": NAME,
    "title": "Restart a sensor",
    "type": "incident",
    "purpose": "Gets events flowing again.",
    "use_when": ["No workflow has begun for an hour"],
    "not_when": ["Workflows are stuck; use playbooks/restart_sensor.yml"],
    "outcome": "The sensor answers.",
    "owner": "platform-operations",
    "risk": "low",
    "writes": True,
    "lock": "cluster",
    "estimate": "5m",
    "reviewed": "2026-11-01",
    "prerequisites": ["A kubeconfig"],
    "preflight": ["cluster_reachable"],
    "rollback": "There is nothing to go back to.",
    "escalation": "Call the on-call engineer.",
    "troubleshooting": [{"symptom": "Nothing happens", "action": "Look at the log"}],
    "steps": [
        {
            "name": "Restart the Deployment of the sensor",
            "role": "agent_platform.ops.workflow_retention",
            "expected": "A new pod is ready.",
            "if_not": "Describe the pod",
            "manual": ["kubectl -n argo rollout restart deployment <deployment>"],
        }
    ],
    "verify": ["workflow_controller"],
    "after": ["Tell the team"],
}


def _set(name: str, value: object) -> Callable[[dict], None]:
    return lambda one: one.update({name: value})


def _step(name: str, value: object) -> Callable[[dict], None]:
    return lambda one: one["steps"][0].update({name: value})


BAD: dict[str, Callable[[dict], None]] = {
    "shape": _set("severity", "low"),
    "inputs_of_steps": _set("inputs", [{"option": "sensor_name", "example": "github"}]),
    "sections": _set("escalation", " "),
    "step_sections": _step("if_not", ""),
    "title_verb": _set("title", "Sensor restart"),
    "step_verb": _step("name", "The Deployment is restarted"),
    "name_is_file": _set("name", "restart_sensors"),
    "review_date": _set("reviewed", "2027-01-01"),
    "review_overdue": _set("reviewed", "2026-08-20"),
    "estimate": _set("estimate", "a while"),
    "lock": _set("lock", "none"),
    "rollback": _set("risk", "critical"),
    "known_checks": _set("verify", ["all_is_well"]),
    "roles": _step("role", "agent_platform.ops.sensor_restart"),
    "references": _set("not_when", ["Use playbooks/no_such.yml"]),
    "command_syntax": _step("manual", ["kubectl get pods | grep 'sensor"]),
    "command_works": _step("manual", ["kubectl -n argo scale sensor github --replicas=0"]),
}


def broken(rule: str) -> dict:
    """A runbook that breaks this rule."""
    one = copy.deepcopy(GOOD)
    BAD[rule](one)
    return one


def play(runbook: object) -> list[dict]:
    """A playbook that declares it."""
    return [{"hosts": "platforms", "vars": {"runbook": runbook}, "roles": [catalog.LIFE_CYCLE]}]


def described(runbook: dict, life_cycle: bool = True) -> catalog.Description:
    return catalog.Description(f"playbooks/{NAME}.yml", life_cycle, runbook)


def facts(**changes: object) -> lint.Facts:
    """What looking would tell of the runbooks above."""
    known = {
        "roles": {"agent_platform.ops.sensor_restart": "collection agent_platform.ops has no such role"},
        "syntax": {"kubectl get pods | grep 'sensor": "unexpected EOF"},
        "missing": {"playbooks/no_such.yml"},
    }
    return lint.Facts(TODAY, **{**known, **changes})
