# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a probe is: one question to what was read, and its answer with the evidence. Pure. Private API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Threshold

#: the answer that every question has: nobody could look, or what was seen cannot be told
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """One word, what it rests on, and what was learned on the way.

    evidence: one sentence each. facts: words for the texts and the treatment of a cause, such as hold="wait-pr-merged".
    """

    word: str
    evidence: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


def answer(word: str, *evidence: str, **facts: str) -> Answer:
    """Short for Answer(...)."""
    return Answer(word, evidence, facts)


@dataclass(frozen=True, slots=True)
class Probe:
    """One probe of the catalogue.

    asks: what it finds out, in one line. answers: every word that it may give besides unknown.
    judge: pure; may raise CannotLook, or anything at all: then the answer is unknown, by its name.
    reads: parts of the snapshot (health/parts.py, diagnosis/parts.py) and sources (flows/diagnosis_read.py).
    facts: names of the facts that its answers may carry. thresholds: limits that a question may set by "with".
    """

    name: str
    asks: str
    answers: tuple[str, ...]
    judge: Callable[[Scene, Mapping[str, float]], Answer]
    reads: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    thresholds: tuple[Threshold, ...] = ()

    def limits(self, given: Mapping[str, object]) -> dict[str, float]:
        """Thresholds as numbers, durations in seconds, those that a question gives first.

        :raises OpsError: invalid, for a value that cannot be read
        """
        return {one.name: one.parse(given.get(one.name, one.default), one.name) for one in self.thresholds}
