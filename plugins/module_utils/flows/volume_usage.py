# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How full volumes are, as Prometheus knows it from the kubelets. Private API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.flows.prometheus_ask import answer
from ansible_collections.agent_platform.ops.plugins.module_utils.health import volume_stats


def read(
    prometheus_url: str, namespaces: Iterable[str], timeout: float = 5.0, *, validate_certs: bool = True
) -> list[dict[str, Any]]:
    """[{namespace, name, used, capacity}] in bytes of each claim that Prometheus knows; others are not in the list.

    :raises OpsError: unreachable or timeout, without a whole answer; invalid, for what is no URL or no namespace
    """
    words = {"query": volume_stats.query(namespaces)}
    return volume_stats.rows(answer(prometheus_url, "api/v1/query", words, timeout, validate_certs=validate_certs))
