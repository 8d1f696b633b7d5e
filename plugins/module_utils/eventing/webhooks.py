# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an event source takes GitHub's webhooks, and a ping that is signed as GitHub signs. Pure. Private API."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text

SIGNATURE = "X-Hub-Signature-256"


@dataclass(frozen=True, slots=True)
class Receiver:
    """One event of a source: the path and the port at which it listens, and the Secret with which GitHub signs."""

    event: str
    endpoint: str
    port: int
    secret: str
    key: str


def receivers(source: Mapping[str, Any]) -> list[Receiver]:
    """The events of an EventSource that verify signatures, by name, but those of which something is missing."""
    events = mapping(mapping(source.get("spec")).get("github"))
    return list(_receivers(sorted(events.items(), key=lambda pair: str(pair[0]))))


def _receivers(events: list[tuple[Any, Any]]) -> Iterator[Receiver]:
    for name, event in events:
        webhook, secret = mapping(mapping(event).get("webhook")), mapping(mapping(event).get("webhookSecret"))
        endpoint, port = text(webhook.get("endpoint")), str(webhook.get("port") or "")
        named = text(secret.get("name")), text(secret.get("key"))
        if endpoint.startswith("/") and port.isdecimal() and 0 < int(port) < 65536 and all(named):
            yield Receiver(str(name), endpoint, int(port), *named)


def body() -> bytes:
    """What GitHub sends when a webhook is made: no sensor of work waits for it."""
    hook = {"type": "Organization", "id": 0, "name": "web", "active": True, "events": ["*"]}
    return json.dumps({"zen": "Practicality beats purity.", "hook_id": 0, "hook": hook}, sort_keys=True).encode()


def headers(content: bytes, secret: bytes, delivery: str) -> dict[str, str]:
    """Those of a signed delivery.

    :param delivery: the id under which it can be found in a log
    """
    return {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/agent_platform.ops",
        "X-GitHub-Event": "ping",
        "X-GitHub-Delivery": delivery,
        SIGNATURE: f"sha256={hmac.new(secret, content, hashlib.sha256).hexdigest()}",
    }


def forged(given: Mapping[str, str]) -> dict[str, str]:
    """The same delivery with a signature that nobody who knows the secret made."""
    true = given[SIGNATURE]
    return {**given, SIGNATURE: f"{true[:-1]}{'1' if true.endswith('0') else '0'}"}
