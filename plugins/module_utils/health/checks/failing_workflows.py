# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows of every template end well over the window. How it is judged: health/rates.py."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    View,
    all_well,
    each,
    mapping,
    sequence,
    text,
    whole,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.rates import THRESHOLDS, Tally, judge, window
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted, kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

NAME = "failing_workflows"


def _judge(view: View) -> Iterator[dict]:
    seconds, good = window(view.settings), 0
    rows = [row for part in view.items("workflows") for row in sequence(part.get("ended")) if isinstance(row, dict)]
    for row in rows:
        found = list(each(NAME, "WorkflowTemplate", [row], lambda row: _template(row, view, seconds)))
        yield from found
        good += 0 if found else _tally(row).ended
    if good:
        words = f"{counted(good, 'workflow')} ended in the last {format_age(seconds)}: enough of every template well"
        yield all_well(NAME, "WorkflowTemplate", good, words)
    elif not rows:
        yield all_well(NAME, "WorkflowTemplate", 0, f"no workflow ended in the last {format_age(seconds)}")


def _template(row: Item, view: View, seconds: float) -> Iterator[dict]:
    last = mapping(row.get("last"))
    namespace, name, template = text(last.get("namespace")), text(last.get("name")), text(row.get("template"))
    named = subject("WorkflowTemplate", namespace, template)
    evidence = kubectl("describe", "workflow", name, namespace=namespace) if name else ""
    what = f"template {template}" if template else "workflows without a template"
    found = judge(NAME, named, what, _tally(row), view.limits, seconds, evidence)
    if found:
        yield found


def _tally(row: Item) -> Tally:
    last = mapping(row.get("last"))
    said = " ".join(text(last.get("message")).split())
    name = "/".join(part for part in (text(last.get("namespace")), text(last.get("name"))) if part)
    words = f"{name}: {said:.160}" if name and said else name
    return Tally(whole(row.get("succeeded")) or 0, whole(row.get("failed")) or 0, words)


CHECK = Check(
    name=NAME,
    title="The workflows of every template end well",
    why="A template that fails again and again wastes agents, and a wrong change to it looks like bad luck.",
    reads=("workflows",),
    judge=_judge,
    thresholds=THRESHOLDS,
)
