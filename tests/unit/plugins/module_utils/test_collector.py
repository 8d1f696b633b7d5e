# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import gc

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.collector import resting_collector


def test_it_rests_while_a_read_lasts_and_comes_back_whatever_happens() -> None:
    seen: list[bool] = []

    def read() -> None:
        with resting_collector():
            seen.append(gc.isenabled())
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        read()
    assert (seen, gc.isenabled()) == ([False], True)


def test_an_inner_read_does_not_wake_it() -> None:
    with resting_collector():
        with resting_collector():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_comes_back_with_the_last_of_reads_that_overlap() -> None:
    first, second = resting_collector(), resting_collector()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled(), "the other one is under way"
    second.__exit__(None, None, None)
    assert gc.isenabled()
