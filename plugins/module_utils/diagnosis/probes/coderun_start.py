# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probes: what keeps a CodeRun from being started before its pod is there. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Answer, Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.seen_coderun import (
    FACTS,
    called,
    facts,
    find,
    job_of,
    need,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Threshold,
    about,
    mapping,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import quotas
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import (
    bracketed,
    conditions,
    kubectl,
    short,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import called as named
from ansible_collections.agent_platform.ops.plugins.module_utils.health.workloads import (
    is_coderun_controller,
    standing,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

#: sources: {namespace: {name: characters of its data, None where it is absent}} of SETTINGS_MAPS, and
#: [{namespace, name, created}] of the lock of the Atlas integration
SETTINGS, LOCK = "controller_settings", "integration_lock"
SETTINGS_MAPS = (
    "controller-agents",
    *(f"controller-agent-templates-{kind}" for kind in ("claude", "codex", "cursor", "factory", "integration",
                                                        "shared")),
)  # fmt: skip
LOCK_MAP = "atlas-guardian-lock"
_ATLAS = "atlas"
_WORDS = {"not_picked_up": "waiting", "pending": "waiting", "running": "running"}


def coderun_state(scene: Scene, limits: Mapping[str, float]) -> Answer:
    """missing, finished, deleting, fresh, waiting or running."""
    run = find(scene)
    if run is None:
        wanted = scene.subject.get("coderun") or f"of task {scene.subject.get('task', '')}"
        return answer("missing", f"there is no CodeRun {wanted}", kubectl("get", "coderuns", "-A"))
    said = f"{called(run)}: phase {run.phase or '(none)'}{bracketed(run.message)}"
    shown = kubectl("get", "coderun", run.name, "-o", "yaml", namespace=run.namespace)
    if run.deleting:
        return answer("deleting", f"{said}, and it is being deleted", shown, **facts(run))
    if run.is_finished:
        return answer("finished", said, shown, **facts(run))
    word = _WORDS.get(run.state)
    if not word:
        return answer(UNKNOWN, f"{called(run)}: {run.problem}", shown, **facts(run))
    changed = run.changed_at or run.created_at
    since = (scene.now - changed).total_seconds() if changed else None
    if word == "waiting" and since is not None and since <= limits["patience"]:
        return answer("fresh", f"{said}, for {format_age(max(0.0, since))}", **facts(run))
    return answer(word, said, shown, **facts(run))


def emergency_stop(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """active or clear."""
    seen = scene.items("emergency_stop")[0]
    if seen["level"] is None:
        raise CannotLook(seen["message"])
    words = f"the emergency stop is at level {seen['level']}"
    shown = kubectl("get", "configmap", seen["name"], "-o", "yaml", namespace=seen["namespace"])
    return answer("active", words, shown) if seen["level"] else answer("clear", words)


def coderun_controller(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """available, down or missing."""
    found = next(filter(is_coderun_controller, scene.items("deployments")), None)
    if found is None:
        return answer("missing", "there is no Deployment controller in the platform's namespaces")
    stands, place = standing(found, needed=True), about(found)
    shown = kubectl("describe", "deployment", place["name"], namespace=place["namespace"])
    words = f"{named(found, 'Deployment')}: {stands.words}"
    if stands.status == "unknown":
        return answer(UNKNOWN, words, shown)
    return answer("available" if stands.available else "down", words, shown)


def controller_settings(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """complete or incomplete."""
    controller = next(filter(is_coderun_controller, scene.items("deployments")), None)
    namespace = about(controller)["namespace"] if controller else ""
    found = mapping(scene.value(SETTINGS)).get(namespace)
    if not isinstance(found, Mapping):
        raise CannotLook(f"nobody looked at the ConfigMaps of namespace {namespace or '(not known)'}")
    wrong = [f"{name} is {'empty' if name in found and found[name] == 0 else 'missing'}" for name in SETTINGS_MAPS
             if not found.get(name)]  # fmt: skip
    shown = kubectl("get", "configmaps", *SETTINGS_MAPS, namespace=namespace)
    if wrong:
        return answer("incomplete", f"in namespace {namespace}: {', '.join(wrong)}", shown)
    return answer("complete", f"all {len(SETTINGS_MAPS)} ConfigMaps are in namespace {namespace} and hold something")


def coderun_job(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """absent, active, suspended or ended."""
    run = need(scene)
    job = job_of(run, scene)
    if job is None:
        words = f"there is no Job {run.job}" if run.job else f"{called(run)} names no Job and owns none"
        return answer("absent", words, kubectl("get", "jobs", namespace=run.namespace))
    place = about(job, "Job")
    told = {**facts(run), "job": place["name"]}
    shown = kubectl("describe", "job", place["name"], namespace=place["namespace"])
    over = [one for kind in ("Complete", "Failed") if (one := conditions(job).get(kind, {})).get("status") == "True"]
    if over:
        why = bracketed(over[0].get("message"))
        return answer("ended", f"{named(job, 'Job')}: {short(over[0]['type'])}{why}", shown, **told)
    if mapping(job.get("spec")).get("suspend") is True:
        return answer("suspended", f"{named(job, 'Job')} is suspended", shown, **told)
    return answer("active", f"{named(job, 'Job')} has not ended", shown, **told)


def quota_room(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """full or room, as the health check of quotas judges it."""
    namespace = need(scene).namespace
    if not scene.items("quotas", namespace):
        return answer("room", f"namespace {namespace} has no quota")
    told = [one for one in scene.findings(quotas.CHECK) if one["subject"]["namespace"] == namespace]
    full = [one for one in told if one["status"] == "critical"]
    if full:
        return answer("full", *(one["message"] for one in full[:3]), full[0]["evidence"])
    blind = next((one["message"] for one in told if one["status"] == "unknown"), "")
    return answer(UNKNOWN, blind) if blind else answer("room", f"the quotas of namespace {namespace} leave room")


def stale_lock(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """stale, held or none."""
    run = need(scene)
    if _ATLAS not in run.agent.lower():
        return answer("none", f"{called(run)} is of {run.agent or 'no agent'}; only Atlas takes that lock")
    locks = [mapping(one) for one in scene.value(LOCK)]
    if not locks:
        return answer("none", f"no namespace of the platform has a ConfigMap {LOCK_MAP}")
    namespace = text(locks[0].get("namespace"))
    words = f"ConfigMap {namespace}/{LOCK_MAP} was made at {text(locks[0].get('created'))}"
    shown = kubectl("get", "configmap", LOCK_MAP, "-o", "yaml", namespace=namespace)
    others = [one for one in map(coderuns.read, scene.items("coderuns")) if _ATLAS in one.agent.lower()]
    holder = next((one for one in others if one.state == "running" and one.uid != run.uid), None)
    if holder:
        return answer("held", f"{words}, and {called(holder)} is Running", shown)
    return answer("stale", f"{words}, and no other CodeRun of Atlas is Running", shown)


PROBES = (
    Probe(
        "coderun_state",
        "what the CodeRun says of itself",
        ("missing", "finished", "deleting", "fresh", "waiting", "running"),
        coderun_state,
        ("coderuns",),
        FACTS,
        (Threshold("patience", "3m", "The controller looks at every CodeRun each 90 s."),),
    ),
    Probe(
        "emergency_stop",
        "whether the emergency stop is active",
        ("active", "clear"),
        emergency_stop,
        ("emergency_stop",),
    ),
    Probe(
        "coderun_controller",
        "whether the CodeRun controller is available",
        ("available", "down", "missing"),
        coderun_controller,
        ("deployments",),
    ),
    Probe(
        "controller_settings",
        "whether the ConfigMaps are there without which the CodeRun controller does not start",
        ("complete", "incomplete"),
        controller_settings,
        ("deployments", SETTINGS),
    ),
    Probe(
        "coderun_job",
        "what became of the Job",
        ("absent", "active", "suspended", "ended"),
        coderun_job,
        ("coderuns", "jobs"),
        FACTS,
    ),
    Probe("quota_room", "whether the quota leaves room", ("full", "room"), quota_room, ("coderuns", "quotas")),
    Probe(
        "stale_lock",
        "whether a lock of the Atlas integration was left behind",
        ("stale", "held", "none"),
        stale_lock,
        ("coderuns", LOCK),
    ),
)
