# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import contextlib
import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import helm_history
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.helm_history import Known
from hypothesis import given
from hypothesis import strategies as st

CANARY = "canary-of-a-value"
AT = datetime(2026, 11, 22, 3, tzinfo=UTC)
ENDED = Known("v3.6.13", "v3.7.15", 1, 2, False)
KNOWN = Known("v3.6.13", "v3.7.15", 1, 0, True)
ANYTHING = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["info", "chart", "metadata", "version", "manifest", "status"]), inner)
    ),
    max_leaves=10,
)


def secret(release: object) -> dict:
    packed = base64.b64encode(base64.b64encode(gzip.compress(json.dumps(release).encode()))).decode()
    return {"metadata": {"name": "x", "creationTimestamp": "2026-11-22T03:00:00Z"}, "data": {"release": packed}}


def revision(number: int, status: str, app: str = "v3.6.13", manifest: str = "", **config: object) -> dict:
    info = {"status": status, "last_deployed": f"t{number}", "description": f"failed with password={CANARY}"}
    chart = {"metadata": {"name": "wf", "version": "1.0.0", "appVersion": app}}
    return secret({"version": number, "info": info, "chart": chart, "config": config, "manifest": manifest})


def read(*secrets: dict, wanted: dict | None = None) -> helm_history.History:
    return helm_history.read(secrets, "argo/wf", wanted or {})


def test_the_newest_revision_stands_last_and_no_value_comes_along() -> None:
    found = read(revision(10, "deployed", a=CANARY), revision(9, "superseded"), wanted={"a": CANARY})
    assert [one.number for one in found.revisions] == [9, 10]
    assert (found.newest.app_version, found.newest.updated, found.newest.holds) == ("v3.6.13", "t10", True)
    assert found.newest.created == AT
    assert CANARY not in repr(found)


def test_a_revision_is_what_another_was_when_chart_values_and_objects_are() -> None:
    one, again, other, valued = (
        read(revision(number, "deployed", manifest=manifest, **config)).newest.digest
        for number, manifest, config in ((1, "a", {}), (3, "a", {}), (4, "b", {}), (5, "a", {"x": 1}))
    )
    assert one == again
    assert len({one, other, valued}) == 3


def test_a_release_that_is_not_there_is_refused() -> None:
    with pytest.raises(OpsError, match="there is no Helm release argo/wf"):
        read()


@pytest.mark.parametrize(
    ("history", "known", "back_to"),
    [
        ([(1, "deployed", "v3.6.13")], None, 0),
        ([(1, "superseded", "v3.6.13"), (2, "deployed", "v3.7.15")], KNOWN, 0),
        ([(1, "deployed", "v3.6.13"), (2, "pending-upgrade", "3.7.15")], KNOWN, 1),
        ([(1, "deployed", "v3.6.13"), (2, "failed", "v3.7.15")], KNOWN, 1),
        ([(1, "deployed", "v3.6.13"), (3, "pending-rollback", "v3.6.13")], KNOWN, 1),
        (
            [(1, "superseded", "v3.6.13"), (3, "pending-rollback", "v3.6.13")],
            Known("v3.6.13", "v3.7.15", 1, 2, False),
            1,
        ),
    ],
)
def test_what_an_upgrade_of_ours_left_in_the_middle_is_put_back_first(history, known, back_to) -> None:
    assert helm_history.put_back_first(read(*(revision(*one) for one in history)), known) == back_to


@pytest.mark.parametrize(
    ("history", "known", "words"),
    [
        ([(1, "deployed", "v3.6.13"), (2, "pending-upgrade", "v3.7.15")], None, "is pending-upgrade at revision 2"),
        ([(1, "deployed", "v3.6.13"), (2, "pending-upgrade", "v3.8.0")], KNOWN, "not by an upgrade of this collection"),
        ([(1, "deployed", "v3.6.13"), (2, "uninstalling", "v3.6.13")], KNOWN, "is uninstalling"),
        ([(1, "deployed", "v3.6.13"), (2, "", "v3.6.13")], KNOWN, "is in no known state"),
        ([(7, "pending-upgrade", "v3.7.15")], KNOWN, "keeps no revision 1 any more"),
        ([(5, "failed", "v3.7.15")], ENDED, "is failed at revision 5"),
    ],
)
def test_what_somebody_else_left_is_refused(history, known, words) -> None:
    with pytest.raises(OpsError, match=words) as refused:
        helm_history.put_back_first(read(*(revision(*one) for one in history)), known)
    assert refused.value.kind == "refused"


@pytest.mark.parametrize(
    ("status", "age", "left"),
    [("deployed", 0, 0), ("failed", 0, 0), ("pending-upgrade", 40, 20), ("pending-rollback", 61, -1)],
)
def test_a_pending_revision_is_waited_for_until_helm_has_given_up(status, age, left) -> None:
    assert helm_history.left_to_wait(read(revision(1, status)), AT + timedelta(seconds=age), 60) == left


@pytest.mark.parametrize(
    ("config", "wanted", "held"),
    [
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, True),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, False),
        ({}, {"a": None}, True),
        ({"a": [1, 2]}, {"a": [1]}, False),
        (None, {}, True),
        ({"a": "x"}, {"a": {"b": 1}}, False),
    ],
)
def test_values_are_held_when_they_are_among_those_of_the_release(config, wanted, held) -> None:
    assert helm_history.holds(config, wanted) is held


def test_definitions_in_the_release_are_told() -> None:
    manifest = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n"
    found = helm_history.findings(read(revision(1, "deployed", manifest=manifest)), "argo", "wf")
    assert [(one["status"], one["value"]) for one in found] == [("warning", 1)]
    assert helm_history.findings(read(revision(1, "deployed")), "argo", "wf") == []


@given(ANYTHING)
def test_releases_of_any_form_do_no_harm(release) -> None:
    found = read(secret(release))
    assert helm_history.left_to_wait(found, AT, 1) <= 1
    with contextlib.suppress(OpsError):
        helm_history.put_back_first(found, KNOWN)
