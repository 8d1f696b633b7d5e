# SPDX-License-Identifier: GPL-3.0-or-later
"""Holding what acts by itself: what was there before comes back, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import holding
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.holding import (
    BY_RESOURCE,
    HOLDERS,
    MARK,
    Holder,
)
from hypothesis import given
from hypothesis import strategies as st

DEPLOYMENT = BY_RESOURCE["deployments.apps"]
CRON = BY_RESOURCE["cronworkflows.argoproj.io"]
APPLICATION = BY_RESOURCE["applications.argoproj.io"]


def item(spec: object = None, **metadata: Any) -> dict[str, Any]:
    return {"metadata": {"name": "a", **metadata}, "spec": spec}


def held(spec: dict, kept: str) -> dict[str, Any]:
    return item(spec, labels={MARK: "true"}, annotations={MARK: kept})


@pytest.mark.parametrize(
    ("holder", "spec", "kept", "patched"),
    [
        (DEPLOYMENT, {"replicas": 3}, "3", {"replicas": 0}),
        (DEPLOYMENT, {}, "null", {"replicas": 0}),
        (DEPLOYMENT, None, "null", {"replicas": 0}),
        (CRON, {"suspend": False}, "false", {"suspend": True}),
        (CRON, {}, "null", {"suspend": True}),
        (
            APPLICATION,
            {"syncPolicy": {"automated": {"prune": True}}},
            '{"prune":true}',
            {"syncPolicy": {"automated": None}},
        ),
        (APPLICATION, {"syncPolicy": {"automated": {}}}, "{}", {"syncPolicy": {"automated": None}}),
    ],
)
def test_what_acts_is_held_and_what_it_was_is_kept_in_the_same_patch(
    holder: Holder, spec: object, kept: str, patched: dict
) -> None:
    patch = holding.hold(holder, item(spec))
    assert patch == {"metadata": {"labels": {MARK: "true"}, "annotations": {MARK: kept}}, "spec": patched}


def _noted(time: object, field: str = f"f:{MARK}") -> dict[str, Any]:
    return {"manager": "ops", "time": time, "fieldsV1": {"f:metadata": {"f:labels": {".": {}, field: {}}}}}


@pytest.mark.parametrize(
    ("entries", "since"),
    [
        ([_noted("2026-11-21T08:00:00Z"), _noted("2026-11-21T09:00:00Z", "f:app")], "2026-11-21T08:00:00Z"),
        ([_noted("2026-11-21T09:00:00Z", "f:app")], ""),
        ([_noted(None), None, {"fieldsV1": []}, 5], ""),
        (None, ""),
    ],
)
def test_since_when_it_is_held_tells_who_owns_the_label(entries: object, since: str) -> None:
    assert holding.since(item({}, managedFields=entries)) == since


@pytest.mark.parametrize(
    ("holder", "spec"),
    [(DEPLOYMENT, {"replicas": 0}), (CRON, {"suspend": True}), (APPLICATION, {}), (APPLICATION, {"syncPolicy": None})],
)
def test_what_does_not_act_is_left_alone(holder: Holder, spec: dict) -> None:
    assert holding.hold(holder, item(spec)) is None


def test_what_is_held_stays_as_it_was_kept_first() -> None:
    assert holding.hold(DEPLOYMENT, held({"replicas": 0}, "3")) is None


def test_letting_go_puts_back_what_was_there() -> None:
    patch = holding.release(DEPLOYMENT, held({"replicas": 0}, "3"))
    assert patch == {"metadata": {"labels": {MARK: None}, "annotations": {MARK: None}}, "spec": {"replicas": 3}}


def test_what_somebody_changed_meanwhile_stays() -> None:
    patch = holding.release(DEPLOYMENT, held({"replicas": 5}, "3"))
    assert patch == {"metadata": {"labels": {MARK: None}, "annotations": {MARK: None}}}


def test_what_is_not_held_is_not_let_go() -> None:
    assert holding.release(DEPLOYMENT, item({"replicas": 0})) is None


@pytest.mark.parametrize("kept", ["", "{", None])
def test_a_mark_that_does_not_say_what_was_there_is_told(kept: Any) -> None:
    assert "does not say what was there before" in str(holding.release(CRON, held({"suspend": True}, kept)))


@given(
    st.sampled_from(HOLDERS),
    st.one_of(st.none(), st.integers(0, 9), st.booleans(), st.dictionaries(st.sampled_from("ab"), st.booleans())),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), min_size=1),
)
def test_a_held_form_becomes_again_what_it_was(holder: Holder, value: Any, labels: dict) -> None:
    spec: dict[str, Any] = {"other": {"x": 1}}
    place = spec
    for name in holder.path[1:-1]:
        place = place.setdefault(name, {"y": 2})
    if value is not None:
        place[holder.path[-1]] = value
    original = item(spec, labels=labels, annotations={"z": "1"})
    made = holding.held_form(holder.resource, original)
    assert holding.is_held(holder, made)
    back = holding.free_form(holder.resource, made)
    assert back == original


def test_an_autoscaler_is_held_by_its_policies_whatever_the_server_adds_and_gets_its_own_back() -> None:
    autoscaler = holding.BY_RESOURCE["horizontalpodautoscalers.autoscaling"]
    own = {name: {"selectPolicy": "Max", "policies": [{"type": "Pods"}]} for name in ("scaleUp", "scaleDown")}
    made = holding.held_form(autoscaler.resource, item({"behavior": own}))
    assert made["spec"]["behavior"]["scaleUp"] == {"selectPolicy": "Disabled", "policies": [{"type": "Pods"}]}
    made["spec"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"] = 300
    assert holding.hold(autoscaler, made) is None
    patch = holding.release(autoscaler, made)
    assert isinstance(patch, dict)
    assert patch["spec"]["behavior"] == own
    half = item({"behavior": {"scaleUp": {"selectPolicy": "Disabled"}}})
    assert holding.hold(autoscaler, half) is not None


def test_what_nobody_holds_and_what_cannot_be_held_keep_their_form() -> None:
    stopped = item({"replicas": 0})
    assert holding.free_form("deployments.apps", stopped) is stopped
    assert holding.held_form("configmaps", stopped) is stopped
    assert holding.free_form("configmaps", held({}, "3")) == held({}, "3")
