# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest of a backup: what is in it, where, and who says so. Pure. Private API.

A manifest is stored in an envelope: one object that holds the text and its signature. It names the backup by the moment
of its start, and stands under that name and nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.envelope import (
    Accepts,
    ManifestError,
    peek,
    unwrap,
    wrap,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

FORMAT = 1
TYPE = "application/vnd.agent-platform.backup+json"
_ID = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-\d{1,3})?")
_PLATFORM = re.compile(r"[A-Za-z0-9]([-_.A-Za-z0-9]{0,62}[A-Za-z0-9])?")
_PART = re.compile(
    r"([a-z0-9][-a-z0-9]*/)*parts/[0-9a-f]{64}\.(plain/(?P<plain>[0-9a-f]{64})\.tar\.gz|"
    r"[0-9a-f]{16}/(?P<sealed>[0-9a-f]{64})\.tar\.gz\.age)"
)
_LARGEST = 2**63
#: what a field of the classes below may hold, by its annotation; what is made of other classes is looked at there
_HOLDS: Mapping[str, Callable[[Any], bool]] = {
    "str": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LARGEST,
    "bool": lambda value: isinstance(value, bool),
    "tuple[str, ...]": lambda value: all(isinstance(one, str) for one in value),
    "dict[str, int]": lambda value: isinstance(value, dict) and all(_HOLDS["int"](one) for one in value.values()),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One object of the store.

    resource: plural.group, or "index". path: below the backups of the platform. sha256: of the bytes as they are
    stored. bytes: how many. plain_bytes: before compression. objects: how many are in it. left_out: how many were not
    kept, by reason. version: resourceVersion at which all were read. status: it belongs to the objects, see kinds.Kind.
    """

    resource: str
    path: str
    sha256: str
    bytes: int
    plain_bytes: int = 0
    objects: int = 0
    api: str = ""
    kind: str = ""
    namespaced: bool = False
    status: bool = False
    version: str = ""
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A kind that was asked for and is not in the backup. lost: it is served, and could not be read."""

    resource: str
    why: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself.

    started, finished: RFC 3339. server: the version of the API server. tool: the version of this collection.
    recipients: their public keys; encrypted for nobody when empty. origin: id of the store it was made in.
    classes: what it is kept as (daily, weekly, monthly, yearly), nothing for one that was taken besides.
    copy_of: id of the backup that this one was encrypted anew from.
    before: id of the backup that was about to be restored; this one then holds what was to be mended.
    """

    id: str
    platform: str
    started: str
    finished: str
    cluster_uid: str
    server: str
    tool: str
    recipients: tuple[str, ...]
    parts: tuple[Part, ...]
    index: Part
    skipped: tuple[Skipped, ...] = ()
    classes: tuple[str, ...] = ()
    reason: str = ""
    actor: str = ""
    origin: str = ""
    copy_of: str = ""
    before: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether it may be the one that "newest" means: a restore that was interrupted is to go on where it was."""
        return self.is_complete and not self.before

    @property
    def is_complete(self) -> bool:
        """Whether everything that was asked for and is served is in it."""
        return not any(one.lost for one in self.skipped)

    @property
    def objects(self) -> int:
        return sum(part.objects for part in self.parts)

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.everything)

    @property
    def everything(self) -> tuple[Part, ...]:
        """All parts, the index as the last one."""
        return (*self.parts, self.index)


def folder(platform: str) -> str:
    """Where the backups of a platform are in a store."""
    if not _PLATFORM.fullmatch(platform) or ".." in platform:
        raise OpsError("invalid", f"platform {platform!r:.80} cannot name a folder; letters, digits, - _ . are taken")
    return f"backups/{platform}"


def path_of(platform: str, backup: str) -> str:
    """Where the manifest of a backup is.

    :raises OpsError: invalid, for what is no id
    """
    if not _ID.fullmatch(backup):
        raise OpsError("invalid", f"backup {backup!r:.80} is no id of a backup; they look like 2026-11-21T08-00-00Z")
    return f"{folder(platform)}/manifests/{backup}.json"


def id_of(path: str) -> str:
    """The id that a path promises, nothing when it is not the path of a manifest."""
    name = path.rpartition("/")[2].removesuffix(".json")
    return name if path.endswith(f"/manifests/{name}.json") and _ID.fullmatch(name) else ""


