# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look whether what was restored is there as it is in the backup. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.anew import anew
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.compare import lost
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.holding import free_form
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Served
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Key, Row
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import own_part
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_live import Cluster
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_plan import Source
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

_SHOWN = 5  # fields in a reason


def look(cluster: Cluster, source: Source, written: Iterable[Row]) -> dict[Key, str]:
    """Why what was written is not as it was wished, by key; every kind is read once more.

    What the cluster added by itself, such as defaults of a newer version, is no reason.
    """
    rows = {row.key: row for row in written}
    reasons: dict[Key, str] = {}
    for part in source.chosen:
        wanted = {key: row for key, row in rows.items() if key[0] == part.resource}
        served = cluster.served(part) if wanted else None
        if served is None:
            reasons |= dict.fromkeys(wanted, "its kind is not served any more")
            continue
        reasons |= _of_kind(cluster, source, part, served, wanted)
    return reasons


def _of_kind(cluster: Cluster, source: Source, part: Part, served: Served, wanted: Mapping[Key, Row]) -> dict[Key, str]:
    seen = cluster.look(served, again=True)
    if seen.problem:
        return dict.fromkeys(wanted, f"nobody may look whether it is there: {seen.problem}")
    there = {key: seen.found.get(key[1:]) for key in wanted}
    reasons = {key: "it was accepted, and is not there" for key, one in there.items() if one is None}
    other = {key for key, one in there.items() if one is not None and one.digest != wanted[key].digest}
    if other:
        for key, item in source.objects(part, other.__contains__):
            if reason := _difference(cluster, source, served, key, item):
                reasons[key] = reason
    return reasons


def _difference(cluster: Cluster, source: Source, served: Served, key: Key, item: dict[str, Any]) -> str:
    live = cluster.client.get_or_none(resource(served.api, served.kind.plural, key[1] or None, key[2]))
    if live is None:
        return "it was accepted, and is not there any more"
    wished = anew(served.kind, item, source.terms, lambda one: cluster.owner(one, key[1])).body
    there = free_form(served.kind.resource, live)
    fields = list(islice(lost(own_part(served.kind, wished), own_part(served.kind, there)), _SHOWN + 1))
    if not fields:
        return ""
    more = " and more" if len(fields) > _SHOWN else ""
    return f"it is there, and not as in the backup: {', '.join(fields[:_SHOWN])}{more}"
