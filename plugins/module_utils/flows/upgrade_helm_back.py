# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take an upgrade back that Helm made. Private API.

Helm goes back to the revision that the record names, which it keeps with its values. That is asked for twice: the
first time nothing is done but to write down that the way back begins, and the result tells the revision; when Helm is
there, the workloads are followed and the definitions taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_helm, upgrade_release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_back import TakingBack
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import Placed, workloads
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import DONE
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_release import Release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_writes import Task
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.helm_history import DEPLOYED, History


@dataclass
class HelmTakingBack(TakingBack):
    release: Release
    _history: History = field(init=False)

    def act(self, options: Mapping[str, Any], *, automatic: bool) -> Acted:
        placed = workloads(self.client, self.component)
        upgrade_release.require_owner(placed, self.release)
        upgrade_release.require_same_method(self.record, self.release)
        self._history = upgrade_release.settled(self.client, self.release, self.record, self.writing.proceed)
        back_to = self._back_to()
        if back_to and not self.writing.check:
            if not automatic:
                self.require_nothing_lost(placed, options)
            self.begin()
            return Acted([], None, self.more(placed))
        acted = super().act(options, automatic=automatic)
        newest = self._history.newest
        if back_to:
            detail = f"revision {newest.number} → what revision {back_to} was"
            acted.actions.insert(0, upgrade_helm.action(self.release, newest, "rolled back", "planned", detail))
        elif self.record is not None:
            detail = f"as revision {self.record.before} was"
            outcome = "changed" if newest.number > self.record.before else "unchanged"
            acted.actions.insert(0, upgrade_helm.action(self.release, newest, "rolled back", outcome, detail))
        return acted

    def moves(self, placed: list[Placed]) -> Iterator[Task]:
        since = self._history.newest.since(self.record.before) if self.record else None
        yield from upgrade_helm.follow_tasks(placed[::-1], self.component.namespace, since, "taken back")

    def more(self, placed: list[Placed]) -> dict[str, Any]:
        release = upgrade_helm.told(self.release, self._history, upgrade=False, back_to=self._back_to())
        return {**super().more(placed), "release": release}

    def _back_to(self) -> int:
        """The revision to which Helm is to go; 0 when there is nothing to take back, or it is there.

        :raises OpsError: refused, when the release was changed after the upgrade, which would be lost
        """
        record, newest = self.record, self._history.newest
        if record is None:
            return 0
        before = self._history.revision(record.before)
        if newest.status == DEPLOYED and newest.digest == before.digest:
            return 0
        if record.phase == DONE and newest.number > record.after and newest.status == DEPLOYED:
            since = f"Helm release {self.release.place} was changed after the upgrade, at revision {newest.number}"
            hint = f"Look with helm history, and go back with helm rollback to revision {record.before} if that may go."
            raise OpsError("refused", since, hint=hint)
        return before.number
