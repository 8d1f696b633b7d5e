# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import GoneError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lists import pages, read
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    Collection,
    FaultServer,
    status,
)

PATH = "/apis/argoproj.io/v1alpha1/workflows"
ITEMS = [{"metadata": {"name": f"w{number}"}} for number in range(7)]


class Names:
    def __init__(self):
        self.names = []

    def add(self, items):
        self.names += [item["metadata"]["name"] for item in items]


def page(names, version="100", **meta):
    items = [{"metadata": {"name": name}} for name in names]
    return Answer({"kind": "WorkflowList", "metadata": {"resourceVersion": version, **meta}, "items": items})


def test_all_pages_are_read_at_one_version(connect):
    with FaultServer(Collection(ITEMS, PATH)) as server:
        assert read(connect(server), PATH, Names, limit=2).names == [f"w{number}" for number in range(7)]
        assert [request.query.get("continue") for request in server.requests] == [None, "2", "4", "6"]


def test_an_empty_collection_is_an_empty_list(connect):
    with FaultServer(Collection([], PATH)) as server:
        assert read(connect(server), PATH, Names).names == []


def test_an_empty_page_in_the_middle_is_not_the_end(connect):
    script = [page(["a"], **{"continue": "1"}), page([], **{"continue": "2"}), page(["b"])]
    with FaultServer(script=script) as server:
        assert read(connect(server), PATH, Names).names == ["a", "b"]


def test_410_in_the_middle_starts_again_with_a_fresh_reducer(connect):
    script = [page(["a"], **{"continue": "1"}), status(410, "too old"), page(["a"], "200", **{"continue": "1"})]
    with FaultServer(script=[*script, page(["b"], "200")]) as server:
        assert read(connect(server), PATH, Names).names == ["a", "b"]


def test_410_reaches_whoever_iterates_so_that_nobody_acts_on_half_a_list(connect):
    with FaultServer(script=[page(["a"], **{"continue": "1"}), status(410, "too old")]) as server:
        with pytest.raises(GoneError):
            list(pages(connect(server), PATH))


def test_410_for_ever_is_a_timeout(connect):
    with FaultServer(route=lambda _request: status(410, "too old")) as server:
        with pytest.raises(OpsError) as caught:
            read(connect(server), PATH, Names)
    assert caught.value.kind == "timeout"


def test_pages_of_two_versions_are_not_mixed(connect):
    script = [page(["a"], "100", **{"continue": "1"}), page(["b"], "101")]
    with FaultServer(script=script) as server:
        with pytest.raises(GoneError):
            list(pages(connect(server), PATH))


@pytest.mark.parametrize("fault", [status(403, "forbidden"), status(500, "etcd is gone"), Answer({"kind": "Status"})])
def test_a_failure_in_the_middle_is_an_error_not_a_shorter_list(connect, fault):
    with FaultServer(script=[page(["a"], **{"continue": "1"}), *[fault] * 5]) as server:
        with pytest.raises(OpsError):
            read(connect(server), PATH, Names)


def test_a_list_that_ends_before_its_last_page_is_an_error(connect):
    with FaultServer(script=[page(["a"], remainingItemCount=12)]) as server:
        with pytest.raises(OpsError, match="before its last page"):
            read(connect(server), PATH, Names)


def test_metadata_only_and_selectors_are_asked_of_the_server(connect):
    with FaultServer(Collection(ITEMS, PATH, page=500)) as server:
        read(connect(server), PATH, Names, metadata_only=True, label_selector="a=b")
        assert "PartialObjectMetadataList" in server.requests[0].headers["Accept"]
        assert server.requests[0].query["labelSelector"] == "a=b"
