# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows of every template end well over the window. How it is judged: health/rates.py."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health import rates
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    View,
    each,
    mapping,
    sequence,
    text,
    whole,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl, short

NAME = "failing_workflows"


def judge(view: View) -> Iterator[dict]:
    """One finding for each template that fails too often, one for all the others."""
    seconds = rates.window(view.settings)
    rows = [row for part in view.items("workflows") for row in sequence(part.get("ended")) if isinstance(row, dict)]
    rest = {}
    for row in rows:
        found = list(each(NAME, "WorkflowTemplate", [row], lambda row: _template(row, view, seconds)))
        yield from found
        if not found:
            rest[text(row.get("template"))] = _tally(row)
    if rest or not rows:
        yield rates.others(NAME, "WorkflowTemplate", "workflow", rest, view.limits, seconds)


def _template(row: Item, view: View, seconds: float) -> Iterator[dict]:
    last = mapping(row.get("last"))
    namespace, name, template = text(last.get("namespace")), text(last.get("name")), text(row.get("template"))
    named = subject("WorkflowTemplate", namespace, template)
    evidence = kubectl("describe", "workflow", name, namespace=namespace) if name else ""
    what = f"template {template}" if template else "workflows without a template"
    found = rates.judge(NAME, named, what, _tally(row), view.limits, seconds, evidence)
    if found:
        yield found


def _tally(row: Item) -> rates.Tally:
    last = mapping(row.get("last"))
    said = short(last.get("message"))
    name = "/".join(part for part in (text(last.get("namespace")), text(last.get("name"))) if part)
    words = f"{name}: {said}" if name and said else name
    return rates.Tally(whole(row.get("succeeded")) or 0, whole(row.get("failed")) or 0, words)


CHECK = Check(
    name=NAME,
    title="The workflows of every template end well",
    why="A template that fails again and again wastes agents, and a wrong change to it looks like bad luck.",
    reads=("workflows",),
    judge=judge,
    thresholds=rates.THRESHOLDS,
)
