# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read restored work and what was made for it. Private API."""

from __future__ import annotations

from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN, WORKFLOW, Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.restarts import POD_LABEL, Makings, Restarts
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lists import ADAPTIVE
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource


def look(client: Client) -> dict[str, Any]:
    """{ended, again, rows} of both kinds; a kind that the cluster does not know has nothing that could run."""
    pods = client.read(resource("v1", "pods"), Makings, metadata_only=True, label_selector=POD_LABEL)
    jobs = client.read(resource("batch/v1", "jobs"), lambda: Makings(CODERUN.kind), metadata_only=True)
    found = [_restarts(client, WORKFLOW, pods), _restarts(client, CODERUN, jobs)]
    return {
        "ended": sum(one.ended for one in found),
        "again": sum(one.again for one in found),
        "rows": [row for one in found for row in one.rows],
    }


def _restarts(client: Client, kind: Kind, makings: Makings) -> Restarts:
    try:
        return client.read(resource(*kind.at), lambda: Restarts(kind.kind, makings), limit=ADAPTIVE)
    except NotFoundError:
        return Restarts(kind.kind, makings)
