# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is kept of other data than objects of the cluster: the manifest of one dataset. Pure. Private API.

A dataset is what one provider (etcd, Prometheus, …) gave at one moment. It stands below the backups of its platform, in
the folder of its provider, under the moment of its start; its parts are of the form of a backup's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.envelope import (
    Accepts,
    ManifestError,
    peek,
    unwrap,
    wrap,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

FORMAT = 1
TYPE = "application/vnd.agent-platform.dataset+json"
_PROVIDER = re.compile(r"[a-z][a-z0-9_]{0,40}")
_MANIFEST = re.compile(rf".*/data/({_PROVIDER.pattern})/manifests/[^/]+")
_NAME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(?:-\d{1,3})?)\.json")


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a dataset says of itself.

    started, finished: RFC 3339. recipients: public keys; encrypted for nobody when empty. parts: their resource is the
    provider and a name, as in "prometheus/01JD…". facts: what the provider knows of it, such as a revision.
    """

    id: str
    platform: str
    provider: str
    started: str
    finished: str
    origin: str
    recipients: tuple[str, ...]
    parts: tuple[Part, ...]
    facts: dict[str, Any]

    @property
    def bytes(self) -> int:
        return sum(part.bytes for part in self.parts)


def shelves(platform: str) -> str:
    """The folder of all providers of a platform, with its slash."""
    return f"{manifest.folder(platform)}/data/"


def provider_of(path: str) -> str:
    """The provider whose manifest stands under a path, nothing when it is none of a dataset."""
    found = _MANIFEST.fullmatch(path)
    return found.group(1) if found else ""


def shelf(platform: str, provider: str) -> str:
    """The folder of a provider, without its slash."""
    return f"{manifest.folder(platform)}/{group(provider)}".removesuffix("/")


def group(provider: str) -> str:
    """The folder of a provider below the backups of a platform, with its slash.

    :raises OpsError: invalid
    """
    if not _PROVIDER.fullmatch(provider):
        raise OpsError("invalid", f"provider {provider!r:.60} cannot name a folder; a-z, 0-9 and _ are taken")
    return f"data/{provider}/"


def manifests(platform: str, provider: str) -> str:
    """The folder of the manifests of a provider."""
    return f"{shelf(platform, provider)}/manifests"


def path_of(platform: str, provider: str, name: str) -> str:
    """Where the manifest of a dataset is.

    :raises OpsError: invalid, for what is no id
    """
    if not _NAME.fullmatch(f"{name}.json"):
        raise OpsError("invalid", f"dataset {name!r:.80} is no id of one; they look like 2026-11-21T08-00-00Z")
    return f"{manifests(platform, provider)}/{name}.json"


def id_of(path: str) -> str:
    """The id that a path promises, nothing when it is not the path of a manifest."""
    found = _NAME.fullmatch(path.rpartition("/")[2])
    return found.group(1) if found else ""


def seal(dataset: Dataset, signer: Any) -> bytes:
    """The envelope of a manifest.

    :param signer: keys.Signer
    """
    payload = json.dumps({"format": FORMAT, **asdict(dataset)}, ensure_ascii=False, sort_keys=True, indent=1)
    return wrap(TYPE, payload.encode(), signer)


def unseal(data: bytes, path: str, accepts: Accepts) -> Dataset:
    """The manifest of an envelope that stands where it says and is signed by somebody who is trusted.

    :raises ManifestError: why it must not be believed
    """
    found = _decode(unwrap(TYPE, data, path, accepts), path)
    if path != path_of(found.platform, found.provider, found.id):
        raise ManifestError(f"{path} holds dataset {found.platform}/{found.provider}/{found.id}: it was moved")
    home = f"{shelf(found.platform, found.provider)}/parts/"
    strangers = [part.path for part in found.parts if not part.path.startswith(home)]
    if strangers:
        raise ManifestError(f"{path} names a part of something else: {strangers[0]:.120}")
    return found


def refers_to(data: bytes) -> frozenset[str] | None:
    """The paths of the parts that an envelope names, whoever signed it; nothing (None) when nobody can tell."""
    try:
        return frozenset(str(part["path"]) for part in json.loads(peek(data) or b"")["parts"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _decode(payload: bytes, path: str) -> Dataset:
    try:
        raw: Mapping[str, Any] = json.loads(payload)
        if raw["format"] != FORMAT:
            raise ManifestError(f"{path} has format {raw['format']!r:.20}; this version reads format {FORMAT}")
        fields = {name: value for name, value in raw.items() if name != "format"}
        fields["parts"] = tuple(Part(**part) for part in raw["parts"])
        fields["recipients"] = tuple(raw["recipients"])
        return Dataset(**fields)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ManifestError(f"{path} is signed, but it is no manifest that this version understands") from error
