# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resource quotas leave room: at a full quota the API server refuses pods, claims and CodeRuns.

| status   | when                                                                                        |
|----------|---------------------------------------------------------------------------------------------|
| critical | so much of a limit is used that the next task may not fit, or anything where nothing is allowed |
| warning  | much of it is used                                                                          |
| unknown  | nobody has counted, or what is written is no quantity                                       |
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    Threshold,
    View,
    about,
    all_well,
    each,
    mapping,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes, as_cores, parse, share
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted, kubectl

NAME = "quotas"


def judge(view: View) -> Iterator[dict]:
    """One finding for each limit that is nearly used up or cannot be told, one for all the others."""
    quotas = view.items("quotas")
    found = list(each(NAME, "ResourceQuota", quotas, lambda quota: _quota(quota, view.limits)))
    good = sum(one["status"] == "ok" for one in found)
    yield from (one for one in found if one["status"] != "ok")
    if good:
        words = (
            f"{counted(good, 'limit')} of {counted(len(quotas), 'quota')}: less than {view.limits['warning']:g} % used"
        )
        yield all_well(NAME, "ResourceQuota", good, words)
    elif not found:
        yield all_well(NAME, "ResourceQuota", 0, "there are no quotas")


def _quota(quota: Item, limits: dict[str, float]) -> Iterator[dict]:
    status = mapping(quota.get("status"))
    hard = mapping(mapping(quota.get("spec")).get("hard")) or mapping(status.get("hard"))
    used = mapping(status.get("used"))
    named = about(quota, "ResourceQuota")
    evidence = kubectl("describe", "resourcequota", named["name"], namespace=named["namespace"])
    for resource, limit in sorted(hard.items()):
        word, words, percent = _standing(resource, used.get(resource), limit, limits)
        message = f"quota {named['namespace']}/{named['name']}: {words}"
        threshold = limits["critical" if word == "critical" else "warning"]
        yield finding(NAME, word, named, message, value=percent, threshold=threshold, evidence=evidence)


def _standing(resource: str, used: object, limit: object, limits: dict[str, float]) -> tuple[str, str, float | None]:
    taken, allowed = parse(used), parse(limit)
    if allowed is None:
        return "unknown", f"the limit of {resource} is no quantity ({limit!r:.40})", None
    if taken is None:
        why = "nobody has counted" if used is None else f"{used!r:.40} is no quantity of"
        return "unknown", f"{why} {resource}", None
    percent = share(taken, allowed)
    if percent is None:
        if taken <= 0:
            return "ok", f"{resource}: none allowed and none used", None
        return "critical", f"{resource}: {_amount(resource, taken)} used, none allowed", None
    word = "critical" if percent >= limits["critical"] else "warning" if percent >= limits["warning"] else "ok"
    reached = limits["critical" if word == "critical" else "warning"]
    amounts = f"{_amount(resource, taken)} of {_amount(resource, allowed)}"
    return word, f"{resource} {percent:g} % ({amounts}, limit {reached:g} %)", percent


def _amount(resource: str, number: Decimal) -> str:
    """In the unit of the resource: "requests.cpu" counts cores, "requests.storage" bytes, "count/jobs.batch" things."""
    last = resource.rpartition("/")[2]
    if not resource.startswith("count/"):
        if last.endswith("cpu"):
            return as_cores(number)
        if last.endswith(("memory", "storage")) or "hugepages-" in last:
            return as_bytes(number)
    return f"{number:,.0f}"


CHECK = Check(
    name=NAME,
    title="Resource quotas leave room for the next task",
    why="At a full quota new agents and workflows are refused, often without anybody being told.",
    reads=("quotas",),
    judge=judge,
    thresholds=(
        Threshold("warning", 85, "One play needs up to a tenth of the usual quota, so one more still fits.", "%"),
        Threshold("critical", 95, "The next play will not fit any more.", "%"),
    ),
    runbook="weekly_maintenance",
)
