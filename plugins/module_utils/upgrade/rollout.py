# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Move one workload to another version and back, and tell how that goes. Pure. Private API.

What was there before stays on the workload, in the same write that changes it: whoever dies in between leaves nothing
that another run cannot take back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import conditions, label, meta, short
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import Workload
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version, parse

MARK = "ops.agent-platform/upgraded-from"
VERSION_LABEL = "app.kubernetes.io/version"
_LOST = ("ImagePullBackOff", "InvalidImageName", "CrashLoopBackOff", "CreateContainerConfigError", "RunContainerError")


def version_of(item: Mapping[str, Any], workload: Workload) -> Version:
    """The version that a workload is to run: the tag of its image, or else its label.

    :raises OpsError: refused, when neither tells
    """
    image = text(_container(item, workload)[1].get("image"))
    for told in (_tag(image), label(dict(item), VERSION_LABEL)):
        try:
            return parse(told)
        except OpsError:
            continue
    raise OpsError(
        "refused",
        f"{workload.kind} {workload.name}: neither image {short(image)!r} nor label {VERSION_LABEL} tells its version",
        hint="Set the label to the version that runs, such as v3.6.13.",
    )


def moved(item: Mapping[str, Any], workload: Workload, new: Version, image: str = "") -> list[dict[str, Any]]:
    """The JSON patch that moves a workload; nothing when it is there already.

    :param image: instead of the old image with another tag
    """
    at, container = _container(item, workload)
    old_image = text(container.get("image"))
    wanted = image or _retagged(old_image, new)
    arguments, variables = _moved_arguments(container, workload, new), _moved_variables(container, workload, new)
    if wanted == old_image and arguments == container.get("args") and not variables:
        return []
    old = version_of(item, workload)
    kept = {"version": str(old), "image": old_image, "args": container.get("args"), "label": _version_label(item)}
    if variables:
        kept["env"] = {name: before for name, before, _after in variables.values()}
    place = f"/spec/template/spec/containers/{at}"
    # Its status moves all the time while it is rolled out: the patch is bound to what it changes, not to the version.
    patch = [*_bound(item), {"op": "test", "path": f"{place}/image", "value": old_image}]
    patch += _value(f"{place}/image", old_image, wanted)
    patch += _value(f"{place}/args", container.get("args"), arguments)
    for number, (name, before, after) in variables.items():
        patch += _variable(f"{place}/env/{number}", name, before, after)
    if kept["label"] is not None:
        patch += _value(_label_path(), kept["label"], str(new))
    return [*patch, *_annotated(item, kept)]


def back(item: Mapping[str, Any], workload: Workload) -> list[dict[str, Any]]:
    """The JSON patch that takes a workload back to where it was; nothing when it was not moved.

    :raises OpsError: refused, when the annotation does not say what was there
    """
    kept = kept_of(item)
    if kept is None:
        return []
    at, container = _container(item, workload)
    place = f"/spec/template/spec/containers/{at}"
    patch = [*_bound(item), {"op": "test", "path": f"{place}/image", "value": container.get("image")}]
    patch += _value(f"{place}/image", container.get("image"), kept["image"])
    patch += _value(f"{place}/args", container.get("args"), kept.get("args"))
    for number, row in enumerate(map(mapping, sequence(container.get("env")))):
        before = text(mapping(kept.get("env")).get(row.get("name")))
        patch += _variable(f"{place}/env/{number}", row.get("name"), row.get("value"), before) if before else []
    if kept.get("label") is not None:
        patch += _value(_label_path(), _version_label(item), kept["label"])
    return [*patch, {"op": "remove", "path": _pointer("metadata", "annotations", MARK)}]


def kept_of(item: Mapping[str, Any]) -> dict[str, Any] | None:
    """{version, image, args, label, env} of before the move; None when it was not moved.

    :raises OpsError: refused, for an annotation that says something else
    """
    words = mapping(meta(dict(item)).get("annotations")).get(MARK)
    if words is None:
        return None
    try:
        kept = mapping(json.loads(text(words)))
    except ValueError:
        kept = {}
    if not text(kept.get("image")) or not text(kept.get("version")):
        name = text(meta(dict(item)).get("name"))
        raise OpsError("refused", f"{name}: annotation {MARK} does not say what was there before")
    return kept


def missing(item: Mapping[str, Any], pods: Iterable[Mapping[str, Any]]) -> str:
    """What is not yet as it should be after a change; nothing when the workload runs as its spec says."""
    spec, status = mapping(item.get("spec")), mapping(item.get("status"))
    if (whole(status.get("observedGeneration")) or 0) < (whole(meta(dict(item)).get("generation")) or 0):
        return "its controller has not taken up the change"
    wanted = 1 if spec.get("replicas") is None else whole(spec.get("replicas")) or 0
    updated, there = whole(status.get("updatedReplicas")) or 0, whole(status.get("replicas")) or 0
    ready = whole(status.get("availableReplicas", status.get("readyReplicas"))) or 0
    if updated < wanted or ready < wanted:
        return f"{min(updated, ready)} of {wanted} new pods are available"
    if there > updated:
        return f"{there - updated} old pods are still there"
    images = {one.get("name"): one.get("image") for one in _containers(item)}
    for pod in pods:
        if not meta(dict(pod)).get("deletionTimestamp") and _other_image(pod, images):
            return f"pod {text(meta(dict(pod)).get('name'))} runs another image"
    return ""


