# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.ownership import (
    Dependent,
    TooManyError,
    going,
    owned,
)


def graph(*edges: str) -> dict[str, list[Dependent]]:
    """Dependents from edges such as "w>p": owner w owns p."""
    found: dict[str, list[Dependent]] = {}
    for edge in edges:
        owner, uid = edge.split(">")
        found.setdefault(owner, []).append(Dependent("Pod", "argo", uid, uid, False))
    return found


@pytest.mark.parametrize(
    ("edges", "below"),
    [
        ((), ""),
        (("w>a", "w>b"), "ab"),
        (("w>a", "a>b", "b>c"), "abc"),
        (("w>a", "w>b", "a>c", "b>c"), "abc"),
        (("w>a", "a>b", "b>a"), "ab"),
        (("w>a", "a>w"), "a"),
        (("v>a",), ""),
    ],
)
def test_everything_below_once(edges, below):
    assert sorted(one.uid for one in owned("w", graph(*edges), 100)) == list(below)


def test_more_than_can_be_looked_at():
    edges = graph(*(f"w>{number}" for number in range(11)))
    assert len(owned("w", edges, 11)) == 11
    with pytest.raises(TooManyError):
        owned("w", edges, 10)


@pytest.mark.parametrize(
    ("deleted", "edges", "gone"),
    [
        ("w", (), "w"),
        ("w", ("w>a", "a>b"), "abw"),
        ("w", ("w>a", "v>a", "a>b"), "w"),
        ("vw", ("w>a", "v>a", "a>b"), "abvw"),
        ("w", ("w>a", "w>b", "a>c", "b>c"), "abcw"),
        ("w", ("w>a", "a>b", "b>a"), "w"),
        ("w", ("w>a", "a>w"), "aw"),
        ("", ("w>a",), ""),
    ],
)
def test_an_object_goes_when_all_its_owners_go(deleted, edges, gone):
    assert going(deleted, graph(*edges)) == set(gone)
