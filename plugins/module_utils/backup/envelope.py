# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A text and its signature in one object, as DSSE describes it: there whole or not at all. Pure. Private API."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

#: (who signed, signature, what was signed) -> why it does not count, nothing when it does; see keys.Trusted.accepts
Accepts = Callable[[str, bytes, bytes], str]


class ManifestError(OpsError):
    """Something in a store that must not be believed. Its kind is refused."""

    def __init__(self, message: str) -> None:
        super().__init__("refused", message)


def wrap(kind: str, payload: bytes, signer: Any) -> bytes:
    """The envelope of a payload.

    :param kind: what the payload is, as a media type
    :param signer: keys.Signer
    """
    return _written(kind, payload, [(signer.name, signer.sign(_signed(kind, payload)))])


def unwrap(kind: str, data: bytes, path: str, accepts: Accepts) -> bytes:
    """The payload of an envelope that somebody signed who is trusted, written byte for byte as wrap writes it.

    :param path: where it was found
    :raises ManifestError: why it must not be believed
    """
    try:
        envelope = json.loads(data)
        found = envelope["payloadType"]
        payload = base64.b64decode(envelope["payload"], validate=True)
        signatures = [
            (str(one.get("keyid", "")), base64.b64decode(one["sig"], validate=True)) for one in envelope["signatures"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error, RecursionError) as error:
        raise ManifestError(f"{path} is no manifest of a backup, or only a piece of one") from error
    if found != kind:
        raise ManifestError(f"{path} is something else than a backup's manifest ({found!r:.60})")
    reasons = [accepts(name, signature, _signed(kind, payload)) for name, signature in signatures]
    if not reasons:
        raise ManifestError(f"{path} is not signed")
    if all(reasons):
        raise ManifestError(f"{path} is not believed: {reasons[0]}")
    if data != _written(kind, payload, signatures):
        raise ManifestError(f"{path} is not believed: it was written again by somebody else")
    return payload


def _written(kind: str, payload: bytes, signatures: Iterable[tuple[str, bytes]]) -> bytes:
    envelope = {
        "payloadType": kind,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"keyid": name, "sig": base64.b64encode(signature).decode()} for name, signature in signatures],
    }
    return json.dumps(envelope, indent=1).encode() + b"\n"


def peek(data: bytes) -> bytes | None:
    """The payload of an envelope, whoever signed it: to be looked at, never believed. Nothing for what is none."""
    try:
        return base64.b64decode(json.loads(data)["payload"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _signed(kind: str, payload: bytes) -> bytes:
    """What is signed of an envelope: DSSE's pre-authentication encoding."""
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
