# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which changes are meant by the names of recommendations or of workloads. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import short

ALL = "all"
_KINDS = {"deployment": "Deployment", "statefulset": "StatefulSet"}


def names_of(given: object) -> list[str]:
    """Names as a list, or as one text with commas as people write it on the command line."""
    parts = given.split(",") if isinstance(given, str) else given if isinstance(given, Iterable) else ()
    return list(dict.fromkeys(name for one in parts if (name := str(one).strip().lower())))


def to_apply(names: Sequence[str], recommendations: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """{changes, refusal}: what module resource_tuning is to do, one entry for each workload; or why it cannot be told.

    A recommendation that was carried out already has nothing left to change.
    """
    known = {one["id"]: one for one in recommendations}
    changes: dict[tuple[str, str, str], dict[str, Any]] = {}
    for name in names:
        one = known.get(name)
        if one is None:
            return _refused(f"{short(name)!r} is no recommendation; those that there are stand in the table Sizes")
        if one["change"] is None:
            if one["proposed"]:
                return _refused(f"{name} is not changed by a runbook: {one['by_hand']}")
            if one["verdict"] == "not_enough_data":
                return _refused(f"{name}: there is not enough data for a recommendation")
            continue
        change = one["change"]
        key = (change["kind"], change["namespace"], change["name"])
        changes[key] = {**changes.get(key, {}), **change}
    return {"changes": list(changes.values()), "refusal": ""}


def to_revert(names: Sequence[str]) -> dict[str, Any]:
    """The same for workloads such as deployment/argo/argo-workflows-server; none of them stands for everything."""
    if list(names) == [ALL]:
        return {"changes": [], "refusal": ""}
    changes = []
    for name in names:
        kind, *place = name.split("/")
        if kind not in _KINDS or len(place) not in (2, 3) or not all(place):
            return _refused(
                f"{short(name)!r} is neither all nor a workload such as deployment/argo/argo-workflows-server"
            )
        change = {"kind": _KINDS[kind], "namespace": place[0], "name": place[1]}
        if change not in changes:
            changes.append(change)
    return {"changes": changes, "refusal": ""}


def _refused(why: str) -> dict[str, Any]:
    return {"changes": [], "refusal": why}
