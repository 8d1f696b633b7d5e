# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration around a platform as documents: the same text for the same settings. Pure. Private API."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import redaction
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import semantics
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import CATALOGUE, Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text


@dataclass(frozen=True, slots=True)
class Exported:
    """A kind of objects that let others in, or lead to them. kind: of each object."""

    api: str
    plural: str
    kind: str

    @property
    def file(self) -> str:
        return f"{self.plural}.json"

    @property
    def backed_up(self) -> Kind:
        """As backups of objects see it."""
        resource = f"{self.plural}.{self.api.partition('/')[0]}"
        return next(kind for kind in CATALOGUE if kind.resource == resource)


NETWORKING, ADMISSION = "networking.k8s.io/v1", "admissionregistration.k8s.io/v1"
EXPORTED = (
    Exported(NETWORKING, "networkpolicies", "NetworkPolicy"),
    Exported(NETWORKING, "ingresses", "Ingress"),
    Exported(ADMISSION, "validatingwebhookconfigurations", "ValidatingWebhookConfiguration"),
    Exported(ADMISSION, "mutatingwebhookconfigurations", "MutatingWebhookConfiguration"),
)


def objects(what: Exported, items: Iterable[Mapping[str, Any]]) -> bytes:
    """The document of one kind, sorted by namespace and name, without what the cluster fills in."""
    own = [{**semantics.own_part(what.backed_up, item), "apiVersion": what.api, "kind": what.kind} for item in items]
    return _document(sorted(own, key=_place))


def facts(given: Mapping[str, Any]) -> bytes:
    """The document of what was given as facts. Values that are secrets by their name or form are not in it."""
    return _document(redaction.document(dict(given)))


def _place(one: Mapping[str, Any]) -> tuple[str, str]:
    metadata = mapping(one.get("metadata"))
    return text(metadata.get("namespace")), text(metadata.get("name"))


def _document(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode("utf-8", "surrogatepass") + b"\n"
