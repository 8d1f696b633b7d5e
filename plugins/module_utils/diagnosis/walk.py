# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way through a tree that what was read leads along. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import redaction
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Answer, Probe
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.tree import CONFIDENCES, FACT, Cause, Tree

_MOST_WORDS = 400
_NOT_KNOWN = "(not known)"


@dataclass(frozen=True, slots=True)
class Step:
    """One question that was asked; leads_to is the next question, or the cause."""

    question: str
    ask: str
    answer: str
    evidence: tuple[str, ...]
    leads_to: str


@dataclass(frozen=True, slots=True)
class Path:
    """How it came to the cause.

    confidence: of the cause, one degree less for having left a question of the way unanswered.
    facts: all that was learned on the way, and the subject.
    """

    steps: tuple[Step, ...]
    cause: Cause
    confidence: str
    facts: Mapping[str, str]

    @property
    def edges(self) -> tuple[tuple[str, str], ...]:
        """(question, answer) of each step."""
        return tuple((step.question, step.answer) for step in self.steps)


def walk(tree: Tree, probes: Mapping[str, Probe], scene: Scene) -> Path:
    """Ask from the start on until a cause is reached; never raises on what was read."""
    steps: list[Step] = []
    facts = {name: value for name, value in scene.subject.items() if value}
    here = tree.start
    while here in tree.questions:
        question = tree.questions[here]
        said = _ask(probes[question.probe], scene, question.limits)
        facts.update({name: _line(value) for name, value in said.facts.items() if value})
        leads_to = question.answers[said.word]
        steps.append(Step(here, question.ask, said.word, said.evidence, leads_to))
        here = leads_to
    cause = tree.causes[here]
    unanswered = any(step.answer == UNKNOWN for step in steps)
    rank = CONFIDENCES.index(cause.confidence) + unanswered
    return Path(tuple(steps), cause, CONFIDENCES[min(rank, len(CONFIDENCES) - 1)], facts)


def fill(value: Any, facts: Mapping[str, str]) -> Any:
    """A text with its {facts} filled in, in lists and dictionaries too; one that nobody knows is named as that."""
    if isinstance(value, str):
        return FACT.sub(lambda found: facts.get(found.group(1), _NOT_KNOWN), value)
    if isinstance(value, Mapping):
        return {key: fill(one, facts) for key, one in value.items()}
    if isinstance(value, list):
        return [fill(one, facts) for one in value]
    return value


def is_filled(value: Any) -> bool:
    """Whether every fact was known."""
    return _NOT_KNOWN not in repr(value)


def _ask(probe: Probe, scene: Scene, limits: Mapping[str, float]) -> Answer:
    """Whatever a probe stumbles over is its own: then nobody knows the answer, and the way goes on there."""
    try:
        said = probe.judge(scene, limits)
        if said.word not in (*probe.answers, UNKNOWN):
            return Answer(UNKNOWN, (f"probe {probe.name} gave an answer that it does not have",))
        return Answer(said.word, tuple(redaction.words(_line(said_words)) for said_words in said.evidence), said.facts)
    except CannotLook as reason:
        return Answer(UNKNOWN, (_line(f"could not look: {reason}"),))
    except Exception as error:
        return Answer(UNKNOWN, (_line(f"probe {probe.name} failed: {error.__class__.__name__}: {error}"),))


def _line(words: object) -> str:
    line = " ".join(str(words).split())
    return line if len(line) <= _MOST_WORDS else f"{line[: _MOST_WORDS - 1]}…"
