# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send an event source a forged and a signed ping, and tell what it answered. Private API."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import webhooks
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.webhooks import Receiver
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.web.address import parse
from ansible_collections.agent_platform.ops.plugins.module_utils.web.probe import Target, ask_all

SPEC: dict[str, Any] = {
    "namespace": {"type": "str", "default": "argo"},
    "name": {"type": "str", "default": "github"},
    "url": {"type": "str", "default": ""},
    "timeout": {"type": "float", "default": 10},
    "validate_certs": {"type": "bool", "default": True},
    "ca_path": {"type": "path"},
}
_LABEL = "eventsource-name"
#: (status, "") or (None, why there is no whole answer)
Answered: TypeAlias = "tuple[int | None, str]"
Send = Callable[[bytes, dict[str, str]], Answered]


def ping(client: Client, options: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
    """{to, delivery, forged, signed}: whom it was sent to, and the statuses; both None in check mode.

    The forged one goes first: whoever takes it takes anything, and learns nothing more from the signed one.

    :raises OpsError: invalid, where there is nobody to send to or nothing to sign with
    """
    receiver = _receiver(client, options["namespace"], options["name"])
    secret = _secret(client, options["namespace"], receiver)
    to, send = _by_url(options) if options["url"] else _by_pod(client, options, receiver)
    delivery, content = str(uuid.uuid4()), webhooks.body()
    told = {"to": to, "event": receiver.event, "delivery": delivery, "forged": None, "signed": None, "problem": ""}
    if check:
        return told
    signed = webhooks.headers(content, secret, delivery)
    for name, headers in (("forged", webhooks.forged(signed)), ("signed", signed)):
        told[name], told["problem"] = send(content, headers)
        if told["problem"]:
            break
    return told


def _receiver(client: Client, namespace: str, name: str) -> Receiver:
    source = client.get_or_none(resource(WORKFLOWS[0], "eventsources", namespace, name))
    found = webhooks.receivers(source or {})
    if not found:
        what = "no event that takes signed webhooks of GitHub" if source else "not there"
        raise OpsError("invalid", f"event source {namespace}/{name}: {what}; say with name which one does")
    return found[0]


def _secret(client: Client, namespace: str, receiver: Receiver) -> bytes:
    where = f"key {receiver.key} of Secret {namespace}/{receiver.secret}"
    found = client.get_or_none(resource("v1", "secrets", namespace, receiver.secret))
    try:
        secret = base64.b64decode(text(mapping(mapping(found).get("data")).get(receiver.key)), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if not secret:
        raise OpsError("invalid", f"{where} is not there or empty, so nothing can be signed")
    return secret


def _by_url(options: Mapping[str, Any]) -> tuple[str, Send]:
    shown = parse(options["url"]).url.partition("?")[0]

    def send(content: bytes, headers: dict[str, str]) -> Answered:
        trust = (options["validate_certs"], options["ca_path"])
        target = Target(
            options["url"], options["timeout"], *trust, headers=headers, redirects=0, method="POST", body=content
        )
        (answer,) = ask_all([target])
        return answer.status, answer.problem

    return shown, send


def _by_pod(client: Client, options: Mapping[str, Any], receiver: Receiver) -> tuple[str, Send]:
    namespace = options["namespace"]
    query = {"labelSelector": f"{_LABEL}={options['name']}", "fieldSelector": "status.phase=Running"}
    pods, _version = client.list_at(resource("v1", "pods", namespace), query)
    names = sorted(text(mapping(pod.get("metadata")).get("name")) for pod in pods)
    if not names:
        raise OpsError(
            "invalid", f"no pod of event source {namespace}/{options['name']} runs, so nobody takes webhooks"
        )

    def send(content: bytes, headers: dict[str, str]) -> Answered:
        given = {"writes": True, "body": content, "headers": headers, "seconds": options["timeout"]}
        try:
            answer = client.ask_pod(namespace, names[0], receiver.port, "POST", receiver.endpoint, **given)
        except OpsError as error:
            return None, error.message
        return answer.status, ""

    return f"pod {namespace}/{names[0]}", send
