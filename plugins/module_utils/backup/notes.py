# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signed note that says how the last verification of a backup ended. Pure. Private API.

It stands beside the backups and not in a manifest, which is never written again. It names the manifest by its SHA-256,
so it says nothing about another one under the same name.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.envelope import (
    Accepts,
    ManifestError,
    unwrap,
    wrap,
)

FORMAT = 1
TYPE = "application/vnd.agent-platform.backup-verification+json"


@dataclass(frozen=True, slots=True)
class Note:
    """How a verification ended.

    id, platform: of the backup. manifest: SHA-256 of its manifest as it is stored. verified: RFC 3339. ok: everything
    was as it should be; problem says what was not, first. deep: its objects were decrypted and compared too.
    """

    id: str
    platform: str
    manifest: str
    verified: str
    ok: bool
    deep: bool
    problem: str = ""


def path_of(platform: str, backup: str) -> str:
    """Where the note about a backup is.

    :raises OpsError: invalid, for what is no id
    """
    return manifest.path_of(platform, backup).replace("/manifests/", "/verified/")


def digest(data: bytes) -> str:
    """How a note names a manifest."""
    return hashlib.sha256(data).hexdigest()


def seal(note: Note, signer: Any) -> bytes:
    """The envelope of a note.

    :param signer: keys.Signer
    """
    return wrap(TYPE, json.dumps({"format": FORMAT, **asdict(note)}, sort_keys=True, indent=1).encode(), signer)


def unseal(data: bytes, path: str, accepts: Accepts) -> Note:
    """The note of an envelope that stands where it says and is signed by somebody who is trusted.

    :raises ManifestError: why it must not be believed
    """
    payload = unwrap(TYPE, data, path, accepts)
    try:
        raw = json.loads(payload)
        if raw.pop("format") != FORMAT:
            raise ManifestError(f"{path} has another format than {FORMAT}, which this version reads")
        note = manifest.typed(Note(**raw))
        placed = path == path_of(note.platform, note.id)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ManifestError(f"{path} is signed, but it is no note that this version understands") from error
    if not placed:
        raise ManifestError(f"{path} holds the note about {note.platform}/{note.id}: it was moved or replayed")
    return note
