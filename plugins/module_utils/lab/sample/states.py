# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows in every state that the platform is known for, one or two of each. Pure; private API.

The real workflow-controller runs beside them. It leaves alone what is labelled completed and what belongs to another
instance; everything else it takes up, so those that it shall not change carry ELSEWHERE.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import timedelta

from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.play import WORKFLOW_API, play
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import (
    ARGO,
    KEEP,
    PLATFORM_NAMESPACE,
    STATE_LABEL,
    Clock,
    Object,
    claim,
    metadata,
    owned_by,
)

ELSEWHERE = {f"{ARGO}/controller-instanceid": "automation"}
HOLD_FINALIZER = "example.agents.platform/hold"
ARTIFACT_FINALIZER = f"{ARGO}/artifact-gc"

# The command keeps the controller from asking a registry for the image's own.
_CONTAINER = {"image": "docker.io/library/busybox:1.36", "command": ["sh", "-c", "true"]}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def states(clock: Clock) -> Iterator[Object]:
    """Workflows with the pods and claims that belong to them."""
    yield from _held(clock)
    yield from _live(clock)
    yield from _unreadable(clock)
    yield from _protected(clock)
    yield from _with_dependents(clock)
    yield from _archived(clock)
    yield from _contradictory(clock)


def _held(clock: Clock) -> Iterator[Object]:
    """Held by the real controller, so that a resume goes on; the newest one is minutes old, the oldest two days."""
    holds = (
        (1001, "wait-ready-for-qa", timedelta(minutes=25), "held"),
        (1002, "wait-pr-approved", timedelta(minutes=50), "held"),
        (1003, "wait-pr-merged", timedelta(minutes=90), "held"),
        (1004, "wait-pr-merged", 7 * _HOUR, "stuck"),
        (1005, "wait-ready-for-qa", 2 * _DAY, "stuck"),
    )
    for task, hold, since, state in holds:
        made = play(
            clock, task, started=since + 3 * _HOUR, since=since, at=hold, phase="Running", state=state, claims=True
        )
        yield made
        yield from _workspace(made)
    suspended = play(
        clock,
        1006,
        started=5 * _HOUR,
        since=2 * _HOUR,
        at="wait-pr-approved",
        phase="Running",
        state="suspended",
        claims=True,
    )
    suspended["spec"]["suspend"] = True
    yield suspended
    yield from _workspace(suspended)
    stopping = play(
        clock,
        1007,
        started=9 * _HOUR,
        since=8 * _HOUR,
        at="wait-ready-for-qa",
        phase="Running",
        state="stop-requested",
        labels=ELSEWHERE,
    )
    # A stop does nothing as long as spec.suspend holds the workflow.
    stopping["spec"] |= {"suspend": True, "shutdown": "Stop"}
    yield stopping


def _live(clock: Clock) -> Iterator[Object]:
    """Started, waiting and ignored ones; the status of those that are given without one comes from the controller."""
    hold = {"suspend-for-event": {"suspend": {}}}, [("wait-atlas-integration", "suspend-for-event")]
    lock = {"mutexes": [{"name": "merge-to-main"}]}
    yield _fresh("merge-train-1", "held", *hold, synchronization=lock)
    # Given to the controller it might get the lock before the first one does.
    waiting = _fresh("merge-train-2", "pending", *hold, synchronization=lock)
    waiting["metadata"]["labels"] |= ELSEWHERE | {f"{ARGO}/phase": "Pending", f"{ARGO}/completed": "false"}
    message = f"Waiting for {PLATFORM_NAMESPACE}/Mutex/merge-to-main lock. Lock status: 0/1"
    waiting["status"] = {"phase": "Pending", "message": message, "startedAt": None, "finishedAt": None}
    yield waiting
    yield _fresh(
        "index-embeddings",
        "running",
        {"gpu": {"container": _CONTAINER, "nodeSelector": {"pool": "gpu"}}},
        [("embed", "gpu")],
    )
    running = play(
        clock,
        1008,
        started=timedelta(minutes=40),
        since=timedelta(minutes=12),
        at="implementation-cycle",
        phase="Running",
        state="running",
        labels=ELSEWHERE,
    )
    yield running
    ignored = play(clock, 1009, started=_HOUR, since=_HOUR, phase="Pending", state="never-picked-up")
    del ignored["status"]
    # The template's own label, which a controller without an instance id does not select.
    ignored["metadata"]["labels"] = _without(ignored, f"{ARGO}/phase", f"{ARGO}/completed") | {
        f"{ARGO}/controller-instanceid": "default"
    }
    yield ignored