def broken(item: Mapping[str, Any], pods: Iterable[Mapping[str, Any]], events: Iterable[Mapping[str, Any]]) -> str:
    """Why it will not come to run by itself; nothing while it may.

    :param events: warnings about the workload itself since the change
    """
    if mapping(item.get("spec")).get("replicas") == 0:
        return "it is scaled to 0, so nobody can see whether it runs"
    progress = conditions(dict(item)).get("Progressing", {})
    if progress.get("status") == "False":
        return short(progress.get("message")) or "its rollout hangs"
    for pod in pods:
        for row in sequence(mapping(pod.get("status")).get("containerStatuses")):
            waiting = mapping(mapping(mapping(row).get("state")).get("waiting"))
            if waiting.get("reason") in _LOST:
                why = short(waiting.get("message"))
                return f"pod {text(meta(dict(pod)).get('name'))}: {waiting['reason']}" + (f" ({why})" if why else "")
    for event in events:
        if event.get("type") == "Warning":
            return f"{text(event.get('reason'))}: {short(event.get('message'))}"
    return ""


def images_of(item: Mapping[str, Any]) -> Iterator[str]:
    return (text(one.get("image")) for one in _containers(item))


def _containers(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    pod = mapping(mapping(mapping(item.get("spec")).get("template")).get("spec"))
    return [mapping(one) for one in sequence(pod.get("containers"))]


def _container(item: Mapping[str, Any], workload: Workload) -> tuple[int, dict[str, Any]]:
    for number, one in enumerate(_containers(item)):
        if one.get("name") == workload.container:
            return number, one
    raise OpsError("refused", f"{workload.kind} {workload.name}: it has no container {workload.container}")


def _other_image(pod: Mapping[str, Any], images: Mapping[Any, Any]) -> bool:
    found = sequence(mapping(pod.get("spec")).get("containers"))
    return any(
        images.get(mapping(one).get("name"), mapping(one).get("image")) != mapping(one).get("image") for one in found
    )


def _tag(image: str) -> str:
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]


def _retagged(image: str, new: Version) -> str:
    """The same repository with another tag; a digest belongs to the old version and goes."""
    name = image.partition("@")[0]
    repository = name[: -len(_tag(image)) - 1] if _tag(image) else name
    prefix = "" if _tag(image) and not _tag(image).startswith("v") else "v"
    return f"{repository}:{prefix}{str(new).removeprefix('v')}"


def _moved_arguments(container: Mapping[str, Any], workload: Workload, new: Version) -> Any:
    """Arguments whose value is an image of the same version go along."""
    arguments = container.get("args")
    if not isinstance(arguments, list) or not workload.arguments:
        return arguments
    told = []
    for number, one in enumerate(arguments):
        name, equals, value = str(one).partition("=")
        if name in workload.arguments and equals and _is_versioned(value):
            told.append(f"{name}={_retagged(value, new)}")
        elif number and arguments[number - 1] in workload.arguments and _is_versioned(str(one)):
            told.append(_retagged(str(one), new))
        else:
            told.append(one)
    return told


def _moved_variables(container: Mapping[str, Any], workload: Workload, new: Version) -> dict[int, tuple[str, str, str]]:
    """Variables whose value is an image of the same version go along: name, old and new value by place."""
    told = {}
    for number, row in enumerate(map(mapping, sequence(container.get("env")))):
        name, value = text(row.get("name")), text(row.get("value"))
        if name in workload.variables and _is_versioned(value) and _retagged(value, new) != value:
            told[number] = (name, value, _retagged(value, new))
    return told


def _variable(place: str, name: Any, old: Any, new: str) -> list[dict[str, Any]]:
    """Bound to its name, since variables are told by their place in a list."""
    changed = _value(f"{place}/value", old, new)
    return [{"op": "test", "path": f"{place}/name", "value": name}, *changed] if changed else []


def _is_versioned(image: str) -> bool:
    return re.fullmatch(r"v?\d+\.\d+\.\d+.*", _tag(image)) is not None


def _version_label(item: Mapping[str, Any]) -> Any:
    return mapping(meta(dict(item)).get("labels")).get(VERSION_LABEL)


def _bound(item: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"op": "test", "path": "/metadata/uid", "value": meta(dict(item)).get("uid")}]


def _value(path: str, old: Any, new: Any) -> list[dict[str, Any]]:
    if old == new:
        return []
    if new is None:
        return [{"op": "remove", "path": path}]
    return [{"op": "add", "path": path, "value": new}]


def _annotated(item: Mapping[str, Any], kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    words = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    if not mapping(meta(dict(item)).get("annotations")):
        return [{"op": "add", "path": "/metadata/annotations", "value": {MARK: words}}]
    return [{"op": "add", "path": _pointer("metadata", "annotations", MARK), "value": words}]


def _label_path() -> str:
    return _pointer("metadata", "labels", VERSION_LABEL)


def _pointer(*names: str) -> str:
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in names)
