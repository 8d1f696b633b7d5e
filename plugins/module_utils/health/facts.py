# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What objects of the API server say about the platform itself. Pure. Private API."""

from __future__ import annotations

STOP_CONFIG_MAP = "emergency-stop"
MOST_SEVERE = 4


def emergency_stop(namespace: str, config_map: dict | None, problem: str | None = None) -> dict:
    """{namespace, name, level, message}; level 0 when there is no ConfigMap, None when it cannot be told.

    :param problem: why the ConfigMap could not be read
    """
    seen = {"namespace": namespace, "name": STOP_CONFIG_MAP, "level": 0, "message": ""}
    if problem:
        return {**seen, "level": None, "message": problem}
    if config_map is None:
        return seen
    written = str((config_map.get("data") or {}).get("level", "")).strip()
    if not (written.isascii() and written.isdigit() and int(written) <= MOST_SEVERE):
        message = f"ConfigMap {namespace}/{STOP_CONFIG_MAP} says level {written!r}, which is none of 0 to {MOST_SEVERE}"
        return {**seen, "level": None, "message": message}
    return {**seen, "level": int(written)}


def namespace(name: str, found: dict | None, problem: str | None = None) -> dict:
    """{name, present, message}; present is None when it cannot be told."""
    return {"name": name, "present": None if problem else found is not None, "message": problem or ""}


def deployment(namespace: str, name: str, found: dict | None, problem: str | None = None) -> dict:
    """{namespace, name, present, wanted, available, message}; None stands for what cannot be told."""
    seen = {"namespace": namespace, "name": name, "wanted": None, "available": None, "message": problem or ""}
    if found is None:
        return {**seen, "present": None if problem else False}
    spec, status = found.get("spec") or {}, found.get("status")
    counted = status.get("availableReplicas", 0) if isinstance(status, dict) and status else None
    available = counted if isinstance(counted, int) and not isinstance(counted, bool) else None
    message = "" if status else "the Deployment has no status yet"
    return {**seen, "present": True, "wanted": spec.get("replicas", 1), "available": available, "message": message}
