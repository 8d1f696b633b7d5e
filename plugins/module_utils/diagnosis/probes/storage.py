# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probes: what is full. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import read
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Answer, Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.seen_pods import PODS
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.space import (
    DISKS,
    USAGE,
    Fill,
    measured,
    seen_inside,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Item,
    Threshold,
    about,
    mapping,
    sequence,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.pods import WORKFLOW
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import parse, share
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import (
    age,
    because,
    called,
    conditions,
    counted,
    kubectl,
    label,
    meta,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

_FULL = Threshold("full", 90, "From here the next agent runs out of space before it ends.", "%")
_FILLING = Threshold("filling", 80, "A clone of a repository with its build takes up to a fifth of a workspace.", "%")
_WRITES = (
    ("object_store", re.compile(r"XMinioStorageFull|StorageFull|insufficient storage|bucket quota", re.IGNORECASE)),
    ("volume", re.compile(r"no space left on device|ENOSPC|disk quota exceeded", re.IGNORECASE)),
)
_OF_STORAGE = re.compile(r"storage$|persistentvolumeclaims$")


def claims_measured(scene: Scene, limits: Mapping[str, float]) -> Answer:
    """full, filling or free, as the kubelets measure it."""
    return _judged(measured(scene), limits)


def workspaces_seen(scene: Scene, limits: Mapping[str, float]) -> Answer:
    """full, filling or free, as df says it in the pods of agents."""
    return _judged(seen_inside(scene), limits)


def claim_user(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """agent, workflow, other or nobody."""
    full = _fullest(scene)
    facts = {"claim": full.claim, "namespace": full.namespace}
    shown = kubectl("describe", "pvc", full.claim, namespace=full.namespace)
    for item in scene.items(PODS, full.namespace):
        pod = read(item)
        if full.claim not in pod.claims or pod.is_ended:
            continue
        word = "agent" if pod.github_user else "workflow" if label(item, WORKFLOW) else "other"
        return answer(word, f"{called(item, 'Pod')} has {full.claim} mounted", shown, **facts, pod=pod.name)
    found = [one for one in scene.items("claims", full.namespace) if about(one)["name"] == full.claim]
    if not found:
        raise CannotLook(f"PersistentVolumeClaim {full.namespace}/{full.claim} is not there any more")
    if any(mapping(owner).get("kind") == "Workflow" for owner in sequence(meta(found[0]).get("ownerReferences"))):
        return answer("workflow", f"{called(found[0], 'PersistentVolumeClaim')} belongs to a workflow", shown, **facts)
    return answer("nobody", f"no pod has {called(found[0], 'PersistentVolumeClaim')} mounted", shown, **facts)


def claims_waiting(scene: Scene, limits: Mapping[str, float]) -> Answer:
    """waiting, lost or none; a claim that no pod wants yet waits as it should."""
    claims = scene.items("claims")
    wanted = _wanted(scene)
    told = {word: (one, words) for one in reversed(claims) for word, words in _waiting(one, wanted, limits)}
    for word in ("lost", "waiting"):
        if word in told:
            one, words = told[word]
            place = about(one)
            shown = kubectl("describe", "pvc", place["name"], namespace=place["namespace"])
            said = f"{called(one, 'PersistentVolumeClaim')}: {words}"
            return answer(word, said, shown, claim=place["name"], namespace=place["namespace"])
    return answer("none", f"none of {counted(len(claims), 'claim')} waits for a volume that a pod needs")


def storage_quota(scene: Scene, limits: Mapping[str, float]) -> Answer:
    """full or room."""
    seen, unread = 0, ""
    for quota in scene.items("quotas"):
        status = mapping(quota.get("status"))
        hard = mapping(mapping(quota.get("spec")).get("hard")) or mapping(status.get("hard"))
        for name in filter(_OF_STORAGE.search, hard):
            percent = share(parse(mapping(status.get("used")).get(name)), parse(hard[name]))
            words = f"{called(quota, 'ResourceQuota')}: {name}"
            place = about(quota)
            if percent is None:
                unread = f"{words}: nobody has counted"
            elif percent >= limits["full"]:
                shown = kubectl("describe", "resourcequota", place["name"], namespace=place["namespace"])
                return answer("full", f"{words} {percent:g} % used", shown, namespace=place["namespace"])
            else:
                seen += 1
    room = f"{counted(seen, 'limit')} of storage: less than {limits['full']:g} % used"
    return answer(UNKNOWN, unread) if unread else answer("room", room if seen else "no quota limits storage")


def node_disk(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """short or enough."""
    nodes = scene.items("nodes")
    pressure = {about(node)["name"]: conditions(node).get("DiskPressure", {}) for node in nodes}
    short = {name: one for name, one in pressure.items() if one.get("status") == "True"}
    if short:
        said = tuple(f"Node {name} says DiskPressure{because(one)}" for name, one in list(short.items())[:3])
        return answer("short", *said, kubectl("describe", "node", next(iter(short))))
    silent = sorted(name for name, one in pressure.items() if one.get("status") != "False")
    if silent:
        return answer(UNKNOWN, f"{', '.join(silent[:3])} do not say whether they are short of disk")
    return answer("enough", f"{counted(len(nodes), 'node')}: none is short of disk")


def failed_writes(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """object_store, volume or none, by the messages of what failed last."""
    for where, message in _failures(scene):
        for word, pattern in _WRITES:
            if pattern.search(message):
                return answer(word, f"{where}: {' '.join(message.split())}")
    return answer("none", "no last failure of a workflow or CodeRun speaks of a full disk or store")


def _judged(found: list[Fill], limits: Mapping[str, float]) -> Answer:
    if not found:
        return answer(UNKNOWN, "nobody measured anything")
    first = found[0]
    word = next((word for word in ("full", "filling") if first.percent >= limits[word]), "free")
    said = tuple(one.words for one in found[:3] if one is first or one.percent >= limits["filling"])
    return answer(word, *said, claim=first.claim, namespace=first.namespace)


def _fullest(scene: Scene) -> Fill:
    for look in (measured, seen_inside):
        try:
            found = look(scene)
        except CannotLook:
            continue
        if found:
            return found[0]
    raise CannotLook("nobody measures how full claims are")


def _wanted(scene: Scene) -> dict[tuple[str, str], float | None]:
    """{(namespace, claim): seconds since no node takes a pod that mounts it}, None where nothing tells."""
    found: dict[tuple[str, str], float | None] = {}
    for item in scene.items(PODS):
        pod, scheduled = read(item), conditions(item).get("PodScheduled", {})
        if scheduled.get("status") != "True" and not pod.is_ended:
            since = age(scheduled.get("lastTransitionTime") or meta(item).get("creationTimestamp"), scene.now)
            found |= {(pod.namespace, name): since for name in pod.claims}
    return found


def _waiting(
    one: Item, wanted: Mapping[tuple[str, str], float | None], limits: Mapping[str, float]
) -> Iterator[tuple[str, str]]:
    phase, place = mapping(one.get("status")).get("phase"), about(one)
    if phase == "Lost":
        yield "lost", "its volume is gone"
    key = (place["namespace"], place["name"])
    if phase != "Pending" or key not in wanted:
        return
    since = wanted[key]
    if since is None or since > limits["patience"]:
        how_long = "" if since is None else f" for {format_age(since)}"
        yield "waiting", f"has no volume, and a pod waits for it{how_long}"


def _failures(scene: Scene) -> Iterator[tuple[str, str]]:
    """(what failed, its words)."""
    for row in sequence(scene.items("workflows")[0].get("ended")):
        last = mapping(mapping(row).get("last"))
        if last:
            yield f"Workflow {text(last.get('namespace'))}/{text(last.get('name'))}", text(last.get("message"))
    for run in map(coderuns.read, scene.items("coderuns")):
        if run.state == "failed":
            yield f"CodeRun {run.namespace}/{run.name}", run.message


PROBES = (
    Probe(
        "claims_measured",
        "whether a claim is full, as the kubelets measure it",
        ("full", "filling", "free"),
        claims_measured,
        (USAGE,),
        ("claim", "namespace"),
        (_FULL, _FILLING),
    ),
    Probe(
        "workspaces_seen",
        "whether a workspace is full, as agents see it",
        ("full", "filling", "free"),
        workspaces_seen,
        (DISKS, PODS),
        ("claim", "namespace"),
        (_FULL, _FILLING),
    ),
    Probe(
        "claim_user",
        "who uses the fullest claim",
        ("agent", "workflow", "other", "nobody"),
        claim_user,
        (USAGE, DISKS, PODS, "claims"),
        ("claim", "namespace", "pod"),
    ),
    Probe(
        "claims_waiting",
        "whether a claim waits for a volume",
        ("waiting", "lost", "none"),
        claims_waiting,
        ("claims", PODS),
        ("claim", "namespace"),
        (Threshold("patience", "15m", "A volume is made within minutes once a pod asks for it."),),
    ),
    Probe(
        "storage_quota",
        "whether the quota leaves room for storage",
        ("full", "room"),
        storage_quota,
        ("quotas",),
        ("namespace",),
        (Threshold("full", 95, "One more workspace takes up to a twentieth of the usual quota.", "%"),),
    ),
    Probe("node_disk", "whether a node is short of disk", ("short", "enough"), node_disk, ("nodes",)),
    Probe(
        "failed_writes",
        "whether what failed last could not write",
        ("object_store", "volume", "none"),
        failed_writes,
        ("workflows", "coderuns"),
    ),
)
