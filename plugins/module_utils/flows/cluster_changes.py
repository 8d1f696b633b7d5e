# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a cluster was made or changed since a revision of its etcd. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import CATALOGUE, Served, served
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time, require_time

Row = dict[str, Any]


def prepare(options: Mapping[str, Any]) -> Callable[[Client], dict[str, Any]]:
    """Judge the options; the rest needs a cluster.

    :raises OpsError: invalid, naming the option
    """
    revision, since = options["revision"], require_time(options["since"], "since")
    if revision < 1:
        raise OpsError("invalid", f"revision is {revision}; a revision of etcd is 1 or more")

    def look(client: Client) -> dict[str, Any]:
        found, _missing = served(CATALOGUE, client.discover().rows)
        rows = sorted(
            (row for one in found for row in _since(client, one, revision, since)),
            key=lambda row: (row["subject"]["kind"], row["subject"]["namespace"], row["subject"]["name"]),
        )
        first, file = present(rows, options["rows_directory"], f"cluster_changes-{revision}")
        made = sum(1 for row in rows if row["change"] == "made")
        line = f"{counted(made, 'object')} made and {len(rows) - made:,} changed since {options['since']}"
        return {"line": line, "total": len(rows), "rows": first, "rows_file": file}

    return look


def _since(client: Client, kind: Served, revision: int, since: Any) -> Iterator[Row]:
    for page in client.pages(resource(kind.api, kind.kind.plural), metadata_only=True):
        for item in page:
            metadata = mapping(item.get("metadata"))
            version = text(metadata.get("resourceVersion"))
            # A version that is no number tells nothing, so the object counts as changed.
            if version.isdecimal() and int(version) <= revision:
                continue
            created = parse_time(metadata.get("creationTimestamp"))
            made = created is not None and created > since
            about = subject(kind.name, text(metadata.get("namespace")), text(metadata.get("name")))
            yield {"subject": about, "change": "made" if made else "changed"}
