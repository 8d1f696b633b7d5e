# SPDX-License-Identifier: GPL-3.0-or-later
"""The decision tree of a step that diagnoses: its questions in the order in which they are met, and its causes."""

from __future__ import annotations

from string import ascii_uppercase
from typing import Any

from docpages.markdown import container, prose, table, words


def of_step(step: dict[str, Any], trees: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The tree that a step walks, None for a step that walks none."""
    return trees.get(str((step.get("vars") or {}).get("diagnose_tree", "")))


def render(tree: dict[str, Any]) -> str:
    """Two tables: questions with where each answer leads, and causes with how sure and what then."""
    questions, causes = tree["questions"], tree["causes"]
    met = _in_order(tree)
    place = {key: str(number) for number, key in enumerate((key for key in met if key in questions), 1)}
    place |= {key: _letters(number) for number, key in enumerate(key for key in met if key in causes)}
    asked = [
        (f"**{place[key]}**", words(questions[key]["ask"]), _answers(questions[key]["answers"], place))
        for key in met
        if key in questions
    ]
    named = [
        (f"**{place[key]}**", prose(causes[key]["cause"]), words(causes[key]["confidence"]), _then(causes[key]))
        for key in met
        if key in causes
    ]
    lead = f"*{words(tree['title'])}.* {words(tree['symptom'])}"
    shown = container("wide", table(["", "question", "answers and where they lead"], asked))
    return "\n\n".join([lead, shown, container("wide", table(["", "cause", "confidence", "then"], named))])


def _in_order(tree: dict[str, Any]) -> list[str]:
    """Keys of questions and causes as a walk meets them, each once, question by question."""
    met, waiting = [], [tree["start"]]
    while waiting:
        key = waiting.pop(0)
        if key not in met:
            met.append(key)
            waiting += tree["questions"].get(key, {"answers": {}})["answers"].values()
    return met


def _answers(answers: dict[str, str], place: dict[str, str]) -> str:
    told = ((words(str(word).replace("_", " ")), place[target]) for word, target in answers.items())
    return "<br>".join(f"{word} → **{target}**" for word, target in told)


def _then(cause: dict[str, Any]) -> str:
    name = cause.get("runbook", "")
    treated = f"[`{name}`]({name}.md)" if name else ""
    by_itself = ", which `-e diagnose_fix=true` carries out" if name and "fix" in cause else ""
    return "<br>".join(part for part in (prose(cause.get("advice", "")), f"{treated}{by_itself}") if part)


def _letters(number: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    more, last = divmod(number, len(ascii_uppercase))
    return (_letters(more - 1) if more else "") + ascii_uppercase[last]
