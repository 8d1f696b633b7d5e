# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample import generator
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.kinds import kind_of


def _names(made):
    return [(one["kind"], one["metadata"].get("namespace"), one["metadata"]["name"]) for one in made]


@pytest.mark.parametrize(("profile", "least", "most"), [("small", 50, 80), ("busy", 1_400, 1_600)])
def test_profiles_have_their_size(profile, least, most, now):
    kinds = Counter(one["kind"] for one in generator.objects(profile, 0, now))
    assert least <= kinds["Workflow"] <= most
    assert set(kinds) == {"Certificate", "CodeRun", "PersistentVolume", "PersistentVolumeClaim", "Pod", "Workflow"}


def test_the_same_arguments_give_the_same_objects(now):
    first, second = (list(generator.objects("small", 20, now, seed=5)) for _time in range(2))
    assert first == second


def test_a_busy_platform_holds_all_of_a_small_one(now):
    small, busy = (_names(generator.objects(profile, 10, now)) for profile in ("small", "busy"))
    assert set(small) < set(busy)
    assert len(set(busy)) == len(busy)


def test_workflows_are_added_to_the_profile(now):
    assert len(_names(generator.objects("small", 25, now))) == len(_names(generator.objects("small", 0, now))) + 25


def test_times_move_with_the_moment(now):
    def finish_times(moment):
        made = generator.objects("small", 3, moment)
        return [one["status"].get("finishedAt") for one in made if one["kind"] == "Workflow" and "status" in one]

    earlier, later = finish_times(now), finish_times(now + timedelta(days=1))
    assert all(one != other for one, other in zip(earlier, later, strict=True) if one)


def test_every_kind_can_be_brought_in(now):
    assert all(kind_of(one).plural for one in generator.objects("small", 1, now))


def test_the_label_does_not_reach_shared_parts():
    original = {"kind": "Workflow", "metadata": {"name": "a", "labels": {"x": "y"}}}
    made = generator.labelled(original, "small")
    assert made["metadata"]["labels"] == {"x": "y", "agents.platform/sample": "small"}
    assert original["metadata"]["labels"] == {"x": "y"}
