# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import tuning
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.tuning import MARK, Change
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.usage_objects import workload
from hypothesis import given
from hypothesis import strategies as st

WHY = ("too much", "somebody", "2026-11-21T00:00:00Z")
BEFORE = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "2Gi"}}
SMALLER = Change({"main": {"requests": {"cpu": "130m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}}})


def carried_out(item, patch):
    """The object after a strategic merge patch, as the API server does it: containers by name, null takes away."""

    def merge(has, wanted):
        if isinstance(wanted, dict):
            made = dict(has) if isinstance(has, dict) else {}
            for name, value in wanted.items():
                if value is None:
                    made.pop(name, None)
                elif name in ("containers", "initContainers"):
                    by = {one["name"]: one for one in made.get(name, [])}
                    made[name] = list({**by, **{one["name"]: merge(by[one["name"]], one) for one in value}}.values())
                else:
                    made[name] = merge(made.get(name), value)
            return made
        return wanted

    return merge(copy.deepcopy(item), patch)


def of(item):
    return item["spec"]["template"]["spec"]["containers"][0]["resources"]


def test_a_change_is_made_once_and_taken_back_exactly():
    item = workload(**BEFORE)
    sized = carried_out(item, tuning.apply(item, SMALLER, WHY))
    assert of(sized) == SMALLER.containers["main"]
    assert sized["metadata"]["labels"] == {MARK: "true"}
    assert sized["metadata"]["annotations"][f"{MARK}-reason"] == "too much"
    assert tuning.apply(sized, SMALLER, WHY) is None
    back = carried_out(sized, tuning.revert(sized))
    assert back == {**item, "metadata": {**item["metadata"], "labels": {}, "annotations": {}}}
    assert tuning.revert(back) is None


def test_what_was_not_there_before_is_taken_out_again():
    item = workload()
    sized = carried_out(item, tuning.apply(item, Change({"main": {"requests": {"cpu": "130m"}}}, 3), WHY))
    assert (of(sized), sized["spec"]["replicas"]) == ({"requests": {"cpu": "130m"}}, 3)
    back = carried_out(sized, tuning.revert(sized))
    assert (of(back), back["spec"]["replicas"]) == ({"requests": {}}, 1)


def test_a_second_change_keeps_what_was_there_before_the_first_and_who_wanted_it():
    item = workload(**BEFORE)
    once = carried_out(item, tuning.apply(item, SMALLER, WHY))
    twice = carried_out(once, tuning.apply(once, Change({"main": {"requests": {"cpu": "100m"}}}, 2), ("x", "y", "z")))
    assert twice["metadata"]["annotations"][f"{MARK}-reason"] == "too much"
    back = carried_out(twice, tuning.revert(twice))
    assert (of(back), back["spec"]["replicas"]) == (BEFORE, 1)


def test_what_somebody_else_wrote_meanwhile_stays():
    item = workload(**BEFORE)
    sized = carried_out(item, tuning.apply(item, Change(SMALLER.containers, 3), WHY))
    of(sized)["requests"]["cpu"], sized["spec"]["replicas"] = "500m", 5
    back = carried_out(sized, tuning.revert(sized))
    assert of(back)["requests"] == {"cpu": "500m", "memory": "1Gi"}
    assert back["spec"]["replicas"] == 5


def test_the_same_quantity_in_another_spelling_is_no_change():
    item = workload(requests={"cpu": "0.13", "memory": "134217728"})
    assert tuning.apply(item, Change({"main": {"requests": {"cpu": "130m", "memory": "128Mi"}}}), WHY) is None


@pytest.mark.parametrize(
    ("spoil", "change", "words"),
    [
        (lambda item: item["metadata"].update(deletionTimestamp="x"), SMALLER, "it is being deleted"),
        (lambda item: item["metadata"].update(labels={"ops.agent-platform/held": "true"}), SMALLER, "it is held"),
        (lambda item: item["spec"].update(replicas=0), Change(replicas=3), "it is scaled to 0"),
        (lambda item: None, Change({"other": {"requests": {"cpu": "1"}}}), "it has no container 'other'"),
        (lambda item: None, Change({"main": {"requests": {"memory": "4Gi"}}}), "above its limit of 2Gi"),
        (lambda item: None, Change({"main": {"limits": {"memory": "512Mi"}}}), "memory 1Gi, above its limit of 512Mi"),
        (lambda item: item["metadata"].update(annotations={MARK: "x"}), SMALLER, "does not say what was there before"),
    ],
)
def test_what_must_not_be_changed_is_refused(spoil, change, words):
    item = workload(**BEFORE)
    spoil(item)
    assert words in tuning.apply(item, change, WHY)


@pytest.mark.parametrize(
    "mark",
    ["", "x", "[]x", '{"resources": 5}', '{"resources": {"main": {"requests": {"cpu": ["1"]}}}}', '{"replicas": [1]}',
     '{"resources": {"main": {"requests": {"cpu": [{}, "1"]}}}}', '{"replicas": ["x", 2]}',
     '{"resources": {"main": {"volumes": {"cpu": ["1", "2"]}}}}'],
)  # fmt: skip
def test_a_mark_that_nobody_can_read_changes_nothing(mark):
    item = workload(**BEFORE)
    item["metadata"] |= {"labels": {MARK: "true"}, "annotations": {MARK: mark}}
    assert "does not say what was there before" in tuning.revert(item)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change({"main": {"requests": {"cpu": "much"}}}), "requests of container main: cpu 'much'"),
        (Change({"main": {"limits": {"gpu": "1"}}}), "gpu '1' is not cpu such as 130m"),
        (Change({"main": {"limits": {"cpu": "{{ x }}"}}}), "is not cpu such as"),
        (Change(replicas=0), "must lie between 1 and 100"),
    ],
)
def test_what_is_no_quantity_is_refused_before_anything_is_read(change, words):
    with pytest.raises(OpsError) as refused:
        tuning.require_quantities(change)
    assert words in str(refused.value)


AMOUNTS = st.sampled_from(["10m", "130m", "1", "2", "64Mi", "1Gi"])
SET = st.dictionaries(st.sampled_from(["cpu", "memory"]), AMOUNTS)


@given(before=SET, wanted=st.lists(st.tuples(SET, st.none() | st.integers(1, 5)), min_size=1, max_size=3))
def test_any_changes_are_taken_back_to_what_was_there(before, wanted):
    item = now = workload(requests=before)
    for requests, replicas in wanted:
        patch = tuning.apply(now, Change({"main": {"requests": requests}}, replicas), WHY)
        now = carried_out(now, patch) if patch else now
        json.dumps(patch)
    patch = tuning.revert(now)
    back = carried_out(now, patch) if patch else now
    assert (of(back), back["spec"]["replicas"]) == (of(item), 1)
