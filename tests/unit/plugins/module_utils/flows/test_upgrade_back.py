# SPDX-License-Identifier: GPL-3.0-or-later
"""What a way back leaves as it is; the way itself is tested with the upgrade."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    upgrade_back,
    upgrade_record,
    upgrade_writes,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import Kept, Record
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import components
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.upgrade_cluster import (
    DEFINITION,
    RECORD,
    UpgradeCluster,
    definition,
)

WORKLOADS = [{"name": name, "container": name} for name in ("controller", "server")]
COMPONENT = components.read({"name": "argo", "title": "Argo", "namespace": "argo", "workloads": WORKLOADS})
KIND = "CustomResourceDefinition"


def take_back(cluster: UpgradeCluster, *kept: Kept) -> dict[str, str]:
    """Details of the definitions by name, after a way back with this record."""
    upgrade_record.save(cluster, RECORD, Record("v3.6.13", "v3.7.15", kept=list(kept)), "argo")
    writing = upgrade_writes.Writing(cluster, Fence(None, None), wait=0.05, steady=0, check=False)
    record = upgrade_record.load(cluster, RECORD)
    done = upgrade_back.TakingBack(cluster, COMPONENT, RECORD, record, writing, None).act({}, automatic=True)
    assert done.error is None
    return {one.name: one.detail for one in done.actions if one.kind == KIND}


@pytest.mark.parametrize("known", [True, False])
def test_a_definition_that_is_new_or_gone_or_the_same_is_not_written(known: bool) -> None:
    cluster = UpgradeCluster()
    before: dict[str, Any] = cluster.semantic()[DEFINITION]
    rows = [Kept(KIND, DEFINITION, before if known else None), Kept(KIND, f"{DEFINITION}.gone", definition("a"))]
    told = take_back(cluster, *rows)
    stays = "it was not there before, and stays"
    assert told == {"widgets.argoproj.io": "" if known else stays, "widgets.argoproj.io.gone": stays}
    assert cluster.writes == ["create upgrade-argo", "delete upgrade-argo"]


def test_a_definition_that_differs_is_put_back_as_it_was() -> None:
    cluster = UpgradeCluster()
    take_back(cluster, Kept(KIND, DEFINITION, definition("z")))
    assert cluster.semantic()[DEFINITION]["spec"] == definition("z")["spec"]
