# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CodeRun that a diagnosis is about, its Job and its pod. Pure. Private API."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.seen_pods import PODS, Seen, every
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, about, mapping, sequence
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import meta

FACTS = ("coderun", "namespace", "task", "service", "job")
_EARLIEST = 0.0


def find(scene: Scene) -> CodeRun | None:
    """The CodeRun of that name, else the one of the task that matters most: unfinished before finished, then newest.

    :raises CannotLook: they could not be read, or several namespaces have one of that name
    """
    name, task = scene.subject.get("coderun", ""), scene.subject.get("task", "")
    every_one = map(coderuns.read, scene.items("coderuns", scene.subject.get("namespace", "")))
    found = [one for one in every_one if (one.name == name if name else one.task == task)]
    places = sorted({one.namespace for one in found})
    if name and len(places) > 1:
        raise CannotLook(f"there is a CodeRun {name} in {', '.join(places)}; say which with diagnose_namespace")
    return min(found, key=_by_weight, default=None)


def need(scene: Scene) -> CodeRun:
    """The same.

    :raises CannotLook: there is none
    """
    run = find(scene)
    if run is None:
        raise CannotLook("there is no such CodeRun")
    return run


def facts(run: CodeRun) -> dict[str, str]:
    """As answers carry them."""
    return {
        "coderun": run.name, "namespace": run.namespace, "task": run.task, "service": run.service, "job": run.job,
    }  # fmt: skip


def called(run: CodeRun) -> str:
    """ "CodeRun agent-platform/x"."""
    return f"CodeRun {run.namespace}/{run.name}"


def job_of(run: CodeRun, scene: Scene) -> Item | None:
    """The Job that its status names, else the newest that it owns.

    :raises CannotLook: Jobs could not be read
    """
    jobs = scene.items("jobs", run.namespace)
    named = next((job for job in jobs if run.job and about(job)["name"] == run.job), None)
    owned = [job for job in jobs if _is_owned(job, run)]
    return named or max(owned, key=lambda job: str(meta(job).get("creationTimestamp")), default=None)


def pod_of(run: CodeRun, scene: Scene) -> Seen | None:
    """The newest pod of its Job.

    :raises CannotLook: Jobs or pods could not be read, or there is no Job
    """
    job = job_of(run, scene)
    if job is None:
        raise CannotLook(f"{called(run)} has no Job")
    name = about(job)["name"]
    return next((one for one in every(scene, run.namespace) if one.pod.job == name), None)


def _is_owned(job: Item, run: CodeRun) -> bool:
    owners = map(mapping, sequence(meta(job).get("ownerReferences")))
    return any(one.get("kind") == "CodeRun" and one.get("uid") == run.uid for one in owners)


def _by_weight(run: CodeRun) -> tuple[bool, float]:
    return run.is_finished, -(run.created_at.timestamp() if run.created_at else _EARLIEST)


READS = ("coderuns", "jobs", PODS)
