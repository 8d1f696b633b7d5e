# SPDX-License-Identifier: GPL-3.0-or-later
"""What is read to tell whether restored work runs again. The rules are in backup/test_restarts.py."""

from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import MARK
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restored_work import look
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

RESTORED, LATER = "2026-11-21T09:00:00Z", "2026-11-21T09:00:20Z"
ITEM = {
    "metadata": {
        "namespace": "argo",
        "name": "play",
        "creationTimestamp": RESTORED,
        "annotations": {MARK: "2026-11-21T08-00-00Z"},
    },
    "status": {"phase": "Succeeded"},
}
OWNED = {
    "namespace": "argo",
    "creationTimestamp": LATER,
    "labels": {"workflows.argoproj.io/workflow": "play"},
    "ownerReferences": [{"kind": "CodeRun", "name": "play"}],
}


@pytest.fixture
def seen(connect):
    def run(**collections):
        def route(request):
            items = collections.get(request.path.rpartition("/")[2])
            if items is None:
                return status(404, "the server could not find the requested resource")
            listed = {"kind": "List", "metadata": {"resourceVersion": "1"}, "items": items}
            return items if isinstance(items, Answer) else Answer(listed)

        with FaultServer(route) as server:
            return look(Client(connect(server)))

    return run


def test_both_kinds_are_looked_at(seen):
    found = seen(pods=[{"metadata": OWNED}], jobs=[{"metadata": OWNED}], workflows=[ITEM], coderuns=[ITEM])
    assert (found["ended"], found["again"]) == (2, 2)
    assert [row["subject"]["kind"] for row in found["rows"]] == ["Workflow", "CodeRun"]


def test_a_kind_that_is_not_served_has_nothing_that_runs(seen):
    assert seen(pods=[], jobs=[], workflows=[ITEM]) == {"ended": 1, "again": 0, "rows": []}


def test_what_may_not_be_read_is_an_error_and_not_nothing(seen):
    with pytest.raises(OpsError):
        seen(pods=[], jobs=status(403, "forbidden"), workflows=[], coderuns=[])