def moment_of(backup: str) -> datetime:
    """When a backup was started, by its id; the beginning of time for what is none."""
    try:
        if _ID.fullmatch(backup):
            return datetime.strptime(backup[:20], "%Y-%m-%dT%H-%M-%SZ").replace(tzinfo=UTC)
    except ValueError:
        pass  # digits that are no date
    return datetime.min.replace(tzinfo=UTC)


def part_path(platform: str, address: str, recipients: str, sha256: str, group: str = "") -> str:
    """Its first two names say what is in it and for whom, so that it is found again; its last one is its content.

    :param address: hexadecimal HMAC of the plain content
    :param recipients: id of the set of recipients
    :param group: the folder of a kind of other data, with its slash
    """
    suffix = "" if recipients == "plain" else ".age"
    return f"{folder(platform)}/{group}parts/{address}.{recipients}/{sha256}.tar.gz{suffix}"


def mark_path(part: str) -> str:
    """Where a pruning marks since when no backup refers to a part; who relies on it again deletes the mark."""
    own, _parts, name = part.rpartition("/parts/")
    return f"{own}/unreferenced/{name}"


def seal(manifest: Manifest, signer: Any) -> bytes:
    """The envelope of a manifest.

    :param signer: keys.Signer
    """
    payload = json.dumps({"format": FORMAT, **asdict(manifest)}, sort_keys=True, indent=1).encode()
    return wrap(TYPE, payload, signer)


def unseal(data: bytes, path: str, accepts: Accepts) -> Manifest:
    """The manifest of an envelope that stands where it says and is signed by somebody who is trusted.

    :param path: where it was found
    :param accepts: keys.Trusted.accepts
    :raises ManifestError: why it must not be believed
    """
    return _placed(_decode(unwrap(TYPE, data, path, accepts), path), path)


def refers_to(data: bytes) -> frozenset[str] | None:
    """The paths of the parts that an envelope names, whoever signed it: none of them is to be lost.

    Nothing (None) when nobody can tell.
    """
    try:
        raw = json.loads(peek(data) or b"")
        return frozenset(str(part["path"]) for part in (*raw["parts"], raw["index"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _placed(manifest: Manifest, path: str) -> Manifest:
    if path != path_of(manifest.platform, manifest.id):
        raise ManifestError(f"{path} holds the manifest of {manifest.platform}/{manifest.id}: it was moved or replayed")
    strangers = [part.path for part in manifest.everything if not _is_own(part, manifest.platform)]
    if strangers:
        raise ManifestError(f"{path} names a part that is none of this platform: {strangers[0]!r:.120}")
    return manifest


def _is_own(part: Part, platform: str) -> bool:
    """Whether a part lies where parts of this platform lie, under its own content."""
    own = folder(platform) + "/"
    place = _PART.fullmatch(part.path.removeprefix(own))
    return part.path.startswith(own) and place is not None and part.sha256 in (place["plain"], place["sealed"])


def _decode(payload: bytes, path: str) -> Manifest:
    try:
        raw: Mapping[str, Any] = json.loads(payload)
        if raw["format"] != FORMAT:
            raise ManifestError(f"{path} has format {raw['format']!r:.20}; this version reads format {FORMAT}")
        found = {name: value for name, value in raw.items() if name != "format"}
        found["parts"] = tuple(typed(Part(**part)) for part in raw["parts"])
        found["index"] = typed(Part(**raw["index"]))
        found["skipped"] = tuple(typed(Skipped(**one)) for one in raw["skipped"])
        found["recipients"] = tuple(raw["recipients"])
        found["classes"] = tuple(raw["classes"])
        return typed(Manifest(**found))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ManifestError(f"{path} is signed, but it is no manifest that this version understands") from error


def typed(one: Any) -> Any:
    """The same instance of a class of this file or one like it, whose fields hold what they should.

    :raises TypeError: when a field holds something else than it should
    """
    for each in fields(one):
        holds = _HOLDS.get(str(each.type))
        if holds and not holds(getattr(one, each.name)):
            raise TypeError(each.name)
    return one
