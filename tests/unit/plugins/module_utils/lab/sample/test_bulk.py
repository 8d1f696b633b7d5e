# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from collections import Counter

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import judge
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.bulk import history, plain

LABEL = "workflows.argoproj.io"


def test_history_is_finished_in_every_way_and_of_several_templates(clock, now):
    made = list(history(clock, 400, seed=1))
    states = Counter(judge(one, now).state for one in made)
    assert set(states) == {"succeeded", "failed", "error"}
    assert states["succeeded"] > 300
    templates = {one["spec"].get("workflowTemplateRef", {}).get("name") for one in made}
    assert templates == {None, "play-workflow-template", "play-project-workflow-template"}
    assert not any(judge(one, now).contradictions for one in made)
    ages = sorted(judge(one, now).age for one in made)
    assert ages[0] < 86_400
    assert ages[-1] > 20 * 86_400


def test_labels_tell_the_controller_to_leave_them_alone(clock):
    for one in history(clock, 100, seed=1):
        labels = one["metadata"]["labels"]
        assert labels[f"{LABEL}/completed"] == "true"
        assert labels[f"{LABEL}/phase"] == one["status"]["phase"]
        assert one["status"]["finishedAt"]


def test_a_longer_history_begins_with_the_shorter_one(clock):
    assert list(history(clock, 80, seed=3))[:30] == list(history(clock, 30, seed=3))
    assert list(history(clock, 30, seed=3)) != list(history(clock, 30, seed=4))


def test_a_plain_one_has_the_size_and_nodes_of_a_small_real_one(clock):
    # The API server adds uid, versions and managedFields, some 700 bytes.
    sizes = [len(json.dumps(plain(clock, index, 1), separators=(",", ":"))) for index in range(50)]
    assert 2_200 < sum(sizes) / len(sizes) < 2_700
    assert len(plain(clock, 1, 1)["status"]["nodes"]) == 4


def test_names_are_given_once_across_lots(clock):
    made = [*history(clock, 500, 1), *(plain(clock, index, 1, lot="n") for index in range(2_000))]
    assert len({one["metadata"]["name"] for one in made}) == len(made)
