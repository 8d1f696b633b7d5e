# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an upgrade has lost objects: the backup from before compared with what is there. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted

CHECK = "no_object_lost"
_SHOWN = 20
#: states of a comparison
_GONE, _UNSEEN = ("absent", "homeless"), ("unreadable", "not_served")
#: those end and are removed by themselves, when their time to live is over
_PASSING = ("workflows.argoproj.io", "coderuns.agents.platform")


def judge(compared: Mapping[str, Any], taken: bool, moved: bool) -> list[dict[str, Any]]:
    """Findings about objects that are not there any more, or that could not be looked at.

    :param compared: what restore_info returned for the backup from before, also when it failed; empty without one
    :param taken: whether a backup was taken
    :param moved: whether there was an upgrade that objects could have been lost by
    """
    about = subject("Backup", name=text(mapping(compared.get("backup")).get("id")))
    states = mapping(mapping(compared.get("plan")).get("states"))
    if not moved:
        return []
    if not taken:
        why = "no backup was taken before the upgrade, so nobody knows whether an object was lost"
        return [finding(CHECK, "unknown", about, why)]
    if not states:
        why = text(compared.get("msg")) or "nothing was compared"
        return [finding(CHECK, "unknown", about, f"nobody knows whether an object was lost: {why}")]
    counts = {text(state): whole(number) or 0 for state, number in states.items()}
    gone = [mapping(row) for row in sequence(compared.get("rows")) if mapping(row).get("state") in _GONE]
    lost = [row for row in gone if row.get("resource") not in _PASSING]
    passed = len(gone) - len(lost)
    found = [
        finding(CHECK, "critical", mapping(row.get("subject")), "it was there before the upgrade, and is not any more")
        for row in lost[:_SHOWN]
    ]
    if len(lost) > _SHOWN:
        found.append(finding(CHECK, "critical", about, f"{len(lost) - _SHOWN} more objects are not there any more"))
    unseen = sum(number for state, number in counts.items() if state in _UNSEEN)
    if unseen:
        found.append(finding(CHECK, "unknown", about, f"{counted(unseen, 'object')} could not be looked at"))
    if not found:
        total, same = sum(counts.values()), counts.get("same", 0)
        words = f"all of {counted(total, 'object')} are there, {same:,} of them just as before"
        words += f"; {counted(passed, 'finished workflow or CodeRun')} went by themselves" if passed else ""
        found.append(finding(CHECK, "ok", about, words, value=total))
    return found
