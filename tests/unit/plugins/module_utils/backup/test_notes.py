# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import envelope, keys, manifest, notes
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNER = keys.Signer(Ed25519PrivateKey.generate())
STRANGER = keys.Signer(Ed25519PrivateKey.generate())
TRUSTED = keys.trusted([SIGNER.public])
NOTE = notes.Note("2026-11-21T08-00-00Z", "lab", "0" * 64, "2026-11-21T09:00:00Z", ok=True, deep=False)
PATH = "backups/lab/verified/2026-11-21T08-00-00Z.json"


def signed(**fields: Any) -> bytes:
    raw = {"format": notes.FORMAT, **{name: getattr(NOTE, name) for name in NOTE.__slots__}, **fields}
    return envelope.wrap(notes.TYPE, json.dumps(raw).encode(), SIGNER)


def test_a_note_comes_back_as_it_was_signed() -> None:
    assert notes.path_of("lab", NOTE.id) == PATH
    for note in (NOTE, replace(NOTE, ok=False, problem="{{ x }}\n<b>", deep=True)):
        assert notes.unseal(notes.seal(note, SIGNER), PATH, TRUSTED.accepts) == note


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (notes.seal(NOTE, STRANGER), "does not trust"),
        (notes.seal(NOTE, SIGNER)[:-9], "only a piece"),
        (b"", "only a piece"),
        (envelope.wrap(manifest.TYPE, b"{}", SIGNER), "something else"),
        (notes.seal(replace(NOTE, id="2026-11-22T08-00-00Z"), SIGNER), "moved or replayed"),
        (notes.seal(replace(NOTE, platform="other"), SIGNER), "moved or replayed"),
        (signed(format=2), "another format"),
        (signed(ok="yes"), "no note that this version"),
        (signed(more=1), "no note that this version"),
        (envelope.wrap(notes.TYPE, b"[]", SIGNER), "no note that this version"),
        (envelope.wrap(notes.TYPE, b"[" * 100_000, SIGNER), "no note that this version"),
    ],
)
def test_nothing_else_is_believed(data: bytes, why: str) -> None:
    with pytest.raises(manifest.ManifestError, match=why):
        notes.unseal(data, PATH, TRUSTED.accepts)


@pytest.mark.parametrize("backup", ["../x", "", "newest", "2026-11-21T08-00-00Z/.."])
def test_what_is_no_id_has_no_path(backup: str) -> None:
    with pytest.raises(OpsError, match="is no id"):
        notes.path_of("lab", backup)
