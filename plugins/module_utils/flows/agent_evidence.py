# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep what a pod was and said before it is deleted: manifest, events, logs, without secrets. Private API."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import redaction
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

_FOLDER = "restarted-pods"
_ODD = re.compile(r"[^A-Za-z0-9._-]")
_LINES = 5000
_BYTES = 4 << 20


def keep(client: Client, pod: Item, directory: str | None) -> tuple[str, list[str]]:
    """(folder with pod.json, events.json and a log for each container, what could not be read).

    Files are readable by their owner alone. What cannot be read, such as the log on a node that is lost, is told and
    does not keep anybody from going on.

    :param directory: where the folder is made; by default in the state folder of the collection
    :raises OpsError: invalid, when a file cannot be written
    """
    meta = mapping(pod.get("metadata"))
    namespace, name = text(meta.get("namespace")), text(meta.get("name"))
    parts = (namespace, name, text(meta.get("uid"))[:8])
    folder = os.path.join(_base(directory), _FOLDER, _ODD.sub("_", "_".join(parts)))
    secrets, missing = redaction.secret_names(pod), []
    manifest = {**pod, "metadata": {key: value for key, value in meta.items() if key != "managedFields"}}
    files = {"pod.json": _json(redaction.document(manifest, secrets))}
    try:
        events, _version = client.list_at(
            resource("v1", "events", namespace), {"fieldSelector": f"involvedObject.uid={meta.get('uid')}"}
        )
        files["events.json"] = _json(redaction.document(events, secrets))
    except OpsError as error:
        missing.append(f"its events ({error.message})")
    for container, previous in _logs(pod):
        file = f"{_ODD.sub('_', container)}{'.previous' if previous else ''}.log"
        try:
            query = {"previous": "true"} if previous else {}
            said = client.log(namespace, name, container, most=_BYTES, tailLines=_LINES, timestamps="true", **query)
            files[file] = redaction.words(said, secrets)
        except OpsError as error:
            missing.append(f"the {'previous ' if previous else ''}log of {container} ({error.message})")
    _write(folder, files)
    return folder, missing


def _logs(pod: Item) -> list[tuple[str, bool]]:
    """(container, whether its run before the current one) of all that has a log."""
    status = mapping(pod.get("status"))
    found = []
    for part in ("initContainerStatuses", "containerStatuses"):
        for one in map(mapping, sequence(status.get(part))):
            state, name = mapping(one.get("state")), text(one.get("name"))
            if name and not state.get("waiting"):
                found.append((name, False))
            if name and mapping(one.get("lastState")).get("terminated"):
                found.append((name, True))
    return found


def _write(folder: str, files: dict[str, str]) -> None:
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        for name, content in files.items():
            descriptor = os.open(os.path.join(folder, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                stream.write(content)
    except OSError as error:
        raise OpsError("invalid", f"keep_directory: {folder} cannot be written: {error.strerror}") from error


def _base(directory: str | None) -> str:
    state = os.environ.get("XDG_STATE_HOME") or os.path.join("~", ".local", "state")
    return os.path.expanduser(directory or os.path.join(state, "agent_platform_ops"))


def _json(data: Any) -> str:
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
