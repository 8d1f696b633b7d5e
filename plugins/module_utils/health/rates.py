# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many of what ended did well, judged where enough of it ended. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Threshold, all_well
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

DAY = 86_400
THRESHOLDS = (
    Threshold("warning", 95, "The platform promises that 95 of 100 end well.", "%"),
    Threshold("critical", 75, "When every fourth fails the cause is the platform and no longer the task.", "%"),
    Threshold("least", 5, "Of fewer than five a single failure would already be under 95 %."),
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many ended well and badly; last: the newest failure in words, empty where there is none."""

    succeeded: int
    failed: int
    last: str = ""

    @property
    def ended(self) -> int:
        """All of them."""
        return self.succeeded + self.failed


def window(settings: Mapping[str, Any]) -> float:
    """Seconds back from now that are looked at; a day where the settings do not tell."""
    seconds = settings.get("window")
    number = seconds if isinstance(seconds, int | float) and not isinstance(seconds, bool) else 0
    return number if number > 0 else DAY


def judge(
    check: str, about: dict, name: str, tally: Tally, limits: Mapping[str, float], seconds: float, evidence: str
) -> dict | None:
    """A finding where too many failed, None where they did not, or too few ended to tell.

    :param seconds: the window
    """
    if not tally.failed or tally.ended < limits["least"]:
        return None
    percent = round(100 * tally.succeeded / tally.ended, 1)
    if percent >= limits["warning"]:
        return None
    status = "critical" if percent < limits["critical"] else "warning"
    limit = limits[status]
    message = (
        f"{name}: {percent:g} % of {tally.ended:,} ended well in the last {format_age(seconds)} (limit {limit:g} %)"
        + (f", the newest failure is {tally.last}" if tally.last else "")
    )
    return finding(check, status, about, message, value=percent, threshold=limit, evidence=evidence)


def others(
    check: str, kind: str, noun: str, tallies: Mapping[str, Tally], limits: Mapping[str, float], seconds: float
) -> dict:
    """One finding for all that nothing is said about, with those of which too few ended to be judged.

    :param noun: what one that ended is called, such as "workflow"
    :param tallies: by name of the agent or template
    """
    ended, well = sum(one.ended for one in tallies.values()), sum(one.succeeded for one in tallies.values())
    if not ended:
        return all_well(check, kind, 0, f"no {noun} ended in the last {format_age(seconds)}")
    few = sorted(name for name, one in tallies.items() if one.failed and one.ended < limits["least"])
    judged = f"; too few of {', '.join(few[:5])}{' and others' if len(few) > 5 else ''} to judge" if few else ""
    words = f"{counted(ended, noun)} ended in the last {format_age(seconds)}, {well:,} of them well{judged}"
    return all_well(check, kind, ended, words)
