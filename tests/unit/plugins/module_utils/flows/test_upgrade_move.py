# SPDX-License-Identifier: GPL-3.0-or-later
"""What a move writes down before its first change."""

from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_definitions import Definitions
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_move import Begun, Moving
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import DONE, Record, load, save
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_writes import Task, Writing
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import components
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import parse
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.upgrade_cluster import (
    DEFINITION,
    RECORD,
    UpgradeCluster,
    definition,
)

COMPONENT = components.read(
    {"name": "argo", "title": "Argo", "namespace": "argo", "workloads": [{"name": "server", "container": "server"}]}
)
CHANGING = Task("CustomResourceDefinition", "", "widgets.argoproj.io", DEFINITION, body=definition("a", "b"))


@pytest.fixture
def cluster() -> UpgradeCluster:
    return UpgradeCluster()


def moving(cluster: UpgradeCluster, record: Record | None) -> Moving:
    return Moving(cluster, COMPONENT, RECORD, record, Writing(cluster, Fence(None, None), 1, 0, False), None)


def begun(*tasks: Task) -> Begun:
    return Begun([], parse("v3.6.13"), parse("v3.7.15"), Definitions(), list(tasks))


def test_what_is_replaced_is_kept_once_and_stays_as_it_was(cluster: UpgradeCluster) -> None:
    first = moving(cluster, None)
    first.keep(begun(CHANGING), first.record_of(begun(CHANGING)))
    kept = load(cluster, RECORD)
    cluster.apply(DEFINITION, definition("a", "b"))
    writes = len(cluster.writes)
    again = moving(cluster, kept)
    assert again.record_of(begun(CHANGING)) is kept
    again.keep(begun(CHANGING), kept)
    assert (len(cluster.writes), load(cluster, RECORD).kept) == (writes, kept.kept)
    assert kept.kept[0].item["spec"] == definition("a")["spec"]


def test_after_one_that_is_done_the_next_one_keeps_its_own(cluster: UpgradeCluster) -> None:
    save(cluster, RECORD, Record("v3.5.0", "v3.6.13", DONE, release="argo/wf", before=1, after=2), "argo")
    done = load(cluster, RECORD)
    assert (done.release, done.before, done.after) == ("argo/wf", 1, 2)
    later = moving(cluster, done)
    later.keep(begun(), later.record_of(begun()))
    found = load(cluster, RECORD)
    assert (found.old, found.new, found.release, found.before) == ("v3.6.13", "v3.7.15", "", 0)
