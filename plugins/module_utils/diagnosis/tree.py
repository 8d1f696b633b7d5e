# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A decision tree: questions that lead to questions or causes, checked before it is walked. Pure. Private API.

    name, title, symptom, subject (workflow, agent, coderun or platform), start
    questions: {id: {ask, probe, with: {threshold: value}, answers: {word: id of a question or cause, unknown: …}}}
    causes: {id: {cause, confidence, status, advice, command, runbook, fix: {option of a role: value}}}

Texts of causes and values of fix may hold {fact}: a fact of a probe, or a name of the subject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Probe
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import SUBJECT
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import STATUSES

#: what a tree can be about, and which options then say what it is about: one of them is needed
SUBJECTS = {"workflow": ("workflow", "task"), "agent": ("agent",), "coderun": ("coderun", "task"), "platform": ()}
#: from sure to not known at all
CONFIDENCES = ("high", "medium", "low", "none")
FACT = re.compile(r"\{([a-z][a-z0-9_]*)\}")

_ID = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_TREE = {"name", "title", "symptom", "subject", "start", "questions", "causes"}
_QUESTION = {"ask", "probe", "with", "answers"}
_CAUSE = {"cause", "confidence", "status", "advice", "command", "runbook", "fix"}


@dataclass(frozen=True, slots=True)
class Question:
    """answers: where each answer of its probe leads."""

    id: str
    ask: str
    probe: str
    limits: Mapping[str, float]
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cause:
    """An end of the tree.

    status: of its finding. command: shows the evidence by hand. runbook: the playbook that treats it, empty where a
    person must. fix: what that playbook is given; None where it is not to be carried out without a person's word.
    """

    id: str
    cause: str
    confidence: str
    status: str
    advice: str
    command: str = ""
    runbook: str = ""
    fix: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """One decision tree that is known to make sense."""

    name: str
    title: str
    symptom: str
    subject: str
    start: str
    questions: Mapping[str, Question]
    causes: Mapping[str, Cause]

    @property
    def edges(self) -> frozenset[tuple[str, str]]:
        """(question, answer) of every branch."""
        return frozenset((one.id, word) for one in self.questions.values() for word in one.answers)

    @property
    def probes(self) -> frozenset[str]:
        """Names of the probes that it asks."""
        return frozenset(one.probe for one in self.questions.values())


def load(raw: object, probes: Mapping[str, Probe]) -> Tree:
    """A tree from its file.

    :raises OpsError: invalid, naming the first thing that is wrong with it
    """
    first = next(faults(raw, probes), "")
    if first or not isinstance(raw, Mapping):
        name = raw.get("name") if isinstance(raw, Mapping) else ""
        raise OpsError("invalid", f"tree {name!r:.60}: {first}" if name else f"this is no decision tree: {first}")
    return Tree(
        **{field: str(raw[field]) for field in ("name", "title", "symptom", "subject", "start")},
        questions={key: _question(key, one, probes) for key, one in raw["questions"].items()},
        causes={key: _cause(key, one) for key, one in raw["causes"].items()},
    )


def faults(raw: object, probes: Mapping[str, Probe]) -> Iterator[str]:
    """What is wrong with a tree, one clause each; what hangs on a wrong shape is not looked at."""
    shape = list(_of_shape(raw))
    yield from shape
    if shape or not isinstance(raw, Mapping):
        return
    questions, causes = raw["questions"], raw["causes"]
    inside = [fault for key, one in questions.items() for fault in _of_question(key, one, probes)]
    inside += [fault for key, one in causes.items() for fault in _of_cause(key, one, _facts(questions, probes))]
    yield from inside
    if not inside:
        yield from _of_ways(raw["start"], questions, causes)


def _of_shape(raw: object) -> Iterator[str]:
    if not isinstance(raw, Mapping):
        yield "it must be a dictionary"
        return
    yield from _strangers("it", raw, _TREE)
    for field in ("name", "title", "symptom", "start"):
        yield from _needs_text("it", raw, field)
    if raw.get("subject") not in SUBJECTS:
        yield f"subject must be one of {', '.join(SUBJECTS)}"
    for field in ("questions", "causes"):
        if not isinstance(raw.get(field), Mapping) or not raw[field]:
            yield f"{field} must be a dictionary that holds something"
            return
        for key, one in raw[field].items():
            if not isinstance(key, str) or not _ID.fullmatch(key):
                yield f"{key!r:.60} of {field} is no id; write lower-case letters, digits and _"
            if not isinstance(one, Mapping):
                yield f"{key!r:.60} of {field} must be a dictionary"
    both = sorted(set(raw["questions"]) & set(raw["causes"]))
    if both:
        yield f"{both[0]} is a question and a cause"


