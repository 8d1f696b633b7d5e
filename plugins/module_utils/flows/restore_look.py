# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what a restore would do, show what differs, and write one object to a file. Private API."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from itertools import islice
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import restore_report as report
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.anew import anew
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.compare import shown
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Plan
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import restore_run
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_live import Cluster
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_plan import Source
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

_DIFFS = 20


def look(client: Client, options: Mapping[str, Any], *, diff: bool, check: bool) -> dict[str, Any]:
    """What module restore_info returns.

    :param check: write no file either
    """
    with restore_run.opened(client, options) as (manifest, source):
        if options["export"]:
            return _export(source, manifest, options, check)
        cluster, plan = restore_run.planned(client, source)
        rows = (row.as_dict() for row in plan.rows.values())
        first, file = present(rows, options["rows_directory"], f"restore_info-{plan.digest}")
        return {
            **restore_run.told(plan, manifest, source),
            "line": report.line(plan),
            "rows": first,
            "rows_file": file,
            "diff": _diffs(cluster, source, plan) if diff else [],
        }


def _diffs(cluster: Cluster, source: Source, plan: Plan) -> list[dict[str, Any]]:
    """What of the first objects that are other ones would change, without what is secret."""
    other = (key for key, row in plan.rows.items() if row.state in ("differs", "newer", "unfinished"))
    keys = set(islice(other, _DIFFS))
    diffs = []
    for part in source.chosen:
        served = cluster.served(part)
        if served is None or not any(key[0] == part.resource for key in keys):
            continue
        for key, item in source.objects(part, keys.__contains__):
            live = cluster.client.get_or_none(resource(served.api, served.kind.plural, key[1] or None, key[2])) or {}
            wished = anew(served.kind, item, source.terms, lambda one, at=key[1]: cluster.owner(one, at)).body
            before, after = shown(served.kind, live, wished)
            called = f"{served.name} {'/'.join(part for part in key[1:] if part)}"
            headers = {"before_header": f"{called} in the cluster", "after_header": f"{called} in the backup"}
            diffs.append({"before": before, "after": after, **headers})
    return diffs


def _export(source: Source, manifest: Manifest, options: Mapping[str, Any], check: bool) -> dict[str, Any]:
    path = options["export"]
    found = list(islice((one for part in source.chosen for one in source.objects(part, lambda key: True)), 2))
    if len(found) != 1:
        several = "several objects are" if found else "no object is"
        raise OpsError("invalid", f"export: {several} meant; narrow it to one with kinds and names")
    key, item = found[0]
    if key[0] == "secrets" and not options["export_secrets"]:
        raise OpsError("refused", "export: it is a Secret; export_secrets=true writes it in clear")
    metadata = {name: value for name, value in item["metadata"].items() if name not in ("uid", "resourceVersion")}
    if not check:
        _write(path, json.dumps({**item, "metadata": metadata}, ensure_ascii=False, indent=2) + "\n")
    called = "/".join(part for part in key if part)
    return {"backup": report.about(manifest), "exported": path, "line": f"{called} of {manifest.id} is in {path}"}


def _write(path: str, content: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
    except OSError as error:
        raise OpsError("invalid", f"export: {path} cannot be written: {error.strerror}") from error
