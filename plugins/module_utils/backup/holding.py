# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold what acts by itself while objects come back, and let it go again. Pure. Private API.

What was there before is kept on the object itself, in the same write that holds it: whoever dies in between leaves
nothing that another run cannot let go. A label finds them all.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import HELD
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

MARK = HELD  # as an annotation it says what was there before


@dataclass(frozen=True, slots=True)
class Holder:
    """A kind of what acts by itself, and the field by which it is held.

    path: of the field. held: its value while it is held, None for a field that is not there. unset: what it means
    when the field is not there. done, undone: participles for people.
    """

    resource: str
    api: str
    kind: str
    path: tuple[str, ...]
    held: Any
    unset: Any
    done: str
    undone: str


#: in the order in which they are held; they are let go in the opposite order
HOLDERS = (
    # Whoever keeps the others as a repository says comes first, or it would undo the rest.
    Holder(
        "applications.argoproj.io",
        "argoproj.io/v1alpha1",
        "Application",
        ("spec", "syncPolicy", "automated"),
        None,
        None,
        "kept from syncing",
        "syncing again",
    ),
    Holder(
        "horizontalpodautoscalers.autoscaling",
        "autoscaling/v2",
        "HorizontalPodAutoscaler",
        ("spec", "behavior"),
        # The server adds defaults of its own to these.
        {"scaleDown": {"selectPolicy": "Disabled"}, "scaleUp": {"selectPolicy": "Disabled"}},
        None,
        "kept from scaling",
        "scaling again",
    ),
    Holder(
        "cronworkflows.argoproj.io",
        "argoproj.io/v1alpha1",
        "CronWorkflow",
        ("spec", "suspend"),
        True,
        False,
        "suspended",
        "resumed",
    ),
    Holder("cronjobs.batch", "batch/v1", "CronJob", ("spec", "suspend"), True, False, "suspended", "resumed"),
    Holder("statefulsets.apps", "apps/v1", "StatefulSet", ("spec", "replicas"), 0, 1, "scaled to 0", "scaled back"),
    Holder("deployments.apps", "apps/v1", "Deployment", ("spec", "replicas"), 0, 1, "scaled to 0", "scaled back"),
)
BY_RESOURCE = {holder.resource: holder for holder in HOLDERS}


def value_of(holder: Holder, item: Mapping[str, Any]) -> Any:
    """What the field says, or means when it is not there."""
    found = _raw(holder, item)
    return holder.unset if found is None else found


def _raw(holder: Holder, item: Mapping[str, Any]) -> Any:
    """What the field says; nothing when it is not there."""
    found: Any = item
    for name in holder.path:
        found = mapping(found).get(name)
    return found


def is_held(holder: Holder, item: Mapping[str, Any]) -> bool:
    """Whether the field says what it says while an object is held, and maybe more."""
    return _includes(value_of(holder, item), holder.held)


def _includes(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(found, Mapping):
        return all(_includes(found.get(name), value) for name, value in wanted.items())
    return found == wanted


def is_marked(item: Mapping[str, Any]) -> bool:
    return mapping(mapping(item.get("metadata")).get("labels")).get(MARK) == "true"


def since(item: Mapping[str, Any]) -> str:
    """Since when an object carries the mark, RFC 3339, as the API server noted it; nothing when it did not."""
    entries = [mapping(one) for one in sequence(mapping(item.get("metadata")).get("managedFields"))]
    owners = [one for one in entries if f"f:{MARK}" in mapping(_labels_of(one))]
    return max((text(one.get("time")) for one in owners), default="")


def _labels_of(entry: Mapping[str, Any]) -> Any:
    return mapping(mapping(entry.get("fieldsV1")).get("f:metadata")).get("f:labels")


def hold(holder: Holder, item: Mapping[str, Any]) -> dict[str, Any] | None:
    """The merge patch that holds an object; nothing when it does not act, or is held already."""
    if is_held(holder, item):
        return None
    kept = json.dumps(_raw(holder, item), sort_keys=True, separators=(",", ":"))
    metadata = {"labels": {MARK: "true"}, "annotations": {MARK: kept}}
    return {"metadata": metadata, **_nested(holder.path, holder.held)}


def release(holder: Holder, item: Mapping[str, Any]) -> dict[str, Any] | str | None:
    """The merge patch that lets an object go, why it cannot be told, or nothing when it is not held by us.

    What somebody else has changed meanwhile stays: then only the mark goes.
    """
    kept = mapping(mapping(item.get("metadata")).get("annotations")).get(MARK)
    if not is_marked(item) and kept is None:
        return None
    unmarked = {"metadata": {"labels": {MARK: None}, "annotations": {MARK: None}}}
    if not is_held(holder, item):
        return unmarked
    try:
        value = json.loads(text(kept))
    except ValueError:
        return f"annotation {MARK} does not say what was there before"
    return {**unmarked, **_nested(holder.path, _restored(value, holder.held))}


def _restored(kept: Any, held: Any) -> Any:
    """What puts back the kept value over the held one in a merge patch: what was not there is taken away."""
    if not isinstance(kept, dict) or not isinstance(held, dict):
        return kept
    return kept | {name: _restored(kept.get(name), value) for name, value in held.items()}


def held_form(resource: str, item: dict[str, Any]) -> dict[str, Any]:
    """An object of such a kind that is to be written, as it must be so that it does not act at once."""
    holder = BY_RESOURCE.get(resource)
    patch = hold(holder, item) if holder else None
    return item if patch is None else _merged(item, patch)


def free_form(resource: str, item: dict[str, Any]) -> dict[str, Any]:
    """A held object as it will be once it was let go; any other one as it is."""
    holder = BY_RESOURCE.get(resource)
    patch = release(holder, item) if holder and is_marked(item) else None
    return _merged(item, patch) if isinstance(patch, dict) else item


def _nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for name in reversed(path):
        value = {name: value}
    return value


def _merged(item: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """An object after a merge patch."""
    merged = copy.copy(dict(item))
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = _merged(mapping(merged.get(name)), value)
        else:
            merged[name] = value
    return merged
