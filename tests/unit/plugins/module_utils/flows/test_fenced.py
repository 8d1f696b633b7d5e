# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import fenced
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.fenced import each_fenced
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import Credentials
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.fences import OpenFence

CLIENT = Client(Transport(lambda: Credentials(host="http://127.0.0.1:9")), concurrency=2)


@pytest.mark.parametrize(("count", "batch", "asked"), [(0, 3, 0), (1, 3, 1), (3, 3, 1), (4, 3, 2), (9, 1, 9)])
def test_the_fence_is_asked_before_each_batch(count, batch, asked):
    fence = OpenFence()
    assert sorted(dict(each_fenced(CLIENT, fence, str, range(count), batch))) == list(range(count))
    assert fence.asked == asked


def test_after_a_refusal_nothing_more_is_begun_and_what_was_begun_is_told_first():
    done, told = [], []
    with pytest.raises(OpsError, match="no longer ours"):
        told.extend(item for item, _result in each_fenced(CLIENT, OpenFence(lets=2), done.append, range(50), 10))
    assert sorted(done) == sorted(told) == list(range(20))


def test_failures_of_single_items_are_told_and_do_not_end_the_work():
    def fail(item):
        raise OpsError("conflict", str(item))

    failed = dict(each_fenced(CLIENT, OpenFence(), fail, range(3), 1))
    assert {item: error.message for item, error in failed.items()} == {0: "0", 1: "1", 2: "2"}


def test_work_goes_on_while_the_fence_is_asked():
    worked = threading.Event()
    fence = OpenFence()

    def ask_and_wait():
        fence.asked += 1
        if fence.asked == 2:
            assert worked.wait(5), "the second batch waited for the first"

    fence.check = ask_and_wait
    assert len(dict(each_fenced(CLIENT, fence, lambda _item: worked.set(), range(2), 1))) == 2


def test_an_old_answer_of_the_fence_does_not_count_for_the_rest_of_a_batch(monkeypatch):
    clock = iter([100.0, 101.0, 104.0, 104.0, 105.0, 106.0])
    monkeypatch.setattr(fenced, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    fence = OpenFence()
    assert len(dict(each_fenced(CLIENT, fence, str, range(5), 100))) == 5
    assert fence.asked == 2
