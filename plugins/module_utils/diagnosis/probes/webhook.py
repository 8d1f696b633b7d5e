# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions to the deliveries of GitHub's webhook, and to what delays an event after them. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis import deliveries
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.deliveries import REDELIVERY, Delivery
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Answer, Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Item,
    Threshold,
    mapping,
    sequence,
    text,
    whole,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import called, counted, label
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, parse_time

Limits = Mapping[str, float]

#: labels on the pods of Argo Events
_EVENTING = ("sensor-name", "eventsource-name", "eventbus-name")
_SHOWN = 3


def delivered(scene: Scene, limits: Limits) -> Answer:
    """What became of the events of the last days; redeliveries count for the event that they repeat."""
    recent = [one for one in deliveries.read(scene.value("deliveries")) if _age(scene, one) <= limits["window"]]
    if not recent:
        return answer("nothing_sent", f"GitHub has sent nothing in the last {format_age(limits['window'])}")
    lost = _lost(recent)
    if lost:
        told = f"{counted(len(lost), 'event')} of {len(deliveries.by_event(recent))} never arrived"
        return answer("failed", told, *(one.words for one in lost[:_SHOWN]), lost=str(len(lost)))
    return answer("arrived", f"{counted(len(recent), 'delivery')} looked at, the newest: {recent[0].words}")


def redelivery(scene: Scene, limits: Limits) -> Answer:
    """GitHub delivers again what is not too old."""
    lost = _lost(deliveries.read(scene.value("deliveries")))
    if not lost:
        raise CannotLook("no event is among those that were given that never arrived")
    newest = _age(scene, lost[0])
    told = (
        f"the newest that did not arrive is {format_age(newest)} old, and GitHub keeps it for {format_age(REDELIVERY)}"
    )
    return answer("open" if newest <= limits["keeps"] else "closed", told)


def heard_in_time(scene: Scene, limits: Limits) -> Answer:
    """A sensor that began after the bus had dropped the newest event never saw it."""
    arrived = [one for one in deliveries.read(scene.value("deliveries")) if one.arrived]
    began = [(since, pod) for pod in scene.items("pods") if label(pod, "sensor-name") for since in _began(pod)]
    if not arrived or not began:
        raise CannotLook("nothing says when an event arrived, or since when a pod of a sensor runs")
    newest, (since, pod) = arrived[0], max(began, key=lambda one: one[0])
    late = (since - newest.at).total_seconds()
    told = f"{called(pod, 'Pod')} runs since {since:%Y-%m-%dT%H:%M:%SZ}; the newest event came at {newest.at:%H:%M:%SZ}"
    return answer("late" if late > limits["max_age"] else "in_time", told)


def delivery_time(scene: Scene, limits: Limits) -> Answer:
    """GitHub waits ten seconds for an answer, and then calls the delivery failed."""
    found = [one for one in deliveries.read(scene.value("deliveries")) if one.seconds is not None]
    if not found:
        raise CannotLook("no delivery says how long it took")
    slowest = max(found, key=lambda one: one.seconds or 0)
    word = "slow" if (slowest.seconds or 0) > limits["slow"] else "fast"
    return answer(word, f"{counted(len(found), 'delivery')}: the slowest took {slowest.seconds:g} s ({slowest.words})")


def eventing_restarts(scene: Scene, limits: Limits) -> Answer:
    """A pod of Argo Events that dies again and again hears late, and may hear nothing."""
    own = [pod for pod in scene.items("pods") if label(pod, *_EVENTING)]
    if not own:
        return answer(UNKNOWN, "no pod of Argo Events is there")
    often = [(count, pod) for pod in own for count in (_restarts(pod),) if count > limits["most"]]
    if not often:
        return answer("steady", f"{counted(len(own), 'pod')} of Argo Events: none restarts often")
    count, worst = max(often, key=lambda one: one[0])
    return answer("restarting", f"{called(worst, 'Pod')} was restarted {count} times", pod=called(worst, "Pod"))


def workflow_queue(scene: Scene, limits: Limits) -> Answer:
    """Helpers of sensors are workflows; where the controller takes none up, no event has an effect."""
    open_ones = [mapping(one) for one in sequence(mapping((scene.items("workflows") or [{}])[0]).get("open"))]
    waiting = [(age, one) for one in open_ones for age in (_waits(one),) if age is not None and age > limits["longest"]]
    if not waiting:
        return answer("flows", f"no workflow waits for the controller for longer than {format_age(limits['longest'])}")
    age, oldest = max(waiting, key=lambda one: one[0])
    longest = f"{called(oldest, 'Workflow')} for {format_age(age)}"
    told = f"{counted(len(waiting), 'workflow')} wait for the controller, {longest}"
    return answer("queued", told, waiting=str(len(waiting)))


def _lost(log: list[Delivery]) -> list[Delivery]:
    """The newest attempt of each event of which none arrived."""
    return [attempts[0] for attempts in deliveries.by_event(log) if not any(one.arrived for one in attempts)]


def _age(scene: Scene, one: Delivery) -> float:
    return max(0.0, (scene.now - one.at).total_seconds())


def _containers(pod: Item) -> list[dict]:
    return [mapping(one) for one in sequence(mapping(pod.get("status")).get("containerStatuses"))]


def _began(pod: Item) -> Iterator[datetime]:
    for one in _containers(pod):
        since = parse_time(mapping(mapping(one.get("state")).get("running")).get("startedAt"))
        if since:
            yield since


def _restarts(pod: Item) -> int:
    return sum(whole(one.get("restartCount")) or 0 for one in _containers(pod))


def _waits(workflow: dict) -> float | None:
    """Seconds for which no controller has taken it up, None for one that was or that waits for a lock."""
    judgement = mapping(workflow.get("judgement"))
    untouched = judgement.get("state") in ("pending", "never_picked_up") and not text(judgement.get("phase"))
    return judgement.get("age") if untouched else None


_DELIVERIES = ("deliveries",)
PROBES = (
    Probe("github_deliveries", "What became of the events that GitHub sent", ("arrived", "failed", "nothing_sent"),
          delivered, _DELIVERIES, ("lost",),
          (Threshold("window", "3d", "What is older GitHub does not deliver again."),)),
    Probe("github_redelivery", "Whether GitHub still delivers again what was lost", ("open", "closed"), redelivery,
          _DELIVERIES, thresholds=(Threshold("keeps", "3d", "GitHub delivers again what is up to three days old."),)),
    Probe("event_heard_in_time", "Whether a sensor was there when the event came", ("in_time", "late"), heard_in_time,
          ("deliveries", "pods"),
          thresholds=(Threshold("max_age", "5m", "So long the bus of the platform keeps an event."),)),
    Probe("github_delivery_time", "How long GitHub waits for an answer", ("fast", "slow"), delivery_time, _DELIVERIES,
          thresholds=(Threshold("slow", 5, "GitHub gives up after 10 s; half of that is a warning.", "s"),)),
    Probe("eventing_restarts", "Whether pods of Argo Events restart often", ("steady", "restarting"), eventing_restarts,
          ("pods",), ("pod",), (Threshold("most", 3, "A roll-out restarts a pod once or twice."),)),
    Probe("workflow_queue", "Whether workflows wait for the controller", ("flows", "queued"), workflow_queue,
          ("workflows",), ("waiting",),
          (Threshold("longest", "2m", "The controller takes up a workflow within seconds."),)),
)  # fmt: skip
