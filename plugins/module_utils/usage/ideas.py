# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a play could run at the same time, with what it would save at most. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.text import duration
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.percentiles import percentiles

_ENOUGH = 5  # ended pods of an agent, below which a median says nothing


@dataclass(frozen=True, slots=True)
class Idea:
    """title: what to change. beside: (agent that waits, agent it could run beside). needs: what must hold first."""

    title: str
    beside: tuple[str, str]
    needs: str


IDEAS = (
    Idea(
        "Let Cleo analyse while Rex still works",
        ("cleo", "rex"),
        "a hold that ends with the first push instead of the pull request; findings are repeated when Rex goes on",
    ),
    Idea(
        "Let Tess prepare its tests while Cleo reviews",
        ("tess", "cleo"),
        "a step before wait-ready-for-qa that only prepares, since testing itself needs the reviewed state",
    ),
)
_HOLDS = (
    "Shorten suspension and resumption",
    "see the time in holds by playbooks/performance_report.yml",
)


def ideas(durations: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
    """{title, needs, evidence, saves (seconds of a play at most, None where too little is known)}.

    :param durations: seconds that pods of each agent took, by the label of the agent
    """
    medians = {agent: (percentiles(taken)["p50"], len(taken)) for agent, taken in durations.items() if taken}
    return [
        *(_told(idea, medians) for idea in IDEAS),
        {"title": _HOLDS[0], "needs": _HOLDS[1], "evidence": "", "saves": None},
    ]


def _told(idea: Idea, medians: Mapping[str, tuple[float | None, int]]) -> dict[str, Any]:
    found = [_of_agent(agent, medians) for agent in idea.beside]
    words = ", ".join(
        f"{agent}: {duration(median)} (median of {count:,})" if median is not None else f"{agent}: nothing measured"
        for agent, (median, count) in zip(idea.beside, found, strict=True)
    )
    enough = all(median is not None and count >= _ENOUGH for median, count in found)
    saves = min(median for median, _count in found if median is not None) if enough else None
    evidence = words if enough else f"not enough data ({words})"
    return {"title": idea.title, "needs": idea.needs, "evidence": evidence, "saves": saves}


def _of_agent(agent: str, medians: Mapping[str, tuple[float | None, int]]) -> tuple[float | None, int]:
    """Of the agent whose label ends with its name, such as 5dlabs-rex."""
    fitting = [found for label, found in sorted(medians.items()) if label.rpartition("-")[2] == agent]
    return fitting[0] if fitting else (None, 0)
