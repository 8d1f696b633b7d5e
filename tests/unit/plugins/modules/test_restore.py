# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules restore and restore_info as Ansible calls them, over a server that keeps what it is given."""

from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.restore_cluster import Server, item
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

from tests.support.backup_stores import PLATFORM
from tests.support.whole_backups import CANARY, WholeBackups


@pytest.fixture
def site(tmp_path, run_module, kubeconfig):
    """(call a module, the cluster, the requests): one backup of 9 objects, and a cluster without them."""
    backups = WholeBackups(tmp_path / "store")
    backups.take()
    keys = backups.keep_keys(tmp_path / "keys")
    cluster = Server(item("namespaces", "kube-system"), item("namespaces", "shop"))

    def route(request):
        try:
            return Answer(cluster.request(request.method, request.path, query=request.query, body=request.body))
        except OpsError as error:
            return status(error.status or 500, error.message)

    with FaultServer(route) as server:

        def call(name, /, **options):
            known = {
                "platform": PLATFORM,
                "store": str(backups.folder),
                "trusted_keys": [backups.signer.public],
                "identity": keys["identity"],
                "kubeconfig": kubeconfig(server),
            }
            return run_module(name, **{**known, **options})

        yield call, cluster, server


def test_the_plan_is_what_is_carried_out_once(site) -> None:
    call, _cluster, server = site
    seen = call("restore_info")
    assert (seen["changed"], seen["plan"]["states"]) == (False, {"absent": 9})
    assert server.writes == []
    planned = call("restore", check=True, plan_digest=seen["plan"]["digest"])
    assert (planned["changed"], planned["total"], server.writes) == (True, 9, [])
    done = call("restore", plan_digest=seen["plan"]["digest"])
    assert (done["changed"], done["line"], done["total"]) == (True, "9 restored", 9)
    again = call("restore")
    assert (again["changed"], again["line"], again["total"]) == (False, "9 the same already", 0)
    assert CANARY not in json.dumps([seen, planned, done, again])


def test_a_failure_tells_what_was_done_all_the_same(site) -> None:
    call, cluster, _server = site
    cluster.refuse = lambda method, _path, body: (
        (422, "not this one") if method == "POST" and body["metadata"]["name"] == "c1" else None
    )
    told = call("restore", dry_run_first=False)
    assert told["failed"]
    assert "not this one" in told["msg"]
    assert sum(row["outcome"] == "changed" for row in told["rows"]) == 8
    assert [one["status"] for one in told["findings"][:1]] == ["critical"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"existing": "all"}, "value of existing must be one of"),
        ({"into": {"shop": "{{ x }}"}}, "is no name of a namespace"),
        ({"names": ["<b>"]}, "is not in backup"),
        ({"label_selector": "a ~ b"}, "is not understood"),
        ({"backup": "yesterday"}, "is no id of a backup"),
    ],
)
@pytest.mark.parametrize("module", ["restore", "restore_info"])
def test_bad_input_is_one_sentence_and_changes_nothing(site, module, options, words) -> None:
    call, _cluster, server = site
    told = call(module, **options)
    assert told["failed"]
    assert words in told["msg"]
    assert server.writes == []
