# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paths of Kubernetes resources. Private API."""

from __future__ import annotations

from urllib.parse import quote

WORKFLOWS = ("argoproj.io/v1alpha1", "workflows")
LEASES = ("coordination.k8s.io/v1", "leases")


def resource(api: str, plural: str, namespace: str | None = None, name: str | None = None) -> str:
    """Path of a collection or object: resource("v1", "pods", "argo") -> /api/v1/namespaces/argo/pods."""
    parts = ["/api" if "/" not in api else "/apis", api]
    if namespace:
        parts += ["namespaces", quote(namespace, safe="")]
    parts.append(plural)
    if name:
        parts.append(quote(name, safe=""))
    return "/".join(parts)