def _of_question(key: str, one: Mapping[str, Any], probes: Mapping[str, Probe]) -> Iterator[str]:
    where = f"question {key}"
    yield from _strangers(where, one, _QUESTION)
    yield from _needs_text(where, one, "ask")
    probe, answers, given = probes.get(str(one.get("probe"))), one.get("answers"), one.get("with") or {}
    if probe is None:
        yield f"{where} asks probe {one.get('probe')!r:.60}, which there is not"
        return
    if not isinstance(given, Mapping) or not {each.name for each in probe.thresholds}.issuperset(given):
        names = ", ".join(each.name for each in probe.thresholds)
        yield f"{where}: with must be a dictionary of the thresholds of probe {probe.name} ({names or 'none'})"
    else:
        try:
            probe.limits(given)
        except OpsError as error:
            yield f"{where}: {error.message}"
    if not isinstance(answers, Mapping) or not all(isinstance(to, str) for to in answers.values()):
        yield f"{where}: answers must be a dictionary of words and ids"
        return
    known = {*probe.answers, UNKNOWN}
    for word in sorted(known - set(answers)):
        yield f"{where} says nothing about the answer {word} of probe {probe.name}"
    for word in sorted(set(map(str, answers)) - known):
        yield f"{where}: probe {probe.name} never answers {word!r:.60}"


def _of_cause(key: str, one: Mapping[str, Any], facts: frozenset[str]) -> Iterator[str]:
    where, fix = f"cause {key}", one.get("fix")
    yield from _strangers(where, one, _CAUSE)
    for field in ("cause", "advice"):
        yield from _needs_text(where, one, field)
    for field in ("command", "runbook"):
        if not isinstance(one.get(field, ""), str):
            yield f"{where}: {field} must be text"
    if one.get("confidence") not in CONFIDENCES:
        yield f"{where}: confidence must be one of {', '.join(CONFIDENCES)}"
    if one.get("status", "ok") not in STATUSES:
        yield f"{where}: status must be one of {', '.join(STATUSES)}"
    if fix is not None and (not isinstance(fix, Mapping) or not one.get("runbook")):
        yield f"{where}: fix must be a dictionary of options for its runbook"
    used = {name for text in _texts({**one, "fix": fix or {}}) for name in FACT.findall(text)}
    for name in sorted(used - facts):
        yield f"{where} speaks of {{{name}}}, which no probe of the tree tells"


def _of_ways(start: str, questions: Mapping[str, Any], causes: Mapping[str, Any]) -> Iterator[str]:
    """Every way ends at a cause, and everything is on one."""
    if start not in questions:
        yield f"start names {start!r:.60}, which is no question"
        return
    ways = {key: sorted(set(one["answers"].values())) for key, one in questions.items()}
    for key, targets in ways.items():
        for target in targets:
            if target not in questions and target not in causes:
                yield f"question {key} leads to {target!r:.60}, which is neither a question nor a cause"
                return
    try:
        tuple(TopologicalSorter(ways).static_order())
    except CycleError as error:
        yield f"question {error.args[1][0]} leads back to itself"
        return
    reached, waiting = set(), [start]
    while waiting:
        here = waiting.pop()
        reached.add(here)
        waiting += set(ways.get(here, ())) - reached
    for key in (*questions, *causes):
        if key not in reached:
            yield f"{key} is never reached"


def _facts(questions: Mapping[str, Any], probes: Mapping[str, Probe]) -> frozenset[str]:
    asked = (probes[one["probe"]] for one in questions.values() if one.get("probe") in probes)
    return frozenset(SUBJECT) | {name for probe in asked for name in probe.facts}


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _strangers(where: str, one: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    for field in sorted(set(map(str, one)) - known):
        yield f"{where} has a field {field!r:.60}, which means nothing; known are {', '.join(sorted(known))}"


def _needs_text(where: str, one: Mapping[str, Any], field: str) -> Iterator[str]:
    if not isinstance(one.get(field), str) or not one[field].strip():
        yield f"{where}: {field} must be text"


def _question(key: str, one: Mapping[str, Any], probes: Mapping[str, Probe]) -> Question:
    limits = probes[one["probe"]].limits(one.get("with") or {})
    return Question(key, one["ask"], one["probe"], limits, dict(one["answers"]))


def _cause(key: str, one: Mapping[str, Any]) -> Cause:
    status = one.get("status") or ("unknown" if one["confidence"] == "none" else "warning")
    words = {field: one.get(field, "") for field in ("cause", "confidence", "advice", "command", "runbook")}
    return Cause(key, status=status, fix=one.get("fix"), **words)
