# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which objects a backup leaves out, and why. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

#: the words for a reader, by reason
REASONS = {
    "owned": "made anew by their controller's owner, which is in the backup",
    "external_secret": "made anew by External Secrets from its store",
    "service_account_token": "tokens of service accounts, made anew by their cluster",
    "cluster_identity": "tell who a cluster is, and are wrong in another one",
    "being_deleted": "were being deleted",
}
_TOKENS = ("kubernetes.io/service-account-token", "bootstrap.kubernetes.io/token")
_IDENTITY = frozenset(
    (
        ("kube-system", "extension-apiserver-authentication"),
        ("kube-system", "kubeadm-config"),
        ("kube-system", "kubelet-config"),
        ("kube-public", "cluster-info"),
    )
)
_ROOT_CA = ("kube-root-ca.crt", "openshift-service-ca.crt")


def left_out(kind: Kind, item: Mapping[str, Any], backed_up: frozenset[tuple[str, str]]) -> str:
    """The reason why an object is not kept, one of REASONS; nothing when it is.

    :param backed_up: (API group, kind) of everything that the backup asks for
    """
    metadata = mapping(item.get("metadata"))
    if metadata.get("deletionTimestamp"):
        return "being_deleted"
    if kind.resource == "configmaps":
        name = text(metadata.get("name"))
        if name in _ROOT_CA or (text(metadata.get("namespace")), name) in _IDENTITY:
            return "cluster_identity"
    if kind.resource == "secrets" and item.get("type") in _TOKENS:
        return "service_account_token"
    owners = [mapping(owner) for owner in sequence(metadata.get("ownerReferences"))]
    if kind.resource == "secrets" and any(owner.get("kind") == "ExternalSecret" for owner in owners):
        return "external_secret"
    made_anew = not kind.state and any(owner.get("controller") is True and _of(owner) in backed_up for owner in owners)
    return "owned" if made_anew else ""


def _of(owner: Mapping[str, Any]) -> tuple[str, str]:
    api = text(owner.get("apiVersion"))
    return api.rpartition("/")[0], text(owner.get("kind"))
