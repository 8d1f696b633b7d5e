# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life cycle of a runbook, kept on the control node; documented in the module of the same name."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import socket
import time
from pathlib import Path

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.process import controlling_playbook
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import journal, life, places, text
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.steps import short_role

STATES = (
    "opened",
    "looked",
    "ready",
    "step_started",
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
        )
        self._arguments = arguments
        self._result_of_before = arguments["outcome"]
        try:
            answer = getattr(self, f"_{arguments['state']}")()
        except OSError as error:
            raise AnsibleActionFail(f"The journal of the run cannot be kept: {error}.") from error
        return {**result, "changed": False, **answer}

    def _opened(self) -> dict:
        runbook, settings = self._arguments["runbook"], self._arguments["settings"]
        platform, now = self._vars["inventory_hostname"], time.time()
        state = places.state_directory(settings.get("state_directory") or "")
        directory = journal.folder(state, platform, runbook["name"])
        check = bool(self._task.check_mode)
        event = {
            "event": "opened",
            "time": now,
            "started": text.utc(now),
            "platform": platform,
            "runbook": runbook,
            "version": places.version(),
            "check": check,
            "who": f"{self._vars.get('awx_user_name') or getpass.getuser()}@{socket.gethostname()}",
            "owner": _owner(),
            "locks": runbook.get("lock", "cluster") != "none" and not check,
            "as_of": text.utc(now),
            "took_up": None,
        }
        interrupted = journal.left_over(directory, sole=False)
        earlier = journal.read(interrupted[-1]) if interrupted else None
        choices, refusal = [], None
        try:
            event["as_of"] = life.as_of(settings.get("as_of") or "", now)
            choices = life.choices(runbook, settings, platform, check, earlier)
            event["took_up"] = earlier[0]["started"] if settings.get("take_up") else None
        except OpsError as error:
            refusal = error
        path = directory / f"{text.stamp(event['started'])}-{os.getpid()}.jsonl"
        journal.create(path, event)
        self._path = path
        for choice in choices:
            if not choice.run:
                self._append("step_skipped", number=choice.index, reason=choice.reason)
        if refusal:
            self._append("refused", error=life.refusal(refusal, platform))
        rows = os.path.join(state, "rows", platform, runbook["name"], text.stamp(event["started"]))
        return {
            "journal": str(path),
            "go": refusal is None,
            "as_of": event["as_of"],
            "needs_cluster": life.needs_cluster(runbook, check),
            "locks": event["locks"],
            "rows_directory": rows,
            "store": places.store_url(settings.get("store") or "", state),
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
            self._append("locked", lock=lock["lock"])
        left_over = [] if events[0]["check"] else journal.left_over(self._path.parent, sole=events[0]["locks"])
        others = [str(path) for path in left_over if path != self._path]
        return {"go": True, "steps": life.to_run(events), "left_over": others}

    def _step_started(self) -> dict:
        events, number = self._events(), self._arguments["number"]
        stop = life.stopped_by(events)
        if stop:
            self._append("step_skipped", number=number, reason=stop)
            return {"go": False}
        self._append("step_started", number=number, before=self._digest(self._step_result(events, number)))
        return {"go": True}

    def _step_finished(self) -> dict:
        events, number = self._events(), self._arguments["number"]
        seen = self._step_result(events, number)
        started = life.last(events, "step_started", number)
        if self._outcome() and self._digest(seen) == started["before"]:
            # The step failed before it set a result: the value is that of an earlier call of the role.
            seen = None
        described, platform = events[0]["runbook"]["steps"][number - 1], events[0]["platform"]
        finished = life.step(described, seen, self._outcome() or None, platform)
        self._append("step_finished", number=number, **finished)
        return {"status": finished["status"]}

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
        unlock = self._outcome()
        findings = life.unlock_findings(unlock) if unlock else []
        self._append("unlocked", findings=findings)
        self._append("closed")
        return {"shown_by_callback": os.environ.get("AGENT_PLATFORM_SUMMARY") == "1"}

    def _outcome(self) -> dict:
        return self._arguments["outcome"] or {}

    def _events(self) -> list[dict]:
        self._path = Path(self._arguments["journal"])
        return journal.read(self._path)

    def _append(self, kind: str, **fields: object) -> None:
        self._path = getattr(self, "_path", None) or Path(self._arguments["journal"])
        journal.append(self._path, {"event": kind, "time": time.time(), **fields})

    def _step_result(self, events: list[dict], number: int) -> dict | None:
        role = short_role(events[0]["runbook"]["steps"][number - 1])
        return self._vars.get(f"{role}_result")

    @staticmethod
    def _digest(value: object) -> str:
        return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _owner() -> dict:
    playbook = controlling_playbook()
    return {"here": journal.here(), "pid": playbook.pid if playbook else 0, "start": playbook.start if playbook else ""}
