# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The emergency stop is off: on is a warning, since somebody put it on; a level that cannot be told is unknown."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    View,
    each,
    text,
    whole,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl, short

NAME = "emergency_stop"
_LEVELS = {1: "no new agents", 2: "workflows suspended", 3: "workflows stopped", 4: "controllers halted"}


def judge(view: View) -> Iterator[dict]:
    """One finding."""
    return each(NAME, "ConfigMap", view.items("emergency_stop"), lambda seen: [_level(seen)])


def _level(seen: Item) -> dict:
    namespace, name = text(seen.get("namespace")), text(seen.get("name")) or "emergency-stop"
    named, level = subject("ConfigMap", namespace, name), whole(seen.get("level"))
    evidence = kubectl("get", "configmap", name, "-o", "yaml", namespace=namespace)
    if level is None:
        message = f"emergency stop: {short(seen.get('message'), 300) or 'nothing tells its level'}"
        return finding(NAME, "unknown", named, message, evidence=evidence)
    if level == 0:
        return finding(NAME, "ok", named, "emergency stop: off", value=0, threshold=0)
    words = f" ({_LEVELS[level]})" if level in _LEVELS else ""
    message = f"emergency stop: on at level {level}{words}"
    return finding(NAME, "warning", named, message, value=level, threshold=0, evidence=evidence)


CHECK = Check(
    name=NAME,
    title="The emergency stop is off",
    why="While it is on the API server refuses new work, which looks like a fault of everything else.",
    reads=("emergency_stop",),
    judge=judge,
)
