# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Look whether a control plane may move to another version: versions, and who uses what goes. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import marks, objects
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import api_use, helm_releases, skew
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.api_use import Removal
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version, parse

_MOST_METRICS = 256 * 1024**2  # bytes
Findings = Iterator[dict]


def prepare(options: Mapping[str, Any]) -> Callable[[Client], dict[str, Any]]:
    """Judge the options; the rest needs a cluster.

    :raises OpsError: invalid, naming the option
    """
    target, known = parse(options["version"], "version"), api_use.removals(options["removals"])
    return lambda client: look(client, target, known, options["deep"])


def look(client: Client, target: Version, known: list[Removal], deep: bool) -> dict[str, Any]:
    """{line, version, nodes, findings}

    :param deep: look for those who use what goes; without it at versions alone
    """
    current = parse(text(client.get("/version").get("gitVersion")), "the version of the server")
    nodes = [item for page in client.pages(resource("v1", "nodes")) for item in page]
    found = skew.judge(current, target, nodes)
    if deep:
        found += _uses(client, current, target, known)
    moving = skew.to_move(target, nodes)
    bad = sum(1 for one in found if one["status"] != "ok")
    told = counted(bad, "finding") if bad else "nothing in the way"
    line = f"{current} to {target} · {counted(len(moving), 'node')} to move · {told}"
    rows = [
        {**skew.row(node), "move": skew.kubelet(node)[0] in moving, "drained_for": marks.why(objects.node(node))}
        for node in nodes
    ]
    return {
        "line": line,
        "version": str(current),
        "reached": current == target,
        "nodes": rows,
        "findings": worst_first(found),
    }


def _uses(client: Client, current: Version, target: Version, known: list[Removal]) -> list[dict]:
    found = [
        *_told("the server's own metrics", lambda: _requested(client, target)),
        *_told("the fields of objects", lambda: _written(client, current, target, known)),
        *_told("stored Helm releases", lambda: _released(client, known, target)),
    ]
    if not found:
        message = f"nobody is seen to use an API that is gone in {target.line}"
        found = [finding(api_use.CHECK, "ok", subject("Cluster", "", "APIs"), message)]
    return found


def _told(what: str, looked: Callable[[], Findings]) -> list[dict]:
    """What was found; that nobody may look is found too."""
    try:
        return list(looked())
    except OpsError as error:
        if error.status is None and error.kind != "unverified":
            raise
        message = f"{what} could not be looked at, so nobody knows who uses what goes: {error.message}"
        return [finding(api_use.CHECK, "unknown", subject("Cluster", "", what), message)]


def _requested(client: Client, target: Version) -> Findings:
    data = client.text("/metrics", _MOST_METRICS)
    if len(data) >= _MOST_METRICS:
        raise OpsError("unverified", "they are larger than 256 MiB")
    return api_use.requested(data.decode("utf-8", "replace"), target)


def _written(client: Client, current: Version, target: Version, known: list[Removal]) -> Findings:
    gone = api_use.between(known, current, target)
    if not gone:
        return
    rows = {(row["resource"].partition(".")[2], row["kind"]): row for row in reversed(client.discover().rows)}
    for removal in gone:
        for kind in sorted(removal.kinds):
            row = rows.get((removal.api.partition("/")[0], kind))
            if row is None:
                continue
            path = resource(row["api"], row["resource"].partition(".")[0])
            for page in client.pages(path, metadata_only=True):
                yield from api_use.written(removal, page, kind)


def _released(client: Client, known: list[Removal], target: Version) -> Findings:
    # Without the content of any other Secret.
    fields, labels = f"type={helm_releases.TYPE}", "owner=helm,status=deployed"
    pages = client.pages(resource("v1", "secrets"), label_selector=labels, field_selector=fields)
    for page in pages:
        for secret in page:
            if not helm_releases.is_deployed(secret):
                continue
            try:
                release = helm_releases.read(secret)
            except OpsError as error:
                metadata = mapping(secret.get("metadata"))
                about = subject("HelmRelease", text(metadata.get("namespace")), text(metadata.get("name")))
                yield finding(api_use.CHECK, "unknown", about, error.message)
                continue
            yield from api_use.released(release.namespace, release.name, release.objects, known, target)
