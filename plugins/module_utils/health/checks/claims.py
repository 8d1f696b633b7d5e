# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volume claims are bound and have space left.

| status   | when                                                                                 |
|----------|--------------------------------------------------------------------------------------|
| critical | nearly full, or its volume is lost                                                   |
| warning  | filling up, or nobody has given it a volume for long                                 |
| unknown  | no phase that Kubernetes writes, or nobody knows how much of it is used              |

The kubelet measures a volume only while a pod has it mounted, so a claim that nobody uses is unknown as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    Threshold,
    View,
    about,
    all_well,
    each,
    mapping,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes, parse, share
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import age, called, counted, kubectl, meta
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

NAME = "claims"


def judge(view: View) -> Iterator[dict]:
    """One finding for each claim that is not well or cannot be told, one for all the others."""
    claims = view.items("claims")
    usage = {(text(one.get("namespace")), text(one.get("name"))): one for one in view.items("volume_usage")}
    found = list(each(NAME, "PersistentVolumeClaim", claims, lambda claim: _claim(claim, usage, view)))
    yield from found
    others = len(claims) - len(found)
    if others and not usage and not view.was_read("volume_usage"):
        return
    if others and not usage:
        words = f"nobody knows how much of {counted(others, 'bound claim')} is used"
        yield finding(NAME, "unknown", subject("PersistentVolumeClaim"), words, value=others)
    elif others:
        words = f"{counted(others, 'claim')}: bound or just made, less than {view.limits['warning']:g} % used"
        yield all_well(NAME, "PersistentVolumeClaim", others, words)
    elif not claims:
        yield all_well(NAME, "PersistentVolumeClaim", 0, "there are no claims")


def _claim(claim: Item, usage: dict[tuple[str, str], Item], view: View) -> Iterator[dict]:
    named, status = about(claim, "PersistentVolumeClaim"), mapping(claim.get("status"))
    phase, since = status.get("phase"), age(meta(claim).get("creationTimestamp"), view.now)
    told: tuple = ()
    if phase == "Lost":
        told = "critical", "the volume that it was bound to is gone"
    elif phase == "Pending":
        if since is None or since > view.limits["pending"]:
            how_long = "" if since is None else f" for {format_age(since)}"
            told = "warning", f"has no volume{how_long}"
    elif phase != "Bound":
        told = "unknown", "nothing says whether it is bound" if not phase else "its phase is no word of Kubernetes"
    elif usage:
        told = _of_space(usage.get((named["namespace"], named["name"])), view.limits)
    if told:
        word, words, *percent = told
        evidence = kubectl("describe", "pvc", named["name"], namespace=named["namespace"])
        value, limit = (percent[0], view.limits[word]) if percent else (None, None)
        message = f"{called(claim, 'PersistentVolumeClaim')}: {words}"
        yield finding(NAME, word, named, message, value=value, threshold=limit, evidence=evidence)


def _of_space(seen: Item | None, limits: dict[str, float]) -> tuple:
    """(status, words, percent), nothing when there is enough left."""
    if seen is None:
        return "unknown", "nobody measures how much of it is used"
    used, capacity = parse(seen.get("used")), parse(seen.get("capacity"))
    percent = share(used, capacity)
    if used is None or capacity is None or percent is None or used < 0:
        return "unknown", "what was measured of its space is no number"
    word = "critical" if percent >= limits["critical"] else "warning" if percent >= limits["warning"] else ""
    amounts = f"{as_bytes(used)} of {as_bytes(capacity)}"
    return (word, f"{percent:g} % full ({amounts}, limit {limits[word]:g} %)", percent) if word else ()


CHECK = Check(
    name=NAME,
    title="Volume claims are bound and have space left",
    why="An agent that cannot write to its workspace fails in the middle of its work, and a lost volume holds it up.",
    reads=("claims", "volume_usage"),
    judge=judge,
    thresholds=(
        Threshold("warning", 80, "One clone of a repository with its build takes up to a fifth of a workspace.", "%"),
        Threshold("critical", 90, "From here the next agent runs out of space before it ends.", "%"),
        Threshold("pending", "15m", "A volume is made within minutes once a pod asks for it."),
    ),
    needs_all=False,
    runbook="diagnose_storage_full",
)
