# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kubeconfigs that say all they mean in plain words, read without the kubernetes package. Pure; private API.

Importing that package takes longer than most modules work. Whatever is not plain (plugins, client keys within the file,
several files) or looks wrong is left to it, so that it means, and is told, what users of kubectl are used to.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

try:
    import yaml
except ImportError:  # pragma: no cover - kubernetes, whose absence is told, brings it
    yaml = None

_CLUSTER = {"server", "certificate-authority", "certificate-authority-data", "tls-server-name"}
_UNCHECKED = "insecure-skip-tls-verify"
_USER = {"token", "client-certificate", "client-key"}


@dataclass(frozen=True)
class Plain:
    """What one context of a kubeconfig says; files as they stand there, relative to its folder."""

    host: str
    token: str | None = None
    ca_file: str | None = None
    ca_data: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    verify: bool = True
    server_name: str | None = None


def read(text: str, context: str | None = None) -> Plain | None:
    """What the context says, by default the current one; None where the kubernetes package must have a look."""
    try:
        document = _parse(text)
        chosen = _named(document, "context", document["current-context"] if context is None else context)
        cluster, user = (_named(document, kind, chosen[kind]) for kind in ("cluster", "user"))
        return _plain(dict(cluster), dict(user))
    # Whatever shape it has instead of that of a kubeconfig.
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None


def _parse(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        pass
    if yaml is None:
        raise ValueError("no parser for YAML")
    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        raise ValueError("no YAML") from error


def _named(document: Mapping[str, Any], kind: str, name: str) -> Mapping[str, Any]:
    (found,) = [entry[kind] for entry in document[f"{kind}s"] if entry["name"] == name]
    return found


def _plain(cluster: dict[str, Any], user: dict[str, Any]) -> Plain | None:
    cluster.pop("extensions", None)  # notes of the tools that made it
    unchecked = cluster.pop(_UNCHECKED, False)
    told = {**cluster, **user}
    pair = {"client-certificate", "client-key"} & user.keys()
    if (
        not (cluster.keys() <= _CLUSTER and user.keys() <= _USER)
        or not all(isinstance(value, str) and value for value in told.values())
        or not isinstance(unchecked, bool)
        or len(pair) == 1
        or {"certificate-authority", "certificate-authority-data"} <= cluster.keys()
        or not cluster["server"].startswith(("https://", "http://"))
    ):
        return None
    return Plain(
        host=cluster["server"].rstrip("/"),
        token=user.get("token"),
        ca_file=cluster.get("certificate-authority"),
        ca_data=_unpacked(cluster.get("certificate-authority-data")),
        cert_file=user.get("client-certificate"),
        key_file=user.get("client-key"),
        verify=not unchecked,
        server_name=cluster.get("tls-server-name"),
    )


def _unpacked(data: str | None) -> str | None:
    try:
        return None if data is None else base64.b64decode(data).decode("ascii")
    except binascii.Error as error:
        raise ValueError("no base64") from error
