# SPDX-License-Identifier: GPL-3.0-or-later
"""Pods with images, as the API server writes them, small."""

from __future__ import annotations

from typing import Any

DIGEST, OTHER = "sha256:" + "0a" * 32, "sha256:" + "0b" * 32


def pod(
    name: str, *images: str, ids: dict[str, str] | None = None, owner: tuple[str, str] = ("", ""), **more: Any
) -> dict:
    """A running pod with a container for each image; ids: imageID by image; more: namespace, labels, phase."""
    names = [f"c{number}" for number in range(len(images))]
    statuses = [{"name": one, "imageID": (ids or {}).get(image, "")} for one, image in zip(names, images, strict=True)]
    kind, owned_by = owner
    owners = [{"kind": kind, "name": owned_by, "controller": True}] if kind else []
    meta = {"name": name, "namespace": more.get("namespace", "argo"), "labels": more.get("labels", {})}
    return {
        "metadata": {**meta, "ownerReferences": owners},
        "spec": {"containers": [{"name": one, "image": image} for one, image in zip(names, images, strict=True)]},
        "status": {"phase": more.get("phase", "Running"), "containerStatuses": statuses},
    }
