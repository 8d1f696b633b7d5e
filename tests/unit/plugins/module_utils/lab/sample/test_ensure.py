# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.ensure import Wanted, ensure
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.lab.sample.fake_client import FakeClient

MARKER = "/api/v1/namespaces/agent-platform-ops/configmaps/lab-sample"
QUOTA = {"kind": "ResourceQuota", "metadata": {"name": "q", "namespace": "agent-platform"}, "spec": {}}
STATIC = [QUOTA, {"kind": "Namespace", "metadata": {"name": "agent-platform"}}]


@pytest.fixture
def client():
    return FakeClient()


def _ensure(client, now, *, profile="small", workflows=3, reset=False, dry=False):
    return ensure(client, STATIC, Wanted(profile, workflows, 1, now), reset=reset, dry=dry)


def test_a_fresh_cluster_gets_everything_and_quotas_last(client, now):
    outcome = _ensure(client, now)
    assert outcome.changed
    assert outcome.created == sum(one.startswith("POST") and not one.endswith("/binding") for one in client.writes)
    assert client.writes[0] == "POST /api/v1/namespaces/agent-platform"
    assert client.writes[-2:] == ["POST /api/v1/namespaces/agent-platform/resourcequotas/q", f"APPLY {MARKER}"]
    assert client.objects[MARKER]["data"] == {
        "profile": "small",
        "workflows": "3",
        "seed": "1",
        "now": "2026-11-21T08:00:00+00:00",
        "state": "complete",
    }


def test_the_same_sample_again_changes_nothing(client, now):
    _ensure(client, now)
    client.writes.clear()
    outcome = _ensure(client, now + timedelta(hours=3))
    assert (outcome.changed, outcome.now) == (False, "2026-11-21T08:00:00+00:00")
    assert outcome.reason == "this sample was loaded as of 2026-11-21T08:00:00+00:00"
    assert client.writes == []


@pytest.mark.parametrize("change", [{"profile": "busy"}, {"workflows": 4}, {"reset": True}])
def test_another_sample_or_a_reset_is_a_change(client, now, change):
    _ensure(client, now)
    assert _ensure(client, now, dry=True, **change).changed


def test_more_workflows_only_add_what_is_missing(client, now):
    _ensure(client, now)
    assert _ensure(client, now, workflows=5).created == 2


def test_a_reset_deletes_the_old_one_first(client, now):
    first = _ensure(client, now)
    again = _ensure(client, now + timedelta(hours=1), reset=True)
    # The namespace stays, and the workflow whose deletion was asked for is there in both.
    assert again.deleted == first.created - 1
    assert again.created == again.deleted
    assert again.now == "2026-11-21T09:00:00+00:00"


def test_an_interrupted_load_is_completed_as_of_its_own_moment(client, now):
    _ensure(client, now)
    client.objects[MARKER]["data"]["state"] = "loading"
    lost = next(path for path in client.objects if "/workflows/stage-resume" in path)
    del client.objects[lost]
    outcome = _ensure(client, now + timedelta(hours=3))
    assert (outcome.created, outcome.now) == (1, "2026-11-21T08:00:00+00:00")
    assert client.objects[MARKER]["data"]["state"] == "complete"


def test_a_dry_run_only_tells(client, now):
    assert _ensure(client, now, dry=True).changed
    assert client.writes == []


@pytest.mark.parametrize(
    ("profile", "workflows", "words"), [("huge", 0, "must be one of busy, small"), ("small", -1, "must be 0 or more")]
)
def test_bad_options_are_refused(now, profile, workflows, words):
    with pytest.raises(OpsError, match=words) as caught:
        Wanted(profile, workflows, 1, now)
    assert caught.value.kind == "invalid"


def test_a_cluster_that_is_no_practice_cluster_is_not_touched(now):
    client = FakeClient(nodes=())
    with pytest.raises(OpsError, match="no practice cluster"):
        _ensure(client, now)
    assert client.writes == []
