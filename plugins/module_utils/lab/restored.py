# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings under which a restored workflow-controller reaches nothing but its practice cluster. Private API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

try:
    import yaml
except ImportError:  # pragma: no cover - ansible-core brings it
    yaml = None

#: the name that a controller takes when it is given none
SETTINGS = "workflow-controller-configmap"
# Databases of the platform itself: a controller that knows fewer workflows than they hold deletes the others' rows.
_OUTSIDE = ("persistence", "synchronization")
_OPTION = "--configmap"
_HERE = ("127.0.0.1", "::1", "localhost")


def name_of(deployment: Mapping[str, Any]) -> str:
    """The ConfigMap that a controller's Deployment names in its command. Pure."""
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    words = [str(word) for word in [*(container.get("command") or []), *(container.get("args") or [])]]
    for number, word in enumerate(words):
        if word == _OPTION and words[number + 1 :]:
            return words[number + 1]
        if word.startswith(f"{_OPTION}="):
            return word.partition("=")[2]
    return SETTINGS


def isolated(data: Mapping[str, str], metrics_port: int) -> tuple[dict[str, str], list[str]]:
    """(the settings with a port of their own for metrics, what was left out of them). Pure.

    :raises OpsError: invalid, for settings that are no YAML mapping
    """
    left_out = [name for name in _OUTSIDE if name in data]
    kept = {name: text for name, text in data.items() if name not in (*_OUTSIDE, "telemetryConfig")}
    # The older form: everything in one text, beside which Argo takes no other key.
    if "config" in kept:
        settings = _mapping(kept["config"])
        left_out += [name for name in _OUTSIDE if name in settings]
        for name in (*_OUTSIDE, "telemetryConfig"):
            settings.pop(name, None)
        settings["metricsConfig"] = {"port": metrics_port, "secure": False}
        # JSON is YAML too.
        return {**kept, "config": json.dumps(settings)}, left_out
    return {**kept, "metricsConfig": json.dumps({"port": metrics_port, "secure": False})}, left_out


def isolate(
    client: Client, namespace: str, deployment: str, metrics_port: int, *, check: bool = False
) -> dict[str, Any]:
    """{settings, left_out, changed}: put the settings where the controller of a practice cluster looks for them.

    :raises OpsError: refused, for any other cluster; invalid, without the Deployment
    """
    if urlsplit(client.host).hostname not in _HERE:
        raise OpsError(
            "refused", f"{client.host} is no practice cluster of this machine; its settings stay as they are"
        )
    found = client.get_or_none(resource("apps/v1", "deployments", namespace, deployment))
    if found is None:
        raise OpsError(
            "invalid", f"there is no Deployment {namespace}/{deployment}, so nobody says which controller runs"
        )
    name = name_of(found)
    collection = resource("v1", "configmaps", namespace)
    source = client.get_or_none(f"{collection}/{name}") or {}
    data, left_out = isolated(source.get("data") or {}, metrics_port)
    there = source if name == SETTINGS else client.get_or_none(f"{collection}/{SETTINGS}")
    changed = not there or there.get("data") != data
    if changed and not check:
        _write(client, collection, there, data)
    return {"settings": name, "left_out": left_out, "changed": changed}


def _write(client: Client, collection: str, there: dict[str, Any] | None, data: dict[str, str]) -> None:
    if there:
        client.replace(f"{collection}/{SETTINGS}", {**there, "data": data})
    else:
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": SETTINGS}, "data": data}
        client.create(collection, body)


def _mapping(text: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text) if yaml else None
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict):
        raise OpsError(
            "invalid", "the settings of the workflow-controller are no YAML mapping, so it cannot be started"
        )
    return found
