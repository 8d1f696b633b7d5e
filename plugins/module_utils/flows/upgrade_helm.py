# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Move a component with its Helm release: what stands before Helm's own work, and what after it. Private API.

Definitions are applied here, since Helm never upgrades those of a chart, and workloads are followed here, since Helm
waits without telling why. In between the role has Helm upgrade the release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import Placed
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_move import Begun, Moving
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import UNDER_WAY
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_release import Release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_writes import Task
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import helm_history
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.helm_history import History, Revision

KIND = "HelmRelease"


class HelmMoving(Moving):
    """The moves of a component whose workloads belong to a release."""

    release: Release

    def prepare(self, options: Mapping[str, Any]) -> Acted:
        """Everything before Helm's own work; in check mode with what Helm would do."""
        # First: while somebody works on the release its workloads change.
        history = upgrade_release.settled(self.client, self.release, self.record, self.writing.proceed)
        begun = self.begin(options)
        known = upgrade_release.known(self.record, self.release)
        first = helm_history.put_back_first(history, known)
        wanted = first > 0 or self._is_to_move(begun, history.newest)
        if (wanted or any(one.changes for one in begun.tasks)) and not self.writing.check:
            record = self.record_of(begun)
            if record is not self.record:
                record = replace(record, release=self.release.place, before=history.newest.number)
            self.keep(begun, record)
        error = self.writing.carry_out(begun.tasks)
        planned = [self._planned(begun, history.newest, wanted)] if self.writing.check else []
        more = {"release": told(self.release, history, upgrade=wanted, back_to=first)}
        return Acted([*(one.action() for one in begun.tasks), *planned], error, {**self.more(begun), **more})

    def follow(self, options: Mapping[str, Any]) -> Acted:
        """Everything after Helm's own work: each workload runs the version, seen."""
        begun = self.begin(options)
        history = upgrade_release.history(self.client, self.release)
        require_deployed(history)
        record = self.record if self.record and self.record.phase == UNDER_WAY else None
        before = record.before if record else history.newest.number
        tasks = follow_tasks(begun.placed, self.component.namespace, history.newest.since(before), "moved")
        error = self._elsewhere(begun) or self.writing.carry_out(tasks)
        kept = {one.path for one in record.kept} if record else set()
        for one in begun.tasks:
            one.outcome = "changed" if one.path in kept else "unchanged"
        outcome = "changed" if history.newest.number > before else "unchanged"
        detail = f"{begun.old} → {begun.target}, revision {before} → {history.newest.number}"
        done = action(self.release, history.newest, "upgraded", outcome, detail)
        more = {"release": told(self.release, history, upgrade=False, back_to=0)}
        return Acted([*(one.action() for one in [*begun.tasks, *tasks]), done], error, {**self.more(begun), **more})

    def _is_to_move(self, begun: Begun, newest: Revision) -> bool:
        chart = self.release.chart_version
        return (
            any(one.version != begun.target for one in begun.placed)
            or (chart != "" and chart.removeprefix("v") != newest.chart_version.removeprefix("v"))
            or not newest.holds
        )

    def _planned(self, begun: Begun, newest: Revision, wanted: bool) -> Action:
        detail = f"{begun.placed[0].version} → {begun.target}, chart {newest.chart_version}" if wanted else ""
        return action(self.release, newest, "upgraded", "planned" if wanted else "unchanged", detail)

    def _elsewhere(self, begun: Begun) -> OpsError | None:
        """The chart or its values name another version than the one that was asked for."""
        for one in begun.placed:
            if one.version != begun.target:
                name = f"{one.workload.kind} {self.component.namespace}/{one.workload.name}"
                hint = "Give the chart of that version, and look for an image tag among the values of the release."
                return OpsError(
                    "unverified", f"{name} is at {one.version} after Helm has upgraded {self.release.place}", hint=hint
                )
        return None


def require_deployed(history: History) -> None:
    """:raises OpsError: unverified, with Helm's own words"""
    newest = history.newest
    if newest.status != helm_history.DEPLOYED:
        words = f": {newest.words}" if newest.words else ""
        state = f"Helm release {history.place} is {newest.status} at revision {newest.number}"
        raise OpsError("unverified", f"{state}{words}")


def follow_tasks(placed: list[Placed], namespace: str, since: datetime | None, done: str) -> list[Task]:
    """A look at each workload.

    :param since: when Helm began to change it, from when on warnings count; None where it did not
    """
    return [
        Task(
            one.workload.kind,
            namespace,
            one.workload.name,
            one.path,
            None,
            done,
            str(one.version),
            uid=one.item["metadata"]["uid"],
            since=since,
        )
        for one in placed
    ]


def action(release: Release, newest: Revision, done: str, outcome: str, detail: str) -> Action:
    """A row about the release."""
    name = f"sh.helm.release.v1.{release.name}.v{newest.number}"
    return Action(
        kind=KIND,
        namespace=release.namespace,
        name=release.name,
        uid="",
        verb={"upgraded": "upgrade", "rolled back": "roll back"}[done],
        done=done,
        outcome=outcome,
        detail=detail,
        evidence=kubectl("describe", "secrets", name, namespace=release.namespace),
    )


def told(release: Release, history: History, *, upgrade: bool, back_to: int) -> dict[str, Any]:
    """What the role needs to have Helm do its work.

    :param back_to: the revision to which Helm is to go back, before anything else; 0 for none
    """
    newest = history.newest
    return {
        "namespace": release.namespace,
        "name": release.name,
        "revision": newest.number,
        "status": newest.status,
        "updated": newest.updated,
        "upgrade": upgrade,
        "back_to": back_to,
    }
