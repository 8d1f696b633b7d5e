# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubeconfigs for the ServiceAccounts of runbooks on a practice cluster. Private API."""

from __future__ import annotations

import base64
import binascii
import json
import time
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.files import read_json, write_private

_LIFE = 365 * 24 * 3600  # seconds
_RENEW_BEFORE = 30 * 24 * 3600  # seconds


def token_is_good(token: str, account_uid: str, now: float) -> bool:
    """Whether a ServiceAccount token is of this very account and lives on for a while. Pure; proves no signature."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        uid = claims["kubernetes.io"]["serviceaccount"]["uid"]
        return uid == account_uid and claims["exp"] > now + _RENEW_BEFORE
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
        return False


def kubeconfig_for(admin: dict[str, Any], account: str, token: str) -> dict[str, Any]:
    """The admin's kubeconfig with another user. Pure."""
    context = admin["contexts"][0]
    return {
        **admin,
        "contexts": [{**context, "context": {**context["context"], "user": account}}],
        "users": [{"name": account, "user": {"token": token}}],
    }


def ensure(client: Client, admin: Path, accounts: list[dict[str, Any]], *, dry_run: bool = False) -> dict[str, Any]:
    """Write ``kubeconfig-<account>`` beside the admin's kubeconfig for each ServiceAccount.

    :returns: {"kubeconfigs": {account: path}, "changed": [paths written]}
    """
    paths: dict[str, str] = {}
    changed: list[str] = []
    content = read_json(admin)
    if not content:
        raise OpsError("invalid", f"kubeconfig {admin} is not one of a practice cluster")
    for account in accounts:
        meta = account["metadata"]
        path = admin.with_name(f"kubeconfig-{meta['name']}")
        paths[meta["name"]] = str(path)
        where = resource("v1", "serviceaccounts", meta["namespace"], meta["name"])
        there = client.get_or_none(where)
        if there and token_is_good(_token_in(path), there["metadata"]["uid"], time.time()):
            continue
        changed.append(str(path))
        if not dry_run:
            body = {
                "apiVersion": "authentication.k8s.io/v1",
                "kind": "TokenRequest",
                "spec": {"expirationSeconds": _LIFE},
            }
            token = client.create(f"{where}/token", body)["status"]["token"]
            write_private(path, json.dumps(kubeconfig_for(content, meta["name"], token), indent=2))
    return {"kubeconfigs": paths, "changed": changed}


def _token_in(path: Path) -> str:
    users = read_json(path).get("users") or [{}]
    return str((users[0].get("user") or {}).get("token", ""))
