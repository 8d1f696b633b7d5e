# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How answers of Prometheus' API are read: whole, or an error in its own words. Pure. Private API."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError


@dataclass(frozen=True, slots=True)
class Samples:
    """One series of a range: (seconds since 1970, value), oldest first; what is no number is left out."""

    labels: dict[str, str]
    points: tuple[tuple[float, float], ...]


def result(body: bytes, kind: str) -> list[Any]:
    """data.result of an answer.

    :param kind: vector or matrix
    :raises OpsError: unreachable, for an answer that is an error, is not whole, or is not Prometheus'
    """
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or answer.get("status") not in ("success", "error"):
        raise OpsError("unreachable", f"Prometheus answered {len(body)} bytes that are no result of a query")
    complaint = answer.get("error") or answer.get("warnings")
    if answer["status"] == "error" or complaint:
        words = complaint[0] if isinstance(complaint, list) else complaint
        raise OpsError(
            "unreachable", f"Prometheus could not answer the whole query: {' '.join(str(words).split()):.200}"
        )
    data = answer.get("data")
    if not isinstance(data, dict) or data.get("resultType") != kind or not isinstance(data.get("result"), list):
        raise OpsError("unreachable", f"Prometheus answered the query with something that is no {kind}")
    return data["result"]


def ranges(body: bytes) -> list[Samples]:
    """Every series of the answer to a query over a range.

    :raises OpsError: unreachable, as result() does
    """
    return [
        Samples(_texts(one.get("metric")), tuple(_points(one.get("values"))))
        for one in result(body, "matrix")
        if isinstance(one, dict)
    ]


def _points(values: object) -> Iterator[tuple[float, float]]:
    for pair in values if isinstance(values, list) else ():
        try:
            at, value = float(pair[0]), float(pair[1])
        except (TypeError, KeyError, IndexError, ValueError, OverflowError):
            continue
        if math.isfinite(at) and math.isfinite(value):
            yield at, value


def _texts(labels: object) -> dict[str, str]:
    found = labels if isinstance(labels, dict) else {}
    return {name: value for name, value in found.items() if isinstance(value, str)}