def _unreadable(clock: Clock) -> Iterator[Object]:
    """Nodes that are packed, torn or in a database."""
    packed = play(
        clock,
        1010,
        started=11 * _HOUR,
        since=8 * _HOUR,
        at="wait-pr-merged",
        phase="Running",
        state="compressed",
        labels=ELSEWHERE,
    )
    _compress(packed)
    yield packed
    done = play(clock, 1011, started=41 * _DAY, since=40 * _DAY, state="compressed")
    _compress(done)
    yield done
    torn = play(
        clock, 1012, started=5 * _HOUR, since=4 * _HOUR, at="testing-work", phase="Running", state="compressed-torn"
    )
    _compress(torn)
    torn["status"]["compressedNodes"] = torn["status"]["compressedNodes"][:400]
    torn["metadata"]["labels"] |= ELSEWHERE
    yield torn
    for task, since, at, phase in ((1013, 8 * _HOUR, "wait-pr-merged", "Running"), (1014, 40 * _DAY, "", "Succeeded")):
        stored = play(clock, task, started=since + 3 * _HOUR, since=since, at=at, phase=phase, state="offloaded")
        del stored["status"]["nodes"]
        stored["status"]["offloadNodeStatusVersion"] = f"fnv:{task * 7919}"
        stored["metadata"]["labels"] |= ELSEWHERE
        yield stored


def _protected(clock: Clock) -> Iterator[Object]:
    """Old enough to go, and kept: by a pin, by a finalizer."""
    for task, phase, at in ((1020, "Succeeded", ""), (1021, "Failed", "quality-work")):
        yield play(
            clock, task, started=61 * _DAY, since=60 * _DAY, at=at, phase=phase, state="pinned", labels=dict(KEEP)
        )
    leaving = play(clock, 1022, started=46 * _DAY, since=45 * _DAY, state="finalizer-deleting")
    leaving["metadata"] |= {"finalizers": [HOLD_FINALIZER], "deletionTimestamp": clock.ago(2 * _DAY)}
    yield leaving
    held = play(clock, 1023, started=46 * _DAY, since=45 * _DAY, state="finalizer")
    held["metadata"]["finalizers"] = [HOLD_FINALIZER]
    yield held
    # The controller works on finished ones that carry its own finalizer, so this one belongs to another instance.
    artifacts = play(clock, 1024, started=46 * _DAY, since=45 * _DAY, state="artifact-gc", labels=ELSEWHERE)
    artifacts["metadata"]["finalizers"] = [ARTIFACT_FINALIZER]
    yield artifacts


def _with_dependents(clock: Clock) -> Iterator[Object]:
    """Finished ones that own pods and claims, which would go along with them."""
    failed = play(
        clock,
        1030,
        started=51 * _DAY,
        since=50 * _DAY,
        at="implementation-cycle",
        phase="Failed",
        state="failed-with-workspace",
        claims=True,
        message="child 'play-task-1030-workflow.implementation-cycle' failed",
    )
    yield failed
    yield from _workspace(failed)
    owner = play(clock, 1031, started=36 * _DAY, since=35 * _DAY, state="owns-pods")
    yield owner
    for step in ("create-coderun", "wait-coderun", "update-stage"):
        yield _finished_pod(clock, owner, step, 35 * _DAY)
    pinning = play(clock, 1032, started=36 * _DAY, since=35 * _DAY, state="owns-pinned")
    yield pinning
    yield from _workspace(pinning, KEEP)


