# SPDX-License-Identifier: GPL-3.0-or-later
"""Every branch of trees lost_event and webhook_delay on the practice cluster, and the runbook that walks them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support import eventing
from tests.support.cluster import Namespace, workflow
from tests.support.diagnosis import Case, World, read_tree, run_case
from tests.support.eventing import MERGED, NAMELESS, delivery
from tests.support.lab import Lab
from tests.support.modules import run_module

TREE, DELAY = "lost_event", "webhook_delay"
PLAYBOOK = "diagnose_lost_event"
USER = "system:serviceaccount:agent-platform-ops:diagnose-lost-event"
Make = Callable[[World], dict[str, str]]
# What stands on the way is left aside, so that a case makes only what it is about.
WAY = ("event_source_stands", "webhook_service", "event_bus_stands", "sensors_stand")
UNSEEN = "source=unknown service=unknown bus=unknown sensors=unknown"
ARRIVED, FAILED = {"code": 202}, {"code": 502}


def made(*makers: Callable[[Namespace], object], deliveries: list[dict[str, Any]] | None = None) -> Make:
    """A platform of these objects, with these deliveries in GitHub's log."""

    def make(world: World) -> dict[str, str]:
        for one in makers:
            one(world.namespace)
        if deliveries is not None:
            world.settings["deliveries"] = deliveries
        return {}

    return make


def event(minutes: float, **row: Any) -> list[dict[str, Any]]:
    return [delivery("push", "", minutes=minutes, **row)]


def source(**options: bool) -> Callable[[Namespace], None]:
    return lambda namespace: eventing.event_source(namespace, **options)


def sensor(**options: Any) -> Callable[[Namespace], None]:
    return lambda namespace: eventing.sensor(namespace, MERGED, **{"runs": False, **options})


def bus(deployed: str = "True") -> Callable[[Namespace], None]:
    return lambda namespace: eventing.event_bus(namespace, deployed)


def pod(**options: Any) -> Callable[[Namespace], None]:
    return lambda namespace: eventing.pod(namespace, **options)


def untouched(namespace: Namespace) -> None:
    """A workflow that no controller takes up, since it asks for another one."""
    body = workflow("helper", labels={"workflows.argoproj.io/controller-instanceid": "nobody"})
    del body["status"], body["metadata"]["labels"]["workflows.argoproj.io/completed"]
    namespace.add(body)


