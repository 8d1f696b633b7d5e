# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pause and resume the automatic sync of Argo CD Applications that would undo a change. Private API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import holding
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

_HOLDER = holding.BY_RESOURCE["applications.argoproj.io"]
_PLURAL = "applications"


def applications(client: Client) -> list[Item]:
    """All of them; none where the cluster has no Argo CD."""
    try:
        return [item for page in client.pages(resource(_HOLDER.api, _PLURAL)) for item in page]
    except NotFoundError:
        return []


def pause(client: Client, application: Item, check: bool) -> None:
    """What was there before is kept on the Application, as module quiesce keeps it.

    :raises OpsError: conflict, when it changed since it was read
    """
    _write(client, application, holding.hold, check)


def resume(client: Client, application: Item, check: bool) -> None:
    """:raises OpsError: as pause(), and refused when nobody can tell what was there before"""
    _write(client, application, holding.release, check)


def _write(
    client: Client, application: Item, decide: Callable[[holding.Holder, Mapping[str, Any]], Any], check: bool
) -> None:
    path = resource(_HOLDER.api, _PLURAL, application["metadata"]["namespace"], application["metadata"]["name"])
    found = client.get(path)
    patch = decide(_HOLDER, found)
    if isinstance(patch, str):
        raise OpsError("refused", f"Application {found['metadata']['name']}: {patch}")
    if patch:
        bound = {name: found["metadata"][name] for name in ("uid", "resourceVersion")}
        client.patch(path, {**patch, "metadata": {**patch["metadata"], **bound}}, dry_run=check)
