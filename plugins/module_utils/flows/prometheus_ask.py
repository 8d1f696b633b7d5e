# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask Prometheus: one question, one whole answer or one clear error. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.prometheus_answer import Samples, ranges
from ansible_collections.agent_platform.ops.plugins.module_utils.web.probe import ask

_MOST_BYTES = 16 * 1024 * 1024
_UNDERSTOOD = (200, 400, 422, 503)  # Prometheus says in these what it could not do
#: Prometheus refuses more than 11,000 points in a series; these are enough for a trend
_MOST_POINTS = 500


def answer(
    prometheus_url: str, path: str, words: Mapping[str, object], timeout: float = 5.0, *, validate_certs: bool = True
) -> bytes:
    """The body of what it answers, which may be an error in its own words.

    :param path: such as api/v1/query. words: the query of the URL
    :raises OpsError: unreachable or timeout, without a whole answer; invalid, for what is no URL
    """
    said = ask(
        f"{prometheus_url.rstrip('/')}/{path}?{urlencode(words)}",
        timeout=timeout,
        validate_certs=validate_certs,
        most_bytes=_MOST_BYTES,
    )
    if said.fault:
        kind = "timeout" if said.fault == "timeout" else "unreachable"
        raise OpsError(kind, f"Prometheus at {prometheus_url} cannot be asked: {said.problem}")
    if said.status not in _UNDERSTOOD or said.cut:
        what = "more than can be read" if said.cut else f"HTTP {said.status}"
        raise OpsError("unreachable", f"Prometheus at {prometheus_url} answered {what}", status=said.status)
    return said.body


def over(
    prometheus_url: str,
    query: str,
    start: float,
    end: float,
    timeout: float = 5.0,
    *,
    validate_certs: bool = True,
) -> list[Samples]:
    """What a query gave between two moments (seconds since 1970), at most 500 points of each series.

    :raises OpsError: as answer() does, and unreachable for an answer that is no range
    """
    step = max(15, round((end - start) / _MOST_POINTS))
    words = {"query": query, "start": f"{start:.0f}", "end": f"{end:.0f}", "step": step}
    return ranges(answer(prometheus_url, "api/v1/query_range", words, timeout, validate_certs=validate_certs))
