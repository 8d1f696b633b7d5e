# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.dataset_age import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    DAY,
    HOUR,
    NASTY,
    ago,
    look,
    said,
)


def dataset(age: float, key: str = "d", *, believed: bool = True, problem: str = "") -> dict:
    return {"id": key, "started": ago(age), "believed": believed, "whole": not problem, "problem": problem}


DOUBTED = dataset(HOUR, "x", believed=False, problem="it is not signed")
HALF = dataset(HOUR, "half", problem="1 of its 2 parts are missing")
FUTURE = dataset(-DAY, "f")
NONE = ("critical", "etcd: none in the store can be used")


@pytest.mark.parametrize(
    ("datasets", "limit", "expected"),
    [
        ([dataset(5 * HOUR)], None, [("ok", "etcd: d is 5 h old")]),
        ([dataset(26 * HOUR)], None, [("ok", "etcd: d is 26 h old")]),
        ([dataset(27 * HOUR)], None, [("warning", "etcd: d is 27 h old")]),
        ([dataset(9 * DAY)], None, [("critical", "etcd: d is 9 d old")]),
        ([dataset(9 * DAY)], 30 * DAY, [("ok", "etcd: d is 9 d old")]),
        ([dataset(2 * HOUR)], HOUR, [("warning", "etcd: d is 2 h old")]),
        ([dataset(3 * HOUR)], HOUR, [("critical", "etcd: d is 3 h old")]),
        ([], DAY, [("critical", "etcd: there is none in the store")]),
        (
            [DOUBTED, dataset(5 * HOUR)],
            None,
            [("critical", "etcd: x is not believed: it is not signed"), ("ok", "etcd: d is 5 h old")],
        ),
        (
            [HALF, dataset(5 * HOUR)],
            None,
            [("warning", "etcd: half cannot be used: 1 of its 2 parts are missing"), ("ok", "etcd: d is 5 h old")],
        ),
        ([HALF], None, [("warning", "etcd: half cannot be used: 1 of its 2 parts are missing"), NONE]),
        ([FUTURE], None, [("unknown", "etcd: f was started in the future, which cannot be believed")]),
        ([dataset(-60)], None, [("ok", "etcd: d is -60 s old")]),
        (
            [{"id": NASTY, "believed": True, "whole": True}],
            None,
            [("critical", f"etcd: {NASTY} is not believed"), NONE],
        ),
        ([{"id": None, "started": 5, "whole": "yes"}, None], None, [
            ("critical", "etcd: one without a name is not believed"),
            ("critical", "etcd: one without a name is not believed"),
            NONE,
        ]),
    ],
)  # fmt: skip
def test_the_newest_that_can_be_used_is_judged(datasets, limit, expected) -> None:
    assert said(look(CHECK, {"datasets": [{"kind": "etcd", "limit": limit, "datasets": datasets}]})) == expected


def test_each_kind_is_judged_and_where_nothing_is_kept_it_is_said() -> None:
    kinds = [{"kind": name, "limit": None, "datasets": [dataset(HOUR)]} for name in ("etcd", "prometheus")]
    assert [one["subject"]["name"] for one in look(CHECK, {"datasets": kinds})] == ["etcd", "prometheus"]
    assert said(look(CHECK, {"datasets": []})) == [("ok", "no other data is to be kept, and none is in the store")]
