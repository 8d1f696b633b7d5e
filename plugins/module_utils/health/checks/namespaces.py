# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The namespaces of the platform are there: an absent one looks like an empty one to every other check. Private API.

| status   | when                                                         |
|----------|--------------------------------------------------------------|
| critical | it does not exist, or it is being deleted with all that is in it |
| unknown  | it has no phase that Kubernetes writes                       |
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    View,
    about,
    mapping,
    sequence,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import judge_many, kubectl

NAME = "namespaces"


def judge(view: View) -> Iterator[dict]:
    """One finding for each namespace that is not well, one for all the others."""
    found = {about(item)["name"]: item for item in view.items("namespaces")}
    wanted = [name for name in sequence(view.settings.get("namespaces")) if text(name)]
    for name in wanted:
        if name not in found:
            message = f"Namespace {name}: does not exist"
            yield finding(NAME, "critical", subject("Namespace", name=name), message, evidence="kubectl get namespaces")
    # Without names the platform is the whole cluster.
    seen = [item for name, item in found.items() if name in wanted or not wanted]
    if seen or not wanted:
        yield from judge_many(NAME, "Namespace", seen, _namespace, "namespace", "active")


def _namespace(item: Item) -> Iterator[dict]:
    phase, named = mapping(item.get("status")).get("phase"), about(item, "Namespace")
    if phase == "Active":
        return
    told = ("unknown", "nothing says what it does" if not phase else "its phase is no word of Kubernetes")
    if phase == "Terminating":
        told = ("critical", "it is being deleted with everything in it")
    evidence = kubectl("describe", "namespace", named["name"])
    yield finding(NAME, told[0], named, f"Namespace {named['name']}: {told[1]}", evidence=evidence)


CHECK = Check(
    name=NAME,
    title="The platform's namespaces exist",
    why="A namespace that is gone looks like an empty one, in which nothing can be wrong.",
    reads=("namespaces",),
    judge=judge,
)
