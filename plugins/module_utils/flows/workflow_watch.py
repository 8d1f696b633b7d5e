# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow one workflow until it ends, holds, is stuck, is deleted, or the time is over. Private API."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import ending, followed, timeline
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.ending import Limits
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import Thresholds, judge
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.timeline import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_find import TASK_LABEL, Target
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import label, meta
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.watch import (
    DELETED,
    FAILED,
    LISTED,
    Notice,
    Source,
    Watches,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, format_time

WORKFLOW, PODS, AGENT_PODS, CODERUNS = "workflow", "pods", "pods of agents", "CodeRuns"
EVENTS, POD_EVENTS = "events", "events of pods"
_WORKFLOW_LABEL, _NAME_LABEL = "workflows.argoproj.io/workflow", "workflow-name"

_TICK = 1.0  # seconds between two judgements at most: a hold gets old without a word from the server
_TOGETHER = 0.05  # seconds within which words belong together
_SETTLE = 10.0  # seconds that the slowest source has to tell for the first time
_AFTERWARDS = 1.0  # seconds that an end must last; meanwhile pods and events of the same moment arrive
_SILENCE = 30.0  # seconds without news after which a person is told that following goes on
_FIRST_LINES = 10


def sources(target: Target) -> list[Source]:
    """The collections that tell of one workflow; those of agents are looked for in every namespace."""
    task = {"labelSelector": f"{TASK_LABEL}={target.task_id}"} if target.task_id else {}
    about = f"involvedObject.kind=Workflow,involvedObject.name={target.name}"
    events, pods = resource("v1", "events", target.namespace), resource("v1", "pods", target.namespace)
    found = [
        Source(WORKFLOW, resource(*WORKFLOWS, target.namespace), {"fieldSelector": f"metadata.name={target.name}"}),
        Source(PODS, pods, {"labelSelector": f"{_WORKFLOW_LABEL}={target.name}"}),
        Source(EVENTS, events, {"fieldSelector": about}),
        Source(POD_EVENTS, events, {"fieldSelector": "involvedObject.kind=Pod"}),
        Source(
            CODERUNS,
            resource("agents.platform/v1", "coderuns"),
            task or {"labelSelector": f"{_NAME_LABEL}={target.name}"},
        ),
    ]
    return [*found, Source(AGENT_PODS, resource("v1", "pods"), task)] if task else found


class Followed:
    """Everything that was told of one workflow; what is gone is kept, since finished pods are removed at once."""

    def __init__(self, target: Target, thresholds: Thresholds) -> None:
        self._target = target
        self._thresholds = thresholds
        self._objects: dict[str, dict[str, Item]] = {}
        self.gone: dict[str, str] = {}
        self.errors: dict[str, Notice] = {}
        self.heard: set[str] = set()

    def take(self, notice: Notice, now: datetime) -> None:
        """Take in what one source tells."""
        self.heard.add(notice.source)
        if notice.kind == FAILED:
            self.errors[notice.source] = notice
            return
        self.errors.pop(notice.source, None)
        known = self._objects.setdefault(notice.source, {})
        told = {uid: item for item in notice.items if (uid := text(meta(item).get("uid"))) and self._is_ours(item)}
        vanished = known.keys() - told.keys() if notice.kind == LISTED else told if notice.kind == DELETED else ()
        for uid in vanished:
            self.gone.setdefault(uid, format_time(now))
        known.update(told)

    def _is_ours(self, item: Item) -> bool:
        """Of the workflow's own name another one may follow, and of its task another one may have gone before."""
        created = text(meta(item).get("creationTimestamp"))
        if item.get("kind") == "Workflow":
            return meta(item).get("uid") == self._target.uid
        named = label(item, _NAME_LABEL)
        return named == self._target.name if named else not created or created >= self._target.created

    @property
    def is_seen(self) -> bool:
        return bool(self._objects.get(WORKFLOW))

    @property
    def is_gone(self) -> bool:
        return self._target.uid in self.gone

    def scene(self, now: datetime) -> Scene:
        """All of it at one moment, in an order that does not depend on who was told first."""
        workflow = self._objects[WORKFLOW][self._target.uid]
        nodes = followed.node_rows(workflow)
        pods = _sorted({**self._objects.get(AGENT_PODS, {}), **self._objects.get(PODS, {})})
        names = {meta(pod).get("name") for pod in pods}
        events = [followed.event_row(one) for one in _sorted(self._objects.get(EVENTS, {}))]
        events += [
            row
            for row in (followed.event_row(one) for one in _sorted(self._objects.get(POD_EVENTS, {})))
            if row["name"] in names
        ]
        return Scene(
            now=now,
            workflow=workflow,
            judgement=judge(workflow, now, self._thresholds),
            nodes=None if isinstance(nodes, CannotTell) else nodes,
            pods=pods,
            coderuns=_sorted(self._objects.get(CODERUNS, {})),
            events=sorted(events, key=lambda row: (row["time"], row["name"], row["uid"])),
            gone=self.gone,
        )


def _sorted(objects: dict[str, Item]) -> list[Item]:
    return sorted(objects.values(), key=lambda one: [text(meta(one).get(by)) for by in ("creationTimestamp", "name")])


@dataclass(frozen=True, slots=True)
class Outcome:
    """How following ended: one of ending.ENDS and a line for people, the last scene, every line of the timeline, and
    why parts could not be read."""

    end: str
    line: str
    scene: Scene
    lines: list[dict[str, Any]]
    unread: dict[str, str]


class Follower:
    """Follows a target; made for one run.

    :param began: the moment at which following begins, by which ages are judged
    :param timeout: seconds
    """

    def __init__(
        self,
        client: Client,
        target: Target,
        limits: Limits,
        thresholds: Thresholds,
        began: datetime,
        timeout: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client, self._limits = client, limits
        self._sources = sources(target)
        self._seen = Followed(target, thresholds)
        self._began, self._clock, self._start = began, clock, clock()
        self._deadline = self._start + timeout
        self._told: set[tuple[str, ...]] = set()
        self._lines: list[dict[str, Any]] = []
        self._name = f"{target.namespace}/{target.name}"
        self._progress = Progress(self._name)
        self._last_word = self._start

    def run(self) -> Outcome:
        """Follow to the end.

        :raises OpsError: when the workflow itself may not be read or was never seen
        """
        ends_since: float | None = None
        with Watches(self._client, self._sources, self._deadline) as watches:
            while True:
                self._listen(watches)
                over = self._clock() >= self._deadline or self._is_refused
                settled = len(self._seen.heard) == len(self._sources) or self._clock() - self._start >= _SETTLE
                self._require_workflow(over)
                if not (self._seen.is_seen and (settled or over)):
                    continue
                at_once = not self._lines
                scene = self._tell()
                end = self._end(scene, over)
                ends_since = (ends_since or self._clock()) if end else None
                if end and (at_once or over or self._clock() - ends_since >= _AFTERWARDS):
                    return self._outcome(end, scene)

    def _listen(self, watches: Watches) -> None:
        """Wait for a word, but not for ever, and take in what comes with it."""
        until = min(self._clock() + _TICK, self._deadline)
        wait = max(0.01, until - self._clock())
        try:
            while self._clock() <= until:
                self._seen.take(watches.notices.get(timeout=wait), self._now())
                wait = _TOGETHER
        except Empty:
            return

    def _require_workflow(self, over: bool) -> None:
        if self._seen.is_seen:
            return
        failure = self._seen.errors.get(WORKFLOW)
        if failure and over:
            raise failure.error
        if not failure and WORKFLOW in self._seen.heard:
            raise OpsError("invalid", f"workflow {self._name} was deleted before it could be followed")
        if over:
            raise OpsError("timeout", f"workflow {self._name} was not seen in time", hint="Give it a longer timeout.")

    @property
    def _is_refused(self) -> bool:
        """Whether the workflow may not be read any more, so that waiting for it is no use."""
        failure = self._seen.errors.get(WORKFLOW)
        return failure is not None and failure.final

    def _end(self, scene: Scene, over: bool) -> str:
        lost = WORKFLOW in self._seen.errors
        return ending.end(scene.judgement, self._limits, gone=self._seen.is_gone, over=over, lost=lost)

    def _now(self) -> datetime:
        return self._began + timedelta(seconds=self._clock() - self._start)

    def _tell(self) -> Scene:
        """Judge the moment, keep its news, and say them to whoever listens."""
        scene, first = self._seen.scene(self._now()), not self._lines
        new = timeline.news(scene, self._told)
        self._lines += new
        shown = new[-_FIRST_LINES:] if first else new
        if len(shown) < len(new):
            self._say(f"{len(new) - len(shown)} earlier lines are in the result")
        for row in shown:
            self._say(f"{row['kind']} {row['name']}: {row['message']}")
        if self._clock() - self._last_word >= _SILENCE:
            left = format_age(max(0.0, self._deadline - self._clock()))
            self._say(f"{scene.judgement.message}; following for {left} more")
        return scene

    def _say(self, message: str) -> None:
        self._last_word = self._clock()
        self._progress.step(0, message)

    def _outcome(self, end: str, scene: Scene) -> Outcome:
        unread = {source: notice.error.message for source, notice in self._seen.errors.items()}
        unread |= {one.name: "no answer yet" for one in self._sources if one.name not in self._seen.heard}
        line = ending.line(end, scene, round(self._clock() - self._start))
        self._say(line)
        return Outcome(end, line, scene, timeline.in_order(self._lines), unread)
