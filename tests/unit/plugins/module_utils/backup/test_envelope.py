# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.envelope import ManifestError, unwrap, wrap
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KIND = "application/vnd.test+json"
SIGNER = keys.Signer(Ed25519PrivateKey.generate())
STRANGER = keys.Signer(Ed25519PrivateKey.generate())
TRUSTED = keys.trusted([SIGNER.public])


def _changed(**fields: object) -> bytes:
    return json.dumps({**json.loads(wrap(KIND, b"text", SIGNER)), **fields}).encode()


def test_what_a_trusted_key_signed_comes_back() -> None:
    assert unwrap(KIND, wrap(KIND, b"text", SIGNER), "a/b", TRUSTED.accepts) == b"text"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "only a piece"),
        (wrap(KIND, b"text", SIGNER)[:-20], "only a piece"),
        (b"[]", "only a piece"),
        (_changed(signatures=[]), "not signed"),
        (_changed(payload=base64.b64encode(b"other").decode()), "does not fit"),
        (_changed(payloadType="application/json"), "something else"),
        (wrap("application/json", b"text", SIGNER), "something else"),
        (wrap(KIND, b"text", STRANGER), "does not trust"),
    ],
)
def test_nothing_else_is_believed(data: bytes, why: str) -> None:
    with pytest.raises(ManifestError, match=why):
        unwrap(KIND, data, "a/b", TRUSTED.accepts)


def test_a_signature_for_another_kind_of_text_does_not_count() -> None:
    other = json.loads(wrap("application/json", b"text", SIGNER))
    with pytest.raises(ManifestError, match="does not fit"):
        unwrap(KIND, json.dumps({**other, "payloadType": KIND}).encode(), "a/b", TRUSTED.accepts)
