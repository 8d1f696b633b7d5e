# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an object is its own, and what a cluster wrote into it. Pure. Private API.

Two objects are the same when what remains of them without the traces of their cluster is the same. The text of an
object in a backup is canonical: keys sorted, no spaces, UTF-8, without managedFields.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.canonical import canonical
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

_OWN_METADATA = ("name", "namespace", "labels", "annotations", "finalizers")
#: on what a restore wrote: the id of the backup it came from
MARK = "ops.agent-platform/restored-from"
#: written by controllers of the cluster, and again by those of another one
TRACES = (
    MARK,
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
    "pv.kubernetes.io/bind-completed",
    "pv.kubernetes.io/bound-by-controller",
    "volume.beta.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/storage-provisioner",
    "volume.kubernetes.io/selected-node",
    "control-plane.alpha.kubernetes.io/leader",
    "kubectl.kubernetes.io/last-applied-configuration",
    "workflows.argoproj.io/last-seen-version",
)
#: fields of a spec that a cluster gives out, by resource
_GIVEN = {
    "namespaces": ("finalizers",),
    "persistentvolumeclaims": ("volumeName",),
    "services": ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "healthCheckNodePort"),
}


@dataclass(frozen=True, slots=True)
class Encoded:
    """An object as a backup keeps it. text: canonical JSON. digest: SHA-256 of what is its own."""

    namespace: str
    name: str
    uid: str
    text: bytes
    digest: bytes


def encode(kind: Kind, api: str, name: str, item: Mapping[str, Any]) -> Encoded:
    """One object of a list, whose items do not always say what they are.

    :param api: group and version
    :param name: of the kind, such as Deployment
    """
    metadata = {key: value for key, value in mapping(item.get("metadata")).items() if key != "managedFields"}
    members = {**item, "apiVersion": api, "kind": name, "metadata": metadata}
    # Every member is written once: it stands in the text, and most of them in the digest too.
    whole, owned = [], []
    for key in sorted(members):
        own = _own(kind, key, item, metadata)
        written = _written(key, members[key])
        whole.append(written)
        if own is _WHOLE:
            owned.append(written)
        elif own is not None:
            owned.append(_written(key, own))
    return Encoded(
        text(metadata.get("namespace")),
        text(metadata.get("name")),
        text(metadata.get("uid")),
        b"{%s}" % b",".join(whole),
        hashlib.sha256(b"".join(owned)).digest(),
    )


def digest_of(kind: Kind, item: Mapping[str, Any]) -> bytes:
    """SHA-256 of what is an object's own; the object says itself what it is."""
    return encode(kind, text(item.get("apiVersion")), text(item.get("kind")), item).digest


def own_part(kind: Kind, item: Mapping[str, Any]) -> dict[str, Any]:
    """An object without the traces of its cluster, as it is compared."""
    metadata = mapping(item.get("metadata"))
    found = {key: (_own(kind, key, item, metadata), value) for key, value in item.items()}
    return {key: value if own is _WHOLE else own for key, (own, value) in found.items() if own is not None}


def _written(key: str, value: object) -> bytes:
    return b"%s:%s" % (canonical(key), canonical(value))


_WHOLE = object()


def _own(kind: Kind, key: str, item: Mapping[str, Any], metadata: Mapping[str, Any]) -> Any:
    """What of a member is the object's own: nothing (None), the whole of it, or this."""
    if key == "metadata":
        return _own_metadata(metadata)
    if key == "spec" and kind.resource in _GIVEN:
        return _own_spec(kind, mapping(item.get("spec")))
    return None if _is_given(kind, key, item) else _WHOLE


def _is_given(kind: Kind, key: str, item: Mapping[str, Any]) -> bool:
    """Whether the cluster fills a member: the version is its choice, and some lists are computed."""
    if key == "status":
        return not kind.status
    if key == "rules":
        return bool(item.get("aggregationRule")) and kind.plural == "clusterroles"
    return key == "apiVersion" or (key == "secrets" and kind.resource == "serviceaccounts")


def _own_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    own = {key: metadata[key] for key in _OWN_METADATA if metadata.get(key)}
    annotations = mapping(own.get("annotations"))
    own["annotations"] = {key: value for key, value in annotations.items() if key not in TRACES}
    own["ownerReferences"] = [
        {key: value for key, value in mapping(owner).items() if key != "uid"}
        for owner in sequence(metadata.get("ownerReferences"))
    ]
    return {key: value for key, value in own.items() if value}


def _own_spec(kind: Kind, spec: Mapping[str, Any]) -> dict[str, Any]:
    own = {key: value for key, value in spec.items() if key not in _GIVEN[kind.resource]}
    if kind.resource == "services" and spec.get("clusterIP") == "None":
        own["clusterIP"] = "None"  # a headless service says so by its address
    return own
