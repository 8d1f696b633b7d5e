# SPDX-License-Identifier: GPL-3.0-or-later
"""What a diagnosis reads, and how it ends where its subject is not there: readers, their order, the whole flow."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis import parts
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.catalogue import PROBES
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import diagnosis_read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_info import diagnose, prepare
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_read import read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_sources import Order
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import PARTS, SPECIAL
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.small_tree import raw
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import (
    Platform,
    forbidden,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
PLAY = {"metadata": {"name": "play", "namespace": "argo", "labels": {"task-id": "7"}}, "status": {"phase": "Running"}}
WORKFLOWS = "/apis/argoproj.io/v1alpha1/namespaces/argo/workflows"


def order(**more):
    return Order(**{"tree": raw(), "sources": Sources("agent-platform-ops"), "namespaces": ["argo"], **more})


def probe(*reads):
    return Probe("plug", "The plug", ("in", "out"), lambda scene, limits: answer("out"), reads)


@pytest.fixture
def look(connect):
    def run(platform, *reads, **more):
        with platform.serve() as server:
            return read(Client(connect(server)), order(**more), [probe(*reads)], NOW)

    return run


def test_every_part_that_a_probe_reads_is_known_to_somebody():
    known = {*PARTS, *SPECIAL, "workflows", *parts.EXTRA, *diagnosis_read.SOURCES}
    assert {name: set(one.reads) - known for name, one in PROBES.items() if set(one.reads) - known} == {}
    assert set(parts.EXTRA).isdisjoint([*PARTS, *SPECIAL, *diagnosis_read.SOURCES])


def test_a_workflow_named_by_its_task_is_read_and_its_name_known(look):
    platform = Platform({("argo", "workflows"): [PLAY]}, {f"{WORKFLOWS}/play": Answer(PLAY)})
    scene = look(platform, "workflow", subject={"task": "7", "namespace": "argo", "workflow": ""})
    assert scene.value("workflow")["metadata"]["name"] == "play"
    assert scene.subject == {"task": "7", "namespace": "argo", "workflow": "play"}


def test_a_subject_that_is_not_there_ends_the_diagnosis(look):
    with pytest.raises(OpsError, match="there is no workflow of name gone") as refused:
        look(Platform(), "workflow", subject={"workflow": "gone", "namespace": "argo"})
    assert refused.value.kind == "invalid"


def test_what_may_not_be_read_is_unread_with_the_reason(look):
    platform = Platform(answers={WORKFLOWS: forbidden("workflows", "argo")})
    scene = look(platform, "workflow", "deliveries", "pods", subject={"workflow": "play", "namespace": "argo"})
    assert scene.items("pods") == []
    with pytest.raises(CannotLook, match=r"ops may not list workflows\.argoproj\.io in namespace argo"):
        scene.value("workflow")
    with pytest.raises(CannotLook, match="nobody gave the deliveries"):
        scene.value("deliveries")


def test_whole_objects_are_read_where_their_spec_is_asked_about(look):
    sensor = {"metadata": {"name": "s", "namespace": "argo"}, "spec": {"triggers": [1]}}
    scene = look(Platform({("argo", "sensors"): [sensor]}), "sensor_specs", "sensors")
    assert [one["spec"] for one in scene.items("sensor_specs")] == [{"triggers": [1]}]
    assert "triggers" not in scene.items("sensors")[0].get("spec", {})


def test_an_empty_list_of_deliveries_says_that_nothing_was_sent(look):
    assert look(Platform(), "deliveries", deliveries=[]).value("deliveries") == []


ONE = {"name": "lamp", "title": "t", "symptom": "s", "start": "plug", "subject": "agent",
       "questions": {"plug": {"ask": "?", "probe": "plug", "answers": {"in": "c", "out": "c", "unknown": "c"}}},
       "causes": {"c": {"cause": "{github_user}", "confidence": "high", "advice": "a"}}}  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ({}, "tree lamp is about one agent; say which one with diagnose_agent"),
        ({"agent": "  "}, "say which one with diagnose_agent"),
        ({"agent": "nobody"}, "no agent of this platform is called 'nobody'"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_before_anything_is_read(subject, words):
    with pytest.raises(OpsError) as refused:
        prepare(order(tree=ONE, subject=subject, agents=[Agent("rex", "5DLabs-Rex")]), {"plug": probe()})
    assert words in refused.value.message


def test_an_agent_is_found_by_any_spelling_and_the_tree_is_walked(connect):
    asked = {"plug": probe()}
    tree, prepared = prepare(
        order(tree=ONE, subject={"agent": "5DLabs-Rex"}, agents=[Agent("rex", "5DLabs-Rex")]), asked
    )
    with Platform().serve() as server:
        said = diagnose(Client(connect(server)), tree, prepared, NOW, asked)
    assert (said["cause"]["cause"], said["subject"]["name"]) == ("5dlabs-rex", "rex")
