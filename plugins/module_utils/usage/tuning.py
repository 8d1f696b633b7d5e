# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change what a workload asks for so that it can be taken back. Pure. Private API.

What was there before is kept on the workload itself, in the same write that changes it. A second change keeps what was
there before the first. Taken back is only what still is as it was set: what somebody else wrote meanwhile stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import HELD
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity import RESOURCES, readable
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import label, meta
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.scaling import replicas_of

#: as a label it finds what was changed, as an annotation it says what was there before, and what was set
MARK = "ops.agent-platform/tuned"
WHY = ("ops.agent-platform/tuned-reason", "ops.agent-platform/tuned-actor", "ops.agent-platform/tuned-time")
STRATEGIC = "application/strategic-merge-patch+json"
_PARTS = ("requests", "limits")
_LISTS = ("containers", "initContainers")
Resources = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """What a workload is to be: resources by container, as {"requests": {"cpu": "130m"}}, replicas, or both."""

    containers: Mapping[str, Resources] = field(default_factory=dict)
    replicas: int | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the mark says: (before, as it was set) by container, part and resource, and of the replicas."""

    resources: dict[str, dict[str, dict[str, list[Any]]]]
    replicas: list[Any] | None


def require_quantities(change: Change) -> None:
    """:raises OpsError: invalid, for what Kubernetes would not take"""
    for name, wanted in change.containers.items():
        for part, values in wanted.items():
            for resource, value in values.items():
                if resource not in RESOURCES or readable(value) is None:
                    form = "cpu such as 130m, or memory such as 272Mi"
                    raise OpsError(
                        "invalid", f"changes: {part} of container {name}: {resource} {value!r:.40} is not {form}"
                    )
    if change.replicas is not None and not 1 <= change.replicas <= 100:
        raise OpsError("invalid", f"changes: replicas is {change.replicas}; it must lie between 1 and 100")


def apply(item: Item, change: Change, why: tuple[str, str, str]) -> Any:
    """The strategic merge patch that makes a change, why it must not be made, or nothing when it is made already.

    :param why: reason, actor and time, as they are kept on the object
    """
    refusal = _refusal(item, change)
    if refusal:
        return refusal
    kept = _kept(item)
    if kept is None:
        return f"annotation {MARK} does not say what was there before"
    patch: dict[str, Any] = {}
    for name, wanted in change.containers.items():
        place, has = _container(item, name)
        anew = {part: _differing(mapping(has.get(part)), mapping(wanted.get(part))) for part in _PARTS}
        anew = {part: values for part, values in anew.items() if values}
        if anew:
            patch.setdefault(place, []).append({"name": name, "resources": anew})
        for part, values in anew.items():
            for resource, value in values.items():
                _keep(kept, name, part, resource, mapping(has.get(part)).get(resource), value)
    scaled = change.replicas if change.replicas not in (None, replicas_of(item)) else None
    if not patch and scaled is None:
        return None
    if scaled is not None:
        first = kept.replicas[0] if kept.replicas else replicas_of(item)
        kept = _Kept(kept.resources, [first, scaled])
    noted = dict(zip(WHY, why, strict=True)) if not is_marked(item) else {}
    metadata = {"labels": {MARK: "true"}, "annotations": {MARK: _written(kept), **noted}}
    return {"metadata": metadata, "spec": _spec(patch, scaled)}


def revert(item: Item) -> Any:
    """The patch that takes changes back, why nobody can tell what was there, or nothing when none was made."""
    if not is_marked(item):
        return None
    kept = _kept(item)
    if kept is None:
        return f"annotation {MARK} does not say what was there before"
    patch: dict[str, Any] = {}
    for name, parts in kept.resources.items():
        place, has = _container(item, name)
        back = {part: _back(mapping(has.get(part)), values) for part, values in parts.items()} if place else {}
        back = {part: values for part, values in back.items() if values}
        if back:
            patch.setdefault(place, []).append({"name": name, "resources": back})
    scaled = None
    if kept.replicas and replicas_of(item) == kept.replicas[1]:
        scaled = kept.replicas[0]
    metadata = {"labels": {MARK: None}, "annotations": dict.fromkeys((MARK, *WHY))}
    spec = _spec(patch, scaled)
    return {"metadata": metadata, **({"spec": spec} if spec else {})}


def is_marked(item: Item) -> bool:
    return label(item, MARK) == "true"


def shown(item: Item) -> dict[str, Any]:
    """What of a workload may change, for a diff: replicas, and resources by container."""
    found = {
        text(one.get("name")): mapping(one.get("resources"))
        for place in _LISTS
        for one in map(mapping, sequence(_pod_spec(item).get(place)))
    }
    return {"replicas": replicas_of(item), "resources": found}


def _refusal(item: Item, change: Change) -> str:
    if meta(item).get("deletionTimestamp"):
        return "it is being deleted"
    if label(item, HELD) == "true":
        return f"it is held (label {HELD}) by another run"
    if change.replicas is not None and replicas_of(item) in (0, None):
        return "it is scaled to 0, and whoever did that had a reason"
    for name, wanted in change.containers.items():
        place, has = _container(item, name)
        if not place:
            return f"it has no container {name!r:.80}"
        limits = {**mapping(has.get("limits")), **mapping(wanted.get("limits"))}
        for resource, value in {**mapping(has.get("requests")), **mapping(wanted.get("requests"))}.items():
            asked, most = readable(value), readable(limits.get(resource))
            if asked is not None and most is not None and asked > most:
                return f"container {name} would ask for {resource} {value}, above its limit of {limits[resource]}"
    return ""


def _pod_spec(item: Item) -> Item:
    return mapping(mapping(mapping(item.get("spec")).get("template")).get("spec"))


def _container(item: Item, name: str) -> tuple[str, Item]:
    """(list that it stands in, its resources); ("", {}) where there is none."""
    for place in _LISTS:
        for one in map(mapping, sequence(_pod_spec(item).get(place))):
            if one.get("name") == name:
                return place, mapping(one.get("resources"))
    return "", {}


def _differing(has: Item, wanted: Item) -> dict[str, Any]:
    """Quantities that are not the same number, however they are written."""
    return {name: value for name, value in wanted.items() if readable(has.get(name)) != readable(value)}


def _back(has: Item, values: Mapping[str, list[Any]]) -> dict[str, Any]:
    """What is still as it was set, as it was before; None takes it out."""
    return {name: before for name, (before, was_set) in values.items() if readable(has.get(name)) == readable(was_set)}


def _keep(kept: _Kept, name: str, part: str, resource: str, before: Any, value: Any) -> None:
    values = kept.resources.setdefault(name, {}).setdefault(part, {})
    first = values[resource][0] if resource in values else before
    values[resource] = [first, value]


def _kept(item: Item) -> _Kept | None:
    """What the mark says, nothing yet where there is none, None where it cannot be read."""
    said = mapping(meta(item).get("annotations")).get(MARK)
    if said is None:
        return _Kept({}, None) if not is_marked(item) else None
    try:
        found = json.loads(text(said))
        resources = {
            name: {
                part: {key: [*map(_quantity, pair)] for key, pair in values.items()} for part, values in parts.items()
            }
            for name, parts in found["resources"].items()
        }
        pairs = [pair for parts in resources.values() for values in parts.values() for pair in values.values()]
        replicas = found.get("replicas")
    except (ValueError, AttributeError, KeyError, TypeError):
        return None
    sound = all(len(pair) == 2 for pair in pairs) and all(part in _PARTS for one in resources.values() for part in one)
    counted = replicas is None or (isinstance(replicas, list) and [*map(_count, replicas)] == [True, True])
    return _Kept(resources, replicas) if sound and counted else None


def _quantity(value: Any) -> Any:
    if value is not None and readable(value) is None:
        raise ValueError("no quantity")
    return value


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _written(kept: _Kept) -> str:
    said: dict[str, Any] = {"resources": kept.resources, "replicas": kept.replicas}
    return json.dumps(said, sort_keys=True, separators=(",", ":"))


def _spec(patch: Mapping[str, Any], replicas: int | None) -> dict[str, Any]:
    spec: dict[str, Any] = {"template": {"spec": dict(patch)}} if patch else {}
    return {**spec, "replicas": replicas} if replicas is not None else spec
