# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carry out the writes of an upgrade, one after the other, each seen to take effect. Private API."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_follow
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_definitions import KINDS, Definition
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import conditions, kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import JSON_PATCH, Client
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

_PAUSE = 0.2  # seconds between two looks at a definition
_TRIES = 5  # the cluster may write the status of a definition meanwhile
_GIVEN_OUT = ("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp")


@dataclass
class Task:
    """One write. patch: a JSON patch of a workload. body: a definition, applied, or put back when it has a version.
    judged: the definition as it was when that was decided, None where there was none.
    since: when it was changed; None where it is changed now. changes: whether there is anything to do.
    done: participle for people."""

    kind: str
    namespace: str
    name: str
    path: str
    patch: list[dict[str, Any]] | None = None
    done: str = "applied"
    detail: str = ""
    body: dict[str, Any] | None = None
    judged: dict[str, Any] | None = None
    uid: str = ""
    since: datetime | None = None
    outcome: str = "unchanged"
    reason: str = ""

    @property
    def is_definition(self) -> bool:
        return self.kind in KINDS

    @property
    def changes(self) -> bool:
        return bool(self.patch or self.body)

    def action(self) -> Action:
        plural = KINDS[self.kind][1] if self.is_definition else f"{self.kind.lower()}s"
        return Action(
            kind=self.kind,
            namespace=self.namespace,
            name=self.name,
            uid=self.uid,
            verb={"applied": "apply", "moved": "move", "taken back": "take back"}[self.done],
            done=self.done,
            outcome=self.outcome,
            detail=self.detail,
            reason=self.reason,
            evidence=kubectl("describe", plural, self.name, namespace=self.namespace),
            after={"patch": self.patch[2:]} if self.patch else {},
        )


def definition_tasks(client: Client, definitions: Iterable[Definition]) -> list[Task]:
    """A task for each definition, with its body where the cluster has another one: the server itself tells."""

    def task(one: Definition) -> Task:
        live = client.get_or_none(one.path)
        same = live is not None and _own(client.apply(one.path, one.body, dry_run=True)) == _own(live)
        uid = mapping((live or {}).get("metadata")).get("uid", "")
        body = None if same else one.body
        return Task(one.kind, one.namespace, one.name, one.path, body=body, judged=live, uid=uid)

    made: dict[str, Task] = {}
    rows = list(definitions)
    for one, result in client.each(task, rows):
        if isinstance(result, OpsError):
            raise result
        made[one.path] = result
    return [made[one.path] for one in rows]


def _own(item: dict[str, Any]) -> dict[str, Any]:
    meta = {key: value for key, value in item["metadata"].items() if key not in _GIVEN_OUT}
    return {**{key: value for key, value in item.items() if key != "status"}, "metadata": meta}


def _is_as_judged(task: Task, live: dict[str, Any]) -> bool:
    return task.judged is not None and live["metadata"]["uid"] == task.uid and _own(live) == _own(task.judged)


@dataclass
class Writing:
    """How writes are carried out. wait: seconds for each effect. steady: seconds that a workload must stay well."""

    client: Client
    fence: Fence
    wait: float
    steady: float
    check: bool

    def proceed(self) -> None:
        """Before a write, and while something is waited for; a plan holds no lock of its own that it could renew.

        :raises OpsError: refused, when this module may not go on
        """
        if not self.check:
            self.fence.check()

    def carry_out(self, tasks: list[Task]) -> OpsError | None:
        """All that change something, and a look at the workloads that do not; the first failure ends it."""
        progress, first = Progress("upgrade", len(tasks)), None
        for task in tasks:
            if first:
                task.outcome, task.reason = "not_reached", "the work ended before its turn"
                continue
            try:
                self._one(task)
            except OpsError as error:
                task.outcome = "unverified" if error.kind == "unverified" else "failed"
                task.reason, first = error.message, error
            progress.step()
        return first

    def _one(self, task: Task) -> None:
        since = task.since or upgrade_follow.now()
        if task.changes:
            self.proceed()
            self._send(task)
            task.outcome = "planned" if self.check else "changed"
        if self.check:
            return
        if not task.is_definition:
            upgrade_follow.follow(self.client, task.path, since, self.wait, self.steady, self.fence.check)
        elif task.changes and task.kind == "CustomResourceDefinition":
            self._await_established(task)

    def _send(self, task: Task) -> None:
        if task.patch:
            self.client.patch(task.path, task.patch, content_type=JSON_PATCH, dry_run=self.check)
        elif task.body and task.body["metadata"].get("resourceVersion"):
            self.client.replace(task.path, task.body, dry_run=self.check)
        elif task.body:
            self._apply(task, task.body)

    def _apply(self, task: Task, body: dict[str, Any]) -> None:
        """Bound to what was judged. What the cluster alone has changed of it since is no reason to stop.

        Where there was no such object, nothing is forced: what somebody else has made meanwhile is a conflict.
        """
        live = task.judged
        for attempt in range(_TRIES):
            meta = mapping((live or {}).get("metadata"))
            bound = {name: meta[name] for name in ("uid", "resourceVersion") if name in meta}
            try:
                wanted = {**body, "metadata": {**body["metadata"], **bound}}
                self.client.apply(task.path, wanted, dry_run=self.check, force=live is not None)
                return
            except OpsError as error:
                live = self.client.get_or_none(task.path) if error.kind == "conflict" else None
                if live is None or not _is_as_judged(task, live) or attempt == _TRIES - 1:
                    raise

    def _await_established(self, task: Task) -> None:
        deadline = time.monotonic() + self.wait
        while conditions(self.client.get(task.path)).get("Established", {}).get("status") != "True":
            if time.monotonic() >= deadline:
                raise OpsError("unverified", f"{task.name} is not served after {self.wait:g} s")
            time.sleep(_PAUSE)
