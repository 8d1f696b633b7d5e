# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import unharmed

PASSED = {"resource": "workflows.argoproj.io", "state": "absent", "subject": {"kind": "Workflow", "name": "w"}}
LOST = {"resource": "configmaps", "state": "absent", "subject": {"kind": "ConfigMap", "name": "c"}}
HOMELESS = LOST | {"state": "homeless"}
OTHER = LOST | {"state": "differs"}


def compared(*rows: dict[str, Any], **states: int) -> dict[str, Any]:
    return {"backup": {"id": "b"}, "plan": {"states": states}, "rows": list(rows)}


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (compared(same=9), [("ok", "all of 9 objects are there, 9 of them just as before")]),
        (
            compared(PASSED, OTHER, same=9, differs=1, absent=1),
            [
                (
                    "ok",
                    "all of 11 objects are there, 9 of them just as before; "
                    "1 finished workflow or CodeRun went by themselves",
                )
            ],
        ),
        (compared(LOST, same=1, absent=1), [("critical", "it was there before the upgrade, and is not any more")]),
        (compared(HOMELESS, homeless=1), [("critical", "it was there before the upgrade, and is not any more")]),
        (compared(same=1, unreadable=2, not_served=1), [("unknown", "3 objects could not be looked at")]),
        ({"msg": "no identity"}, [("unknown", "nobody knows whether an object was lost: no identity")]),
        ({}, [("unknown", "nobody knows whether an object was lost: nothing was compared")]),
        ({"plan": None, "rows": 7}, [("unknown", "nobody knows whether an object was lost: nothing was compared")]),
    ],
)
def test_what_is_gone_or_could_not_be_looked_at_is_never_well(seen: dict, told: list) -> None:
    assert [(one["status"], one["message"]) for one in unharmed.judge(seen, True, True)] == told


def test_many_are_counted() -> None:
    found = unharmed.judge(compared(*[LOST] * 30, absent=30), True, True)
    assert (len(found), found[-1]["message"]) == (21, "10 more objects are not there any more")


def test_an_upgrade_without_a_backup_is_never_told_as_harmless() -> None:
    (found,) = unharmed.judge({}, False, True)
    assert (found["status"], found["message"]) == (
        "unknown",
        "no backup was taken before the upgrade, so nobody knows whether an object was lost",
    )


def test_where_nothing_was_moved_nothing_is_said() -> None:
    assert unharmed.judge({}, False, False) == []
