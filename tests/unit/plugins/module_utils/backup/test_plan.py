# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import known
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import (
    EXISTING,
    STATES,
    Found,
    Origin,
    Plan,
    Row,
    Wish,
    act_on,
    doubtful,
    found,
    state_of,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import MARK, encode

HERE = Origin("b1", "2026-11-21T08:00:00Z", is_here=True)
ELSEWHERE = Origin("b1", "2026-11-21T08:00:00Z", is_here=False)
ITEM = {"metadata": {"uid": "u", "resourceVersion": "100"}}
DIGESTS = (b"as it was", b"as restored")


def there(digest=b"other", uid="u", version="100", created="2026-11-20T00:00:00Z", **more):
    return Found(digest, uid, version, created, **more)


@pytest.mark.parametrize(
    ("seen", "origin", "state"),
    [
        (None, HERE, "absent"),
        (there(b"as it was"), HERE, "same"),
        (there(b"as restored"), ELSEWHERE, "same"),
        (there(b"as it was", is_ending=True), HERE, "ending"),
        (there(), ELSEWHERE, "differs"),
        (there(version="101"), HERE, "newer"),
        (there(version="99"), HERE, "differs"),  # the cluster itself was set back
        (there(version="odd"), HERE, "newer"),
        (there(uid="v", created="2026-11-21T09:00:00Z"), HERE, "newer"),
        (there(uid="v", created="2026-11-21T07:00:00Z"), HERE, "differs"),
        (there(mark="b1", is_begun=True, version="101"), HERE, "unfinished"),
        (there(mark="b0", is_begun=True, version="101"), HERE, "newer"),
        (there(mark="b1", version="101"), HERE, "newer"),
    ],
)
def test_the_state_of_what_is_there(seen, origin, state) -> None:
    assert state_of(seen, DIGESTS, ITEM, origin, in_two=True) == state


def test_what_is_written_at_once_is_never_unfinished() -> None:
    seen = there(mark="b1", is_begun=True, version="101")
    assert state_of(seen, DIGESTS, ITEM, HERE, in_two=False) == "newer"


@pytest.mark.parametrize(
    ("state", "existing", "act"),
    [
        ("absent", "leave", "create"),
        ("unfinished", "leave", "finish"),
        ("same", "replace_all", ""),
        ("differs", "leave", ""),
        ("differs", "replace_older", "replace"),
        ("differs", "replace_all", "replace"),
        ("newer", "leave", ""),
        ("newer", "replace_older", ""),
        ("newer", "replace_all", "replace"),
        ("ending", "replace_all", ""),
    ],
)
def test_what_is_done_about_it(state, existing, act) -> None:
    done, reason = act_on(state, there(), Wish(existing))
    assert done == act
    assert bool(reason) is (not act and state != "same")


@pytest.mark.parametrize("existing", EXISTING)
@pytest.mark.parametrize("state", ["differs", "newer"])
def test_what_carries_the_label_is_never_replaced(existing, state) -> None:
    assert act_on(state, there(is_kept=True), Wish(existing))[0] == ""


def test_what_may_run_again_comes_back_only_when_that_is_asked_for() -> None:
    assert doubtful("live", Wish())
    assert doubtful("offloaded", Wish(live=True))
    assert not doubtful("live", Wish(live=True))
    assert not doubtful("offloaded", Wish(offloaded=True))
    assert not doubtful("", Wish())


def test_what_is_kept_of_an_object() -> None:
    metadata = {
        "name": "a",
        "uid": "u",
        "resourceVersion": "7",
        "creationTimestamp": "2026-11-21T08:00:00Z",
        "labels": {"ops.agent-platform/keep": "true"},
        "annotations": {MARK: "b1"},
        "deletionTimestamp": "x",
    }
    item = {"metadata": metadata}
    encoded = encode(known("configmaps"), "v1", "ConfigMap", item)
    assert found(item, encoded) == Found(
        encoded.digest, "u", "7", "2026-11-21T08:00:00Z", "b1", is_kept=True, is_ending=True, is_begun=True
    )


def test_a_plan_counts_everything_and_keeps_what_is_not_the_same() -> None:
    plan = Plan()
    plan.add(Row(("configmaps", "argo", "a"), "ConfigMap", "same"))
    plan.add(Row(("configmaps", "argo", "b"), "ConfigMap", "absent", "create", digest=b"1"))
    plan.add(Row(("secrets", "argo", "c"), "Secret", "newer", reason="r"))
    assert dict(plan.states) == {"same": 1, "absent": 1, "newer": 1}
    assert (list(plan.rows), list(plan.todo)) == (
        [("configmaps", "argo", "b"), ("secrets", "argo", "c")],
        [("configmaps", "argo", "b")],
    )
    assert set(plan.states) <= set(STATES)


def test_the_digest_of_a_plan_is_of_its_writes_alone() -> None:
    def digest(*rows):
        plan = Plan()
        for row in rows:
            plan.add(row)
        return plan.digest

    key = ("configmaps", "argo", "b")
    create = Row(key, "ConfigMap", "absent", "create", digest=b"1")
    other = Row(("secrets", "argo", "c"), "Secret", "absent", "create", digest=b"2")
    left = Row(("secrets", "argo", "d"), "Secret", "newer", reason="r")
    assert digest(create, other, left) == digest(other, create)
    assert digest(create) != digest(Row(key, "ConfigMap", "absent", "create", digest=b"3"))
    replace = [Row(key, "ConfigMap", "differs", "replace", "", b"1", "u", version) for version in ("7", "8")]
    assert digest(replace[0]) != digest(replace[1])


def test_a_row_as_json() -> None:
    row = Row(("configmaps", "argo", "b"), "ConfigMap", "absent", "create", notes=("owners",))
    assert row.as_dict() == {
        "resource": "configmaps",
        "subject": {"kind": "ConfigMap", "namespace": "argo", "name": "b"},
        "state": "absent",
        "action": "create",
        "reason": "",
        "notes": ["owners"],
    }
