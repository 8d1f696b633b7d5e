# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import locking, store_locking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence

CLIENT = None  # no cluster is asked


@pytest.fixture
def options(tmp_path):
    return {"platform": "lab", "store": f"file://{tmp_path / 'store'}", "store_options": {}}


def test_the_fence_and_the_release_know_a_lock_of_the_store(options):
    taken = store_locking.take(options, "me", time.sleep)
    where = {name: options[name] for name in ("store", "store_options")}
    assert taken.lock == {**where, "name": "lab", "holder": "me", "transitions": 1}
    fence = Fence.from_option(CLIENT, taken.lock)
    fence.check()
    taken.renew()
    assert locking.release(CLIENT, taken.lock) is True
    with pytest.raises(OpsError, match="held by nobody"):
        fence.check()
    assert locking.release(CLIENT, taken.lock) is False


def test_a_living_holder_is_told_to_the_other_kind_of_run(options):
    taken = store_locking.take(options, "me", time.sleep)
    with pytest.raises(OpsError, match="in its store: me, since"):
        store_locking.require_none(options, lambda _seconds: taken.renew())
    locking.release(CLIENT, taken.lock)
    store_locking.require_none(options, pytest.fail)


@pytest.mark.parametrize("kind", ["unreachable", "timeout", "forbidden"])
def test_a_store_that_does_not_answer_holds_nobody_back(options, monkeypatch, kind):
    def fail(*_arguments, **_more):
        raise OpsError(kind, "no answer")

    monkeypatch.setattr(store_locking, "open_store", fail)
    if kind == "forbidden":
        with pytest.raises(OpsError, match="no answer"):
            store_locking.require_none(options, pytest.fail)
    else:
        store_locking.require_none(options, pytest.fail)


def test_a_lock_without_a_platform_is_refused(options):
    with pytest.raises(OpsError, match="platform is empty"):
        store_locking.take({**options, "platform": ""}, "me", time.sleep)
