# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life cycle of a runbook, kept on the control node; documented in the module of the same name."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import time
from importlib import import_module
from pathlib import Path

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.process import controlling_playbook, user
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import inputs, journal, life, places, text
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.steps import meant, short_role

STATES = (
    "opened",
    "looked",
    "ready",
    "step_finished",
    "steps_done",
    "rolled_back",
    "verified",
    "broken",
    "closed",
)


class ActionModule(ActionBase):
    """Append what has happened to the journal and say how the run goes on.

    It runs inside the playbook: a module process for each of these short calls would cost more than the step.
    """

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict:
        result = super().run(tmp, task_vars)
        self._vars = task_vars or {}
        _validated, arguments = self.validate_argument_spec(
            {
                "state": {"type": "str", "required": True, "choices": list(STATES)},
                "journal": {"type": "str"},
                "runbook": {"type": "dict"},
                "settings": {"type": "dict"},
                "number": {"type": "int"},
                "outcome": {"type": "dict"},
            },
            required_if=[("state", "opened", ("runbook", "settings"))],
            required_one_of=[("journal", "runbook")],
        )
        self._arguments = arguments
        self._path = Path(arguments["journal"] or "")
        try:
            answer = getattr(self, f"_{arguments['state']}")()
        except OSError as error:
            raise AnsibleActionFail(f"The journal of the run cannot be kept: {error}.") from error
        return {**result, "changed": False, **answer}

    def _opened(self) -> dict:
        runbook, settings, event = self._arguments["runbook"], self._arguments["settings"], self._opening()
        platform, check = event["platform"], event["check"]
        state = places.state_directory(settings.get("state_directory") or "")
        store = places.store_url(settings.get("store") or "", state)
        event["findings"] = life.store_findings(store, "awx_job_id" in self._vars)
        directory = journal.folder(state, platform, runbook["name"])
        interrupted = journal.left_over(directory, sole=False)
        earlier = journal.read(interrupted[-1], details=False) if interrupted else None
        choices, refusal = [], None
        try:
            event["as_of"] = life.as_of(settings.get("as_of") or "", event["time"])
            _require_entry_points(runbook["steps"])
            choices = life.choices(runbook, settings, platform, check, earlier)
            self._require_inputs(runbook, meant(choices))
            event["took_up"] = earlier[0]["started"] if settings.get("take_up") else None
        except OpsError as error:
            refusal = error
        stamp = text.stamp(event["started"])
        self._path = directory / f"{stamp}-{os.getpid()}.jsonl"
        journal.create(self._path, event)
        for choice in choices:
            if not choice.run:
                self._append("step_skipped", number=choice.index, reason=choice.reason)
        if refusal:
            self._append("refused", error=life.refusal(refusal, platform))
        return {
            "journal": str(self._path),
            "go": refusal is None,
            "as_of": event["as_of"],
            "needs_cluster": life.needs_cluster(runbook, check),
            "locks": event["locks"],
            "rows_directory": os.path.join(state, "rows", platform, runbook["name"], stamp),
            "store": store,
        }

    def _require_inputs(self, runbook: dict, chosen: set[int]) -> None:
        steps = [step for number, step in enumerate(runbook["steps"], 1) if number in chosen]
        own = {key: value for step in steps for key, value in (step.get("vars") or {}).items()}
        inputs.require(runbook, [short_role(step) for step in steps], {**self._vars, **own})

    def _opening(self) -> dict:
        """The first event of the journal."""
        now, check = time.time(), bool(self._task.check_mode)
        return {
            "event": "opened",
            "time": now,
            "started": text.utc(now),
            "platform": self._vars["inventory_hostname"],
            "runbook": life.without_values(self._arguments["runbook"]),
            "version": places.version(),
            "check": check,
            "who": f"{self._vars.get('awx_user_name') or user()}@{socket.gethostname()}",
            "owner": _owner(),
            "locks": life.locks(self._arguments["runbook"], check),
            "as_of": text.utc(now),
            "took_up": None,
        }

    def _looked(self) -> dict:
        events = self._events()
        if life.refused(events):
            return {"go": False}
        try:
            findings = life.look(events[0], self._outcome())
        except OpsError as error:
            self._append("refused", error=life.refusal(error, events[0]["platform"]))
            return {"go": False}
        self._append("looked", findings=findings, cost=self._outcome().get("cost"))
        return {"go": True}

    def _ready(self) -> dict:
        events, lock = self._events(), self._outcome()
        if life.refused(events):
            return {"go": False, "steps": [], "left_over": []}
        if events[0]["locks"] and "lock" not in lock:
            self._append("refused", error=life.shaped(lock, events[0]["platform"]))
            return {"go": False, "steps": [], "left_over": []}
        if events[0]["locks"]:
            self._append("locked", lock=life.without_settings(lock["lock"]))
        left_over = [] if events[0]["check"] else journal.left_over(self._path.parent, sole=events[0]["locks"])
        others = [str(path) for path in left_over if path != self._path]
        return {"go": self._begin_next(), "steps": life.to_run(events), "left_over": others}

    def _begin_next(self) -> bool:
        """Begin the next step, or skip all that are left; a call of its own would cost each step a worker."""
        events = self._events()
        waiting, stop = life.waiting(events), life.stopped_by(events)
        if waiting and not stop:
            before = self._digest(self._step_result(events, waiting[0]))
            self._append("step_started", number=waiting[0], before=before)
        for number in waiting if stop else ():
            self._append("step_skipped", number=number, reason=stop)
        return bool(waiting) and not stop

    def _step_finished(self) -> dict:
        events, number = self._events(), self._arguments["number"]
        seen = self._step_result(events, number)
        started = life.last(events, "step_started", number)
        if self._outcome() and self._digest(seen) == started["before"]:
            # The step failed before it set a result: the value is that of an earlier call of the role.
            seen = None
        described, platform = events[0]["runbook"]["steps"][number - 1], events[0]["platform"]
        finished = life.step(described, seen, self._outcome() or None, platform)
        self._append("step_finished", details=life.DETAILS, number=number, **finished)
        return {"status": finished["status"], "go": self._begin_next()}

    def _steps_done(self) -> dict:
        events = self._events()
        return {"rollbacks": life.rollbacks(events), "verify": life.verifies(events)}

    def _rolled_back(self) -> dict:
        error = life.shaped(self._outcome(), self._vars["inventory_hostname"]) if self._outcome() else None
        self._append("rolled_back", number=self._arguments["number"], ok=error is None, error=error)
        return {}

    def _verified(self) -> dict:
        events = self._events()
        findings = life.verify(events[0], self._outcome())
        self._append("verified", findings=findings, cost=self._outcome().get("cost"))
        return {}

    def _broken(self) -> dict:
        self._append("broken", error=life.shaped(self._outcome(), self._vars["inventory_hostname"]))
        return {}

    def _closed(self) -> dict:
        self._append("unlocked", findings=life.unlock_findings(self._outcome()))
        self._append("closed")
        return {"shown_by_callback": os.environ.get("AGENT_PLATFORM_SUMMARY") == "1"}

    def _outcome(self) -> dict:
        return self._arguments["outcome"] or {}

    def _events(self) -> list[dict]:
        return journal.read(self._path, details=False)

    def _append(self, kind: str, details: tuple[str, ...] = (), **fields: object) -> None:
        journal.append(self._path, {"event": kind, "time": time.time(), **fields}, details)

    def _step_result(self, events: list[dict], number: int) -> dict | None:
        role = short_role(events[0]["runbook"]["steps"][number - 1])
        return self._vars.get(f"{role}_result")

    @staticmethod
    def _digest(value: object) -> str:
        return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _require_entry_points(steps: list[dict]) -> None:
    """Refuse a role that is not there: Ansible would end the whole play at its step, also what closes the run.

    Only roles of collections are looked for; they are packages whose place Python knows.
    """
    for step in steps:
        if step["role"].count(".") != 2:
            continue
        namespace, collection, role = step["role"].split(".")
        try:
            package = import_module(f"ansible_collections.{namespace}.{collection}.roles.{role}")
        except ImportError as error:
            raise OpsError("invalid", f"step {step['name']!r}: there is no role {step['role']}") from error
        tasks = Path(package.__file__ or "").parent / "tasks"
        for entry in (step.get("tasks_from") or "main", step.get("rollback")):
            if entry and not any((tasks / f"{entry}{ending}").is_file() for ending in (".yml", ".yaml", "")):
                raise OpsError("invalid", f"step {step['name']!r}: role {step['role']} has no entry point {entry}")


def _owner() -> dict:
    playbook = controlling_playbook()
    return {"here": journal.here(), "pid": playbook.pid if playbook else 0, "start": playbook.start if playbook else ""}
