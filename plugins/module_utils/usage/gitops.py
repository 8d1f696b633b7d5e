# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Argo CD Application that keeps an object as its repository says. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import label, meta

_TRACKED = "argocd.argoproj.io/tracking-id"
_LABELS = ("argocd.argoproj.io/instance", "app.kubernetes.io/instance")


def application_of(item: Item, applications: Iterable[Item]) -> Item | None:
    """The Application that an object belongs to, by what Argo CD writes on it; None where there is none.

    The label that Helm sets as well counts only where the Application deploys into the namespace of the object.
    """
    tracking = text(mapping(meta(item).get("annotations")).get(_TRACKED)).partition(":")[0]
    # With Applications in any namespace it is "namespace_name".
    names = {tracking, tracking.partition("_")[2], *(label(item, one) for one in _LABELS)} - {""}
    for application in applications:
        target = mapping(mapping(application.get("spec")).get("destination")).get("namespace")
        if meta(application).get("name") in names and (tracking or target == meta(item).get("namespace")):
            return application
    return None


def is_automatic(application: Item) -> bool:
    """Whether it syncs by itself, and so undoes what somebody else writes."""
    automated = mapping(mapping(application.get("spec")).get("syncPolicy")).get("automated")
    return isinstance(automated, dict) and automated.get("enabled") is not False
