# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Prometheus knows of the use of volumes: the query, and how its answer is read. Pure. Private API."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.prometheus_answer import result

_NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# A claim that moved, or two Prometheus servers behind one address, give several series: the worse one counts.
_SERIES = 'label_replace({worse} by (namespace, persistentvolumeclaim) ({metric}{{{where}}}), "what", "{what}", "", "")'


def query(namespaces: Iterable[str]) -> str:
    """PromQL: used bytes and capacity of each claim in these namespaces, told apart by the label ``what``.

    :raises OpsError: invalid, for what cannot be the name of a namespace, or for none
    """
    wanted = sorted(set(namespaces))
    odd = [name for name in wanted if not isinstance(name, str) or not _NAMESPACE.fullmatch(name)]
    if odd or not wanted:
        raise OpsError("invalid", f"{odd[0]!r:.80} is no name of a namespace" if odd else "no namespace is named")
    where = f'namespace=~"{"|".join(wanted)}"'
    parts = (
        ("max", "kubelet_volume_stats_used_bytes", "used"),
        ("min", "kubelet_volume_stats_capacity_bytes", "capacity"),
    )
    return " or ".join(
        _SERIES.format(worse=worse, metric=metric, where=where, what=what) for worse, metric, what in parts
    )


def rows(body: bytes) -> list[dict]:
    """[{namespace, name, used, capacity}] in bytes, by namespace and name, from the answer to the query.

    A claim of which one number is missing or is none is left out: nothing is known of it.

    :raises OpsError: unreachable, for an answer that is an error, is not whole, or is not Prometheus'
    """
    numbers: dict[tuple[str, str], dict[str, float]] = {}
    for series in result(body, "vector"):
        _note(series, numbers)
    return [
        {"namespace": namespace, "name": name, "used": found["used"], "capacity": found["capacity"]}
        for (namespace, name), found in sorted(numbers.items())
        if "used" in found and found.get("capacity")
    ]


def _note(series: object, numbers: dict[tuple[str, str], dict[str, float]]) -> None:
    try:
        labels, value = series["metric"], float(series["value"][1])  # type: ignore[index]
        key, what = (labels["namespace"], labels["persistentvolumeclaim"]), labels["what"]
    except (TypeError, KeyError, IndexError, ValueError):
        return
    if all(isinstance(name, str) for name in key) and math.isfinite(value) and value >= 0:
        numbers.setdefault(key, {})[what] = value
