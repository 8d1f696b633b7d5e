# SPDX-License-Identifier: GPL-3.0-or-later
"""Specifications are migrated and taken back, whatever the server and others do meanwhile."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import specification_migration, upgrade_record
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import Record
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.migration import MARK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.upgrade_cluster import (
    RECORD,
    WIDGETS,
    UpgradeCluster,
)

PLACE = "/apis/argoproj.io/v1alpha1/namespaces/ns/widgets"
RULE = {"resources": ["widgets", "gadgets"], "at": ["spec"], "field": "a", "to": "as", "how": "only"}
COMPONENT = {
    "name": "argo",
    "title": "Argo",
    "namespace": "argo",
    "group": "argoproj.io",
    "workloads": [{"name": "controller", "container": "controller"}],
    "releases": [
        {"line": "3.6", "migrations": [RULE]},
        {"line": "3.7", "migrations": [{**RULE, "field": "late", "to": "lates"}]},
    ],
}


class Cluster(UpgradeCluster):
    """The same with widgets that can be changed. deaf: a replace is accepted and does nothing."""

    deaf = False

    def pages(self, path: str, **_options: Any) -> Iterator[list[dict[str, Any]]]:
        found = [item for place, item in sorted(self.objects.items()) if place.startswith(PLACE)]
        yield copy.deepcopy(found) if path == WIDGETS else []

    def replace(self, path: str, body: dict[str, Any], *, dry_run: bool = False) -> dict[str, Any]:
        if not dry_run and self.meanwhile:
            self.meanwhile.pop(0)()
        return body if self.deaf else super().replace(path, body, dry_run=dry_run)

    def widget(self, name: str, spec: Any, **meta: Any) -> dict[str, Any]:
        item = {"kind": "Widget", "metadata": {"name": name, "namespace": "ns", **meta}, "spec": spec}
        return self._store(f"{PLACE}/{name}", item)

    def spec(self, name: str) -> Any:
        return self.objects[f"{PLACE}/{name}"]["spec"]


Run = Callable[..., Acted]


@pytest.fixture
def cluster() -> Cluster:
    found = Cluster()
    found.widget("one", {"a": 1, "late": 2})
    found.widget("two", {"b": 1})
    return found


@pytest.fixture
def run(cluster: Cluster) -> Run:
    def act(state: str = "migrated", *, check: bool = False, **more: Any) -> Acted:
        options = {
            "state": state,
            "component": COMPONENT,
            "namespace": "",
            "operations_namespace": "ops",
            "max_changes": 9,
            "reason": "",
            "actor": "",
            "lock": None,
            **more,
        }
        return specification_migration.act(cluster, options, check)

    return act


def outcomes(acted: Acted) -> dict[str, str]:
    return {one.name: one.outcome for one in acted.actions}


def test_what_the_version_to_go_back_to_knows_is_migrated_once_and_taken_back(cluster: Cluster, run: Run) -> None:
    before = cluster.semantic()
    done = run()
    assert (done.error, outcomes(done), done.more) == (None, {"one": "changed"}, {"since": "v3.6.13"})
    assert cluster.spec("one") == {"as": [1], "late": 2}
    assert (done.actions[0].before, done.actions[0].after) == ({"spec.a": 1}, {"spec.as": [1]})
    assert outcomes(run()) == {}
    assert outcomes(run("reverted")) == {"one": "changed"}
    assert outcomes(run("reverted")) == {}
    assert cluster.semantic() == before
    assert cluster.writes == ["replace one"] * 2


def test_check_mode_asks_the_server_and_writes_nothing(cluster: Cluster, run: Run) -> None:
    assert outcomes(run(check=True)) == {"one": "planned"}
    assert (cluster.writes, cluster.dry_runs) == ([], [f"replace {PLACE}/one"])


def test_the_version_from_which_the_last_upgrade_came_decides(cluster: Cluster, run: Run) -> None:
    upgrade_record.save(cluster, RECORD, Record("v3.5.2", "v3.6.13"), "argo")
    assert outcomes(run()) == {}
    meta = cluster.objects[RECORD]["metadata"]
    upgrade_record.save(cluster, RECORD, Record("v3.7.1", "v3.8.0", meta=meta), "argo")
    run()
    assert cluster.spec("one") == {"as": [1], "lates": [2]}
    meta = cluster.objects[RECORD]["metadata"]
    upgrade_record.save(cluster, RECORD, Record("v3.8.0", "v3.8.1", meta=meta), "argo")
    assert outcomes(run("reverted")) == {}, "it belongs to another upgrade"


def test_what_is_kept_elsewhere_or_has_both_is_told_and_the_others_are_migrated(cluster: Cluster, run: Run) -> None:
    cluster.widget("helm", {"a": 1}, annotations={"meta.helm.sh/release-name": "rel"})
    cluster.widget("both", {"a": 1, "as": [2]})
    done = run()
    assert (done.error, outcomes(done)) == (None, {"one": "changed", "helm": "refused", "both": "refused"})
    assert {one.name: one.reason for one in done.actions}["helm"].startswith("Helm release rel keeps it")
    assert (cluster.spec("helm"), cluster.spec("both")) == ({"a": 1}, {"a": 1, "as": [2]})


def test_over_max_changes_nothing_is_changed(cluster: Cluster, run: Run) -> None:
    with pytest.raises(OpsError, match="1 specifications would be changed, but max_changes is 0"):
        run(max_changes=0)
    assert cluster.writes == []


def test_what_was_changed_since_it_was_read_is_read_and_judged_again(cluster: Cluster, run: Run) -> None:
    cluster.meanwhile = [lambda: cluster.widget("one", {"a": 7}), lambda: cluster.widget("one", {"c": 7})]
    assert outcomes(run()) == {"one": "unchanged"}
    assert cluster.spec("one") == {"c": 7}
    cluster.meanwhile = [lambda: cluster.widget("one", {"a": 8})]
    assert outcomes(run()) == {}, "nothing to do"
    cluster.widget("one", {"a": 7})
    assert outcomes(run()) == {"one": "changed"}
    assert cluster.spec("one") == {"as": [8]}


def test_one_that_is_another_object_by_now_and_one_that_is_gone_stay_as_they_are(cluster: Cluster, run: Run) -> None:
    def another() -> None:
        del cluster.objects[f"{PLACE}/one"]
        cluster.widget("one", {"a": 9})

    cluster.meanwhile = [another]
    done = run()
    assert (outcomes(done), cluster.spec("one")) == ({"one": "failed"}, {"a": 9})
    assert done.error is not None


def test_a_server_that_says_yes_and_does_nothing_is_found_out(cluster: Cluster, run: Run) -> None:
    cluster.deaf = True
    done = run()
    assert outcomes(done) == {"one": "unverified"}
    assert done.error is not None
    assert done.error.kind == "unverified"


def test_without_the_lock_nothing_more_is_changed(cluster: Cluster, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.widget("three", {"a": 3})

    class Fence:
        asked = 0

        def check(self) -> None:
            self.asked += 1
            if self.asked > 1:
                raise OpsError("conflict", "the lock is somebody else's")

    fence = Fence()
    monkeypatch.setattr(specification_migration.Fence, "from_option", lambda *_: fence)
    done = run()
    assert sorted(outcomes(done).values()) == ["changed", "not_reached"]
    assert done.error is not None
    assert "lock" in done.error.message
    assert len(cluster.writes) == 1


def test_a_field_that_was_changed_since_is_not_taken_back(cluster: Cluster, run: Run) -> None:
    run()
    cluster.widget("one", {"as": [1, 2]}, annotations=cluster.objects[f"{PLACE}/one"]["metadata"]["annotations"])
    done = run("reverted")
    assert (done.error, outcomes(done)) == (None, {"one": "refused"})
    assert MARK in cluster.objects[f"{PLACE}/one"]["metadata"]["annotations"]
