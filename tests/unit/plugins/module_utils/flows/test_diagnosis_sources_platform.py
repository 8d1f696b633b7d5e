# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of a real API server are in tests/integration/test_diagnose_*.py."""

from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes.coderun_start import (
    LOCK_MAP,
    SETTINGS_MAPS,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_sources import Order
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_sources_platform import SOURCES
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.stream import Ran
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    REX,
    pod,
    running,
    scene,
)

DF = b"Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sdb 1000 950 50 95% /workspace\n"
FORBIDDEN = OpsError("forbidden", "rex may not", status=403)


class Answers(Client):
    """Answers from tables: ConfigMaps by path, logs and df by pod; an OpsError is raised."""

    def __init__(self, maps=None, logs=None, disks=None):
        self._concurrency = 4
        self.maps, self.logs, self.disks = maps or {}, logs or {}, disks or {}
        self.asked = []

    def get_or_none(self, path):
        self.asked.append(path)
        return _given(self.maps.get(path.rsplit("/", 1)[1]))

    def log(self, _namespace, name, container, **_query):
        self.asked.append((name, container))
        return _given(self.logs[name])

    def run_in_pod(self, _namespace, name, _container, command, *, writes, **_options):
        assert not writes
        self.asked.append((name, command))
        return _given(self.disks[name])


def _given(answer):
    if isinstance(answer, OpsError):
        raise answer
    return answer


def order(**more):
    return Order(tree={}, sources=Sources("ops"), namespaces=["agent-platform"], **more)


def read(source, client, where=None, **more):
    return SOURCES[source].read(client, order(**more), where or scene())


def agents(*names, **pods):
    return [pod(running(), name=name, **more) for name, more in [*((name, {}) for name in names), *pods.items()]]


def test_the_last_lines_of_its_own_pods_come_before_one_of_each_other_agent():
    cleo = {"labels": {"github-user": "5dlabs-cleo"}}
    where = scene(REX, pods_with_claims=agents("a", "b", "c", "d", cleo=cleo, cleo2=cleo))
    client = Answers(logs=dict.fromkeys(("a", "b", "c", "cleo"), "words"))
    rows = read("agent_logs", client, where)
    assert [(row["pod"], row["github_user"]) for row in rows] == [
        ("a", "5dlabs-rex"),
        ("b", "5dlabs-rex"),
        ("c", "5dlabs-rex"),
        ("cleo", "5dlabs-cleo"),
    ]
    assert {container for _name, container in client.asked} == {"claude-code"}


def test_a_log_that_cannot_be_read_is_left_out_but_not_all_of_them():
    where = scene(REX, pods_with_claims=agents("a", "b"))
    assert [row["pod"] for row in read("agent_logs", Answers(logs={"a": FORBIDDEN, "b": ""}), where)] == ["b"]
    with pytest.raises(OpsError, match="rex may not") as failed:
        read("agent_logs", Answers(logs={"a": FORBIDDEN, "b": FORBIDDEN}), where)
    assert failed.value.kind != "invalid"


def test_pods_that_nobody_could_list_have_no_logs():
    with pytest.raises(OpsError, match="rex may not list them"):
        read("agent_logs", Answers(), scene(REX, unread=["pods_with_claims"]))


def test_nothing_is_run_in_a_pod_unless_somebody_asked_for_it():
    client = Answers(disks={"a": Ran(0, DF, b"")})
    where = scene(REX, pods_with_claims=agents("a"))
    with pytest.raises(OpsError, match="diagnose_look_inside"):
        read("disks", client, where)
    assert client.asked == []


def test_df_is_run_in_what_runs_and_other_output_is_left_out():
    ended = {"phase": "Failed"}
    where = scene(REX, pods_with_claims=agents("odd", a={"claims": ("shop",)}, over=ended))
    client = Answers(disks={"a": Ran(0, DF, b""), "odd": Ran(1, b"df: no such file", b"")})
    (row,) = read("disks", client, where, look_inside=True)
    assert (row["pod"], row["claim"], row["used"], row["capacity"]) == ("a", "shop", 950 * 1024, 1000 * 1024)
    assert sorted(name for name, _command in client.asked) == ["a", "odd"]


def test_of_the_controllers_config_maps_only_their_size_is_kept():
    client = Answers({"controller-agents": {"data": {"rex.json": "words"}, "binaryData": {"b": "AA=="}}})
    (found,) = read("controller_settings", client).values()
    assert found == {**dict.fromkeys(SETTINGS_MAPS), "controller-agents": 9}


def test_one_config_map_that_may_not_be_read_makes_all_unread():
    with pytest.raises(OpsError, match="rex may not"):
        read("controller_settings", Answers({"controller-agents": FORBIDDEN}))


def test_the_lock_is_told_with_its_age_alone():
    client = Answers({LOCK_MAP: {"metadata": {"creationTimestamp": "2026-11-21T07:00:00Z"}, "data": {"x": "y"}}})
    expected = {"namespace": "agent-platform", "name": LOCK_MAP, "created": "2026-11-21T07:00:00Z"}
    assert read("integration_lock", client) == [expected]
    assert read("integration_lock", Answers()) == []


def test_installations_that_nobody_gave_are_not_an_empty_list():
    with pytest.raises(OpsError, match="diagnose_installations"):
        read("installations", Answers())
    assert read("installations", Answers(), installations=[]) == []