def _archived(clock: Clock) -> Iterator[Object]:
    for task, word, labels in ((1040, "Archived", {}), (1041, "Archived", {}), (1042, "Pending", ELSEWHERE)):
        archiving = {f"{ARGO}/workflow-archiving-status": word}
        # With the archive switched off the controller would call a pending one archived at once.
        state = f"archiving-{word.lower()}"
        yield play(clock, task, started=34 * _DAY, since=33 * _DAY, state=state, labels=archiving | labels)


def _contradictory(clock: Clock) -> Iterator[Object]:
    """What labels and status say cannot all be true. The controller looks at the label alone: completed."""
    lying = play(
        clock, 1050, started=32 * _DAY, since=31 * _DAY, at="wait-pr-approved", phase="Running", state="label-lies"
    )
    lying["metadata"]["labels"] |= {f"{ARGO}/completed": "true", f"{ARGO}/phase": "Succeeded"}
    yield lying
    endless = play(clock, 1051, started=32 * _DAY, since=31 * _DAY, state="no-finish-time")
    endless["status"]["finishedAt"] = None
    yield endless
    yield play(clock, 1052, started=_HOUR, since=-30 * _DAY, state="finish-in-future")
    mislabelled = play(clock, 1053, started=10 * _DAY, since=9 * _DAY, state="phase-label-differs")
    mislabelled["metadata"]["labels"][f"{ARGO}/phase"] = "Failed"
    yield mislabelled
    backwards = play(clock, 1054, started=32 * _DAY, since=31 * _DAY, state="finish-before-start")
    backwards["status"]["startedAt"] = clock.ago(30 * _DAY)
    yield backwards


def _workspace(workflow: Object, labels: dict[str, str] | None = None) -> list[Object]:
    name = workflow["metadata"]["name"]
    return claim(
        f"{name}-workspace",
        "2Gi",
        {f"{ARGO}/workflow": name} | (labels or {}),
        ownerReferences=owned_by(WORKFLOW_API, "Workflow", name),
    )


def _finished_pod(clock: Clock, workflow: Object, step: str, since: timedelta) -> Object:
    name = workflow["metadata"]["name"]
    ended = {"startedAt": clock.ago(since + _HOUR), "finishedAt": clock.ago(since)}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata(
            f"{name}-{step}",
            labels={f"{ARGO}/workflow": name, f"{ARGO}/completed": "true"},
            ownerReferences=owned_by(WORKFLOW_API, "Workflow", name),
        ),
        "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "docker.io/library/busybox:1.36"}]},
        "status": {
            "phase": "Succeeded",
            "containerStatuses": [
                {
                    "name": "main",
                    "image": "docker.io/library/busybox:1.36",
                    "imageID": "",
                    "ready": False,
                    "restartCount": 0,
                    "state": {"terminated": {"exitCode": 0, "reason": "Completed", **ended}},
                }
            ],
        },
    }


def _fresh(name: str, state: str, templates: dict[str, Object], steps: list[tuple[str, str]], **spec: object) -> Object:
    main = {"name": "main", "steps": [[{"name": step, "template": template}] for step, template in steps]}
    return {
        "apiVersion": WORKFLOW_API,
        "kind": "Workflow",
        "metadata": metadata(name, labels={STATE_LABEL: state, "repository": "5dlabs-cto"}),
        "spec": {
            "entrypoint": "main",
            "serviceAccountName": "argo-workflow",
            "templates": [main, *({"name": key, **value} for key, value in templates.items())],
            **spec,
        },
    }


def _compress(workflow: Object) -> None:
    """Pack the nodes as Argo does when an object grows too large."""
    data = json.dumps(workflow["status"].pop("nodes"), separators=(",", ":")).encode()
    workflow["status"]["compressedNodes"] = base64.b64encode(gzip.compress(data, mtime=0)).decode()


def _without(workflow: Object, *labels: str) -> dict[str, str]:
    return {key: value for key, value in workflow["metadata"]["labels"].items() if key not in labels}
