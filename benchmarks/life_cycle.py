# SPDX-License-Identifier: GPL-3.0-or-later
"""What the life cycle adds to a bare role call: the same idle role in two playbooks, at two numbers of steps."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import Measured, run

ANSIBLE_PLAYBOOK = Path(sys.executable).with_name("ansible-playbook")
RUNBOOK: dict[str, Any] = {
    "name": "bench_life_cycle",
    "title": "Measure the life cycle",
    "type": "maintenance",
    "purpose": "Carry out many steps that do nothing.",
    "owner": "platform-operations",
    "risk": "low",
    "writes": True,
    "lock": "cluster",
    "during_emergency_stop": False,
    "estimate": "1m",
    "reviewed": "2026-11-21",
    "prerequisites": [],
    "preflight": ["cluster_reachable"],
    "verify": [],
    "after": [],
}


def seconds(folder: Path, options: list[str], kind: str, steps: int) -> Measured:
    """Wall time of a whole playbook: kind is `bare` (include_role) or `runbook` (role runbook)."""
    role = folder / "roles" / "idle" / "tasks"
    role.mkdir(parents=True, exist_ok=True)
    result = {
        "summary": "nothing to do",
        "findings": [],
        "changes": {"total": 0, "rows": [], "rows_file": ""},
        "data": {},
    }
    tasks = [{"name": "Do nothing", "ansible.builtin.set_fact": {"idle_result": result}}]
    (role / "main.yml").write_text(yaml.safe_dump(tasks))
    play: dict[str, Any] = {"name": kind, "hosts": "platforms", "gather_facts": False}
    if kind == "bare":
        play["tasks"] = [
            {"name": f"Step {number}", "ansible.builtin.include_role": {"name": "idle"}} for number in range(steps)
        ]
    else:
        listed = [
            {"name": f"Do step {number}", "role": "idle", "expected": "nothing", "if_not": "look"}
            for number in range(steps)
        ]
        play |= {"vars": {"runbook": {**RUNBOOK, "steps": listed}}, "roles": ["agent_platform.ops.runbook"]}
    path = folder / f"{kind}-{steps}.yml"
    path.write_text(yaml.safe_dump([play], sort_keys=False))
    return run(str(ANSIBLE_PLAYBOOK), str(path), *options, ANSIBLE_ROLES_PATH=str(folder / "roles"))
