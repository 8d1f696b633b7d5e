# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probes: what became of the pod of a CodeRun's Job. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Answer, Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.seen_coderun import job_of, need, pod_of
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.seen_pods import (
    FACTS,
    PODS,
    Seen,
    worst_end,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Item,
    about,
    mapping,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.containers import (
    CANNOT_START,
    NO_IMAGE,
    containers,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import (
    bracketed,
    called,
    conditions,
    kubectl,
    short,
)

_OF_CLAIMS = re.compile(r"persistentvolumeclaim|volume node affinity|unbound|volume\(s\)", re.IGNORECASE)
_OF_QUOTA = re.compile(r"exceeded quota", re.IGNORECASE)
_OF_STOP = re.compile(r"emergency[ -]stop", re.IGNORECASE)


def coderun_pod(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """absent, runs, dead, ended, or for what it waits: no_room, claim, image, settings, starting."""
    run = need(scene)
    seen = pod_of(run, scene)
    if seen is None:
        return answer("absent", f"the Job of {run.name} has no pod", kubectl("get", "pods", namespace=run.namespace))
    word, words = pod_standing(seen, scene)
    return answer(word, f"{seen.name}: {words}", _described(seen), **seen.facts)


def job_refusal(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """quota, emergency_stop, refused or unsaid, by the last event of the Job."""
    job = job_of(need(scene), scene)
    if job is None:
        raise CannotLook("there is no Job")
    place = about(job)
    events = [one for one in scene.items("events", place["namespace"]) if _is_refusal(one, place["name"])]
    if not events:
        return answer("unsaid", f"no event of {called(job, 'Job')} says why")
    words = short(max(events, key=_moment).get("message"), 300)
    word = "quota" if _OF_QUOTA.search(words) else "emergency_stop" if _OF_STOP.search(words) else "refused"
    shown = kubectl("describe", "job", place["name"], namespace=place["namespace"])
    return answer(word, f"{called(job, 'Job')}: {words}", shown)


def pod_claims(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """absent, lost, pending or bound, whichever is worst."""
    seen = pod_of(need(scene), scene)
    if seen is None or not seen.pod.claims:
        raise CannotLook("the pod names no claim")
    there = {about(one)["name"]: one for one in scene.items("claims", seen.pod.namespace)}
    phases = {name: _phase(there.get(name)) for name in seen.pod.claims}
    for phase, word in (("", "absent"), ("Lost", "lost"), ("Pending", "pending"), ("Bound", "bound")):
        name = next((name for name, found in phases.items() if found == phase), "")
        if name:
            words = f"PersistentVolumeClaim {seen.pod.namespace}/{name}: {phase or 'is not there'}"
            shown = kubectl("describe", "pvc", name, namespace=seen.pod.namespace)
            return answer(word, words, shown, claim=name)
    return answer(UNKNOWN, f"the claims of {seen.name} have phases that Kubernetes does not write")


def pod_standing(seen: Seen, scene: Scene) -> tuple[str, str]:
    """(word, clause): runs, dead (main ended beside a companion), ended, or for what it waits; unknown otherwise."""
    if seen.pod.phase == "Running":
        end = worst_end([seen], scene)
        if end:
            return "runs" if end[0] == "runs" else "dead", end[2]
    if seen.pod.is_ended:
        return "ended", seen.pod.phase
    for one in containers(seen.item, scene.now):
        if one.waiting in NO_IMAGE:
            return "image", f"{one.name} gets no image, {one.waiting}{bracketed(one.said)}"
        if one.waiting in CANNOT_START:
            return "settings", f"{one.name} cannot be started, {one.waiting}{bracketed(one.said)}"
    scheduled = conditions(seen.item).get("PodScheduled", {})
    if scheduled.get("status") == "False":
        words = short(scheduled.get("message"), 300)
        return "claim" if _OF_CLAIMS.search(words) else "no_room", f"no node takes it{bracketed(words)}"
    if seen.pod.phase in ("Pending", "Running"):
        return "starting", f"{seen.pod.phase}, its containers are being started"
    return UNKNOWN, "nothing says what it does"


def _phase(claim: Item | None) -> str:
    """Empty where it is absent, a word that is none of Kubernetes where it has no phase."""
    if claim is None:
        return ""
    return text(mapping(claim.get("status")).get("phase")) or "(none)"


def _is_refusal(event: Item, job: str) -> bool:
    involved = mapping(event.get("involvedObject"))
    return (involved.get("kind"), involved.get("name"), event.get("reason")) == ("Job", job, "FailedCreate")


def _moment(event: Item) -> str:
    return text(event.get("lastTimestamp")) or text(event.get("eventTime"))


def _described(seen: Seen) -> str:
    return kubectl("describe", "pod", seen.pod.name, namespace=seen.pod.namespace)


PROBES = (
    Probe(
        "coderun_pod",
        "what became of the pod of its Job",
        ("absent", "runs", "dead", "ended", "no_room", "claim", "image", "settings", "starting"),
        coderun_pod,
        ("coderuns", "jobs", PODS),
        FACTS,
    ),
    Probe(
        "job_refusal",
        "why the Job has no pod",
        ("quota", "emergency_stop", "refused", "unsaid"),
        job_refusal,
        ("coderuns", "jobs", "events"),
    ),
    Probe(
        "pod_claims",
        "how the claims of its pod stand",
        ("absent", "lost", "pending", "bound"),
        pod_claims,
        ("coderuns", "jobs", PODS, "claims"),
        ("claim",),
    ),
)