CASES = [
    Case(TREE, "source=absent -> no_source", made()),
    Case(TREE, "source=unwell -> source_down", made(source(runs=False))),
    Case(TREE, "source=well service=absent -> no_service", made(source())),
    Case(
        TREE,
        "source=unknown service=no_endpoints -> no_endpoints",
        made(source(runs=False, service=True)),
        broken=WAY[:1],
    ),
    Case(
        TREE,
        "source=unknown service=well bus=unwell -> bus_down",
        made(source(runs=False, service=True, endpoints=True), bus("False")),
        broken=WAY[:1],
    ),
    Case(TREE, "source=unknown service=unknown bus=absent -> bus_down", made(), broken=WAY[:1]),
    Case(
        TREE,
        "source=unknown service=unknown bus=well sensors=absent -> no_sensors",
        made(bus()),
        blind=("eventsources",),
    ),
    Case(
        TREE,
        "source=unknown service=unknown bus=unknown sensors=unwell -> sensor_down",
        made(sensor()),
        blind=("eventsources", "eventbus"),
    ),
    Case(
        TREE,
        "source=unknown service=unknown bus=unknown sensors=well delivery=nothing_sent -> not_sent",
        made(sensor(runs=True), deliveries=[]),
        broken=WAY[:3],
    ),
    Case(
        TREE,
        f"{UNSEEN} delivery=failed redelivery=open -> deliver_again",
        made(deliveries=[*event(30, **FAILED), *event(60, **ARRIVED)]),
        broken=WAY,
    ),
    Case(
        TREE,
        f"{UNSEEN} delivery=failed redelivery=closed -> too_late",
        made(deliveries=event(4 * 24 * 60, **FAILED)),
        broken=WAY,
    ),
    Case(
        TREE,
        f"{UNSEEN} delivery=failed redelivery=unknown -> deliver_again",
        made(deliveries=event(30, **FAILED)),
        broken=(*WAY, "github_redelivery"),
    ),
    Case(
        TREE,
        f"{UNSEEN} delivery=arrived heard=late -> dropped_by_bus",
        made(pod(minutes=1), deliveries=event(30)),
        broken=WAY,
    ),
    Case(
        TREE,
        f"{UNSEEN} delivery=arrived heard=in_time configuration=defective -> sensor_defective",
        made(pod(minutes=90), sensor(trigger=NAMELESS), deliveries=event(30)),
        broken=WAY,
    ),
    Case(
        TREE,
        f"{UNSEEN} delivery=arrived heard=unknown configuration=well -> not_explained",
        made(source(runs=False), bus(), sensor(), deliveries=event(30)),
        broken=WAY,
    ),
    Case(
        TREE,
        f"{UNSEEN} delivery=arrived heard=unknown configuration=unknown -> not_explained",
        made(deliveries=event(30)),
        broken=WAY,
        blind=("sensors",),
    ),
    Case(
        TREE,
        f"{UNSEEN} delivery=unknown configuration_unseen=defective -> sensor_defective",
        made(sensor(trigger=NAMELESS)),
        broken=WAY,
    ),
    Case(
        TREE,
        f"{UNSEEN} delivery=unknown configuration_unseen=well -> deliveries_unseen",
        made(source(runs=False), bus(), sensor()),
        broken=WAY,
    ),
    Case(
        TREE,
        f"{UNSEEN} delivery=unknown configuration_unseen=unknown -> deliveries_unseen",
        made(),
        broken=WAY,
        blind=("sensors",),
    ),
    Case(DELAY, "answered=slow -> slow_source", made(deliveries=event(30, duration=9.5))),
    Case(DELAY, "answered=fast bus=absent -> bus_down", made(deliveries=event(30))),
    Case(DELAY, "answered=unknown bus=unwell -> bus_down", made(bus("False"))),
    Case(
        DELAY,
        "answered=unknown bus=well restarts=restarting -> restarts_often",
        made(bus(), pod(minutes=1, restarts=7)),
    ),
    Case(
        DELAY,
        "answered=unknown bus=unknown restarts=unknown queue=queued -> controller_behind",
        made(untouched),
        blind=("eventbus",),
        later=5,
    ),
    Case(
        DELAY,
        "answered=unknown bus=unknown restarts=steady queue=flows -> no_delay",
        made(pod(minutes=90)),
        blind=("eventbus",),
    ),
    Case(
        DELAY,
        "answered=unknown bus=unknown restarts=unknown queue=unknown -> not_seen",
        made(),
        blind=("eventbus", "workflows"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_way_through_the_tree(case: Case, lab: Lab, api) -> None:
    result = run_case(case, lab.kubeconfig, api)
    assert result["findings"][0]["message"]


def test_the_module_reads_with_the_rights_of_the_runbook_alone(lab: Lab, namespace: Namespace) -> None:
    eventing.sensor(namespace, MERGED, trigger=NAMELESS, runs=False)
    options = {"namespaces": [namespace.name], "kubeconfig": str(lab.kubeconfig_of("diagnose-lost-event"))}
    said = run_module("diagnosis_info", tree=read_tree(TREE), **options)
    assert (said["cause"]["id"], said["unread"]) == (
        "no_source",
        [{"part": "deliveries", "reason": "nobody gave the deliveries of GitHub's webhook (diagnose_deliveries)"}],
    ), said

    broken = {**read_tree(TREE), "start": "nowhere"}
    refused = run_module("diagnosis_info", tree=broken, **options)
    assert refused["error"]["kind"] == "invalid"
    assert "start names 'nowhere', which is no question" in refused["msg"]


def test_the_runbook_looks_for_loss_and_delay_and_writes_nothing(
    lab: Lab, namespace: Namespace, tmp_path: Path
) -> None:
    eventing.event_bus(namespace, deployed="False")
    deliveries = tmp_path / "deliveries.json"
    deliveries.write_text(json.dumps(event(30)))
    position = lab.audit_position()
    options = {
        "platform_kubeconfig": str(lab.kubeconfig_of("diagnose-lost-event")),
        "platform_namespaces": [namespace.name],
        "diagnose_deliveries": str(deliveries),
        "diagnose_fix": True,
    }
    run = lab.run_playbook(PLAYBOOK, "-e", json.dumps(options))
    assert (run.rc, run.record["outcome"]) == (0, "finished"), run.stdout
    lost, delay = run.record["steps"]
    assert lost["data"]["cause"]["id"] == "no_source"
    assert delay["data"]["cause"]["id"] == "bus_down"
    assert "a person decides whether health_check is to be carried out" in run.stdout
    assert lab.writes(position, USER) == []
