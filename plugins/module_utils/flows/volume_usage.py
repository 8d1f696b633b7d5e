# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How full volumes are, as Prometheus knows it from the kubelets. Private API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health import volume_stats
from ansible_collections.agent_platform.ops.plugins.module_utils.web.probe import ask

_MOST_BYTES = 16 * 1024 * 1024
_UNDERSTOOD = (200, 400, 422, 503)  # Prometheus says in these what it could not do


def read(
    prometheus_url: str, namespaces: Iterable[str], timeout: float = 5.0, *, validate_certs: bool = True
) -> list[dict[str, Any]]:
    """[{namespace, name, used, capacity}] in bytes of each claim that Prometheus knows; others are not in the list.

    :raises OpsError: unreachable or timeout, without a whole answer; invalid, for what is no URL or no namespace
    """
    words = urlencode({"query": volume_stats.query(namespaces)})
    answer = ask(
        f"{prometheus_url.rstrip('/')}/api/v1/query?{words}",
        timeout=timeout,
        validate_certs=validate_certs,
        most_bytes=_MOST_BYTES,
    )
    if answer.fault:
        kind = "timeout" if answer.fault == "timeout" else "unreachable"
        raise OpsError(kind, f"Prometheus at {prometheus_url} cannot be asked: {answer.problem}")
    if answer.status not in _UNDERSTOOD or answer.cut:
        what = "more than can be read" if answer.cut else f"HTTP {answer.status}"
        raise OpsError("unreachable", f"Prometheus at {prometheus_url} answered {what}", status=answer.status)
    return volume_stats.rows(answer.body)
