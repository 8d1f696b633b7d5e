# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.held import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    HOUR,
    MINUTE,
    NASTY,
    ago,
    look,
    said,
)


def held(age: float | None, kind: str = "CronJob", name: str = "a") -> dict:
    return {"kind": kind, "namespace": "argo", "name": name, "since": "" if age is None else ago(age)}


NOTHING_ELSE = ("ok", "nothing else is held")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], [("ok", "nothing is held")]),
        ([held(30 * MINUTE), held(MINUTE)], [("ok", "2 held, none for long: a run is at work")]),
        (
            [held(31 * MINUTE)],
            [("warning", "CronJob argo/a is held for 31 min: it does not act by itself"), NOTHING_ELSE],
        ),
        (
            [held(31 * MINUTE), held(3 * HOUR, name="b"), held(5, name="c")],
            [
                ("critical", "CronJob argo/b is held for 3 h, and 1 more: it does not act by itself"),
                ("ok", "1 held, none for long: a run is at work"),
            ],
        ),
        (
            [held(None, "Deployment"), held(3 * HOUR, "CronJob", NASTY)],
            [
                ("critical", f"CronJob argo/{NASTY} is held for 3 h: it does not act by itself"),
                ("warning", "Deployment argo/a is held since nobody knows when: it does not act by itself"),
                NOTHING_ELSE,
            ],
        ),
        (
            [{"kind": 5, "since": {}}],
            [("warning", "  is held since nobody knows when: it does not act by itself"), NOTHING_ELSE],
        ),
    ],
)  # fmt: skip
def test_what_was_left_held_is_told_by_kind(items, expected) -> None:
    assert said(look(CHECK, {"held": items})) == expected
