# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.bucket import Wanted, plan
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Meta
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def _meta(key: str, size: int, age: int) -> Meta:
    return Meta(key, size, NOW - timedelta(minutes=age))


@pytest.mark.parametrize(
    ("source", "target", "copy", "same", "differs"),
    [
        (_meta("a", 3, 5), None, [Wanted("a", 3, False)], [], []),
        (_meta("a", 3, 5), _meta("a", 3, 5), [], ["a"], []),
        (_meta("a", 3, 5), _meta("a", 3, 1), [], ["a"], []),
        (_meta("a", 3, 1), _meta("a", 3, 5), [Wanted("a", 3, True)], [], []),
        (_meta("a", 3, 1), _meta("a", 4, 5), [Wanted("a", 3, True)], [], []),
        (_meta("a", 3, 5), _meta("a", 4, 1), [], [], ["a"]),
    ],
)
def test_each_case(source: Meta, target: Meta | None, copy: list, same: list, differs: list) -> None:
    made = plan([source], {"a": target} if target else {})
    assert (made.copy, made.same, made.differs, made.extra) == (copy, same, differs, 0)


METAS = st.dictionaries(
    st.text("abc/", min_size=1, max_size=3), st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8
).map(lambda found: {key: _meta(key, *values) for key, values in found.items()})


@given(METAS, METAS)
def test_nothing_is_forgotten_and_nothing_newer_is_written_over(source: dict, target: dict) -> None:
    made = plan(source.values(), target)
    assert sorted([*(one.key for one in made.copy), *made.same, *made.differs]) == sorted(source)
    assert made.extra == len(target.keys() - source.keys())
    for one in made.copy:
        assert one.replaces == (one.key in target)
        assert not one.replaces or target[one.key].modified < source[one.key].modified
