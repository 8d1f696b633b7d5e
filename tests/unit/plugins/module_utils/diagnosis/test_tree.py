# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.tree import faults, load
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.small_tree import RAW, probes, raw
from hypothesis import given
from hypothesis import strategies as st


def changed(part, key, **fields):
    made = raw()
    made[part][key].update(fields)
    return made


def test_a_tree_is_read_with_its_thresholds_and_defaults():
    tree = load(raw(), probes())
    assert tree.questions["bulb"].limits == {"oldest": 7200}
    assert (tree.causes["burnt"].status, tree.causes["not_known"].status) == ("warning", "unknown")
    assert tree.causes["unplugged"].fix is None
    assert ("bulb", "bad") in tree.edges
    assert len(tree.edges) == 6
    assert tree.probes == {"plug", "bulb"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (None, "this is no decision tree: it must be a dictionary"),
        (raw(title=None), "title must be text"),
        (raw(subject="moon"), "subject must be one of workflow, agent, coderun, platform"),
        (raw(colour="red"), "'colour', which means nothing"),
        (raw(questions={}), "questions must be a dictionary that holds something"),
        (raw(causes={**RAW["causes"], "No!": {}}), "'No!' of causes is no id"),
        (raw(causes={**RAW["causes"], "plug": RAW["causes"]["burnt"]}), "plug is a question and a cause"),
        (raw(start="burnt"), "start names 'burnt', which is no question"),
        (changed("questions", "plug", probe="nose"), "asks probe 'nose', which there is not"),
        (changed("questions", "plug", answers={"in": "bulb", "unknown": "bulb"}), "nothing about the answer out of"),
        (
            changed("questions", "plug", answers={"in": "bulb", "out": "unplugged"}),
            "nothing about the answer unknown of",
        ),
        (
            changed("questions", "plug", answers={**RAW["questions"]["plug"]["answers"], True: "bulb"}),
            "never answers 'True'",
        ),
        (changed("questions", "plug", answers=["in"]), "answers must be a dictionary"),
        (changed("questions", "plug", **{"with": {"oldest": "1h"}}), "thresholds of probe plug (none)"),
        (changed("questions", "bulb", **{"with": {"oldest": "soon"}}), "oldest: 'soon' is not a duration"),
        (
            changed("questions", "bulb", answers={"good": "moon", "bad": "burnt", "unknown": "not_known"}),
            "leads to 'moon'",
        ),
        (
            changed("questions", "bulb", answers={"good": "plug", "bad": "burnt", "unknown": "not_known"}),
            "back to itself",
        ),
        (
            changed("questions", "bulb", answers={"good": "burnt", "bad": "burnt", "unknown": "burnt"}),
            "not_known is never reached",
        ),
        (changed("causes", "burnt", confidence="sure"), "confidence must be one of high, medium, low, none"),
        (changed("causes", "burnt", status="fine"), "status must be one of"),
        (changed("causes", "burnt", cause="{colour} bulb"), "speaks of {colour}, which no probe of the tree tells"),
        (changed("causes", "burnt", fix={"a": ["{colour}"]}), "speaks of {colour}"),
        (changed("causes", "burnt", runbook=""), "fix must be a dictionary of options for its runbook"),
        (changed("causes", "burnt", command=7), "command must be text"),
    ],
)
def test_what_is_wrong_with_a_tree_is_one_sentence(wrong, words):
    with pytest.raises(OpsError) as refused:
        load(wrong, probes())
    assert refused.value.kind == "invalid"
    assert words in refused.value.message


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["plug", "bulb", "in", "unknown"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


PLACES = [
    ("start",),
    ("questions",),
    ("causes",),
    ("questions", "plug"),
    ("questions", "bulb", "answers"),
    ("questions", "bulb", "with"),
    ("causes", "burnt"),
    ("causes", "burnt", "fix"),
]


@given(st.sampled_from(PLACES), ODD)
def test_a_tree_of_any_shape_is_told_what_is_wrong_with_it_and_never_breaks_the_reader(place, value):
    made = raw()
    here = made
    for key in place[:-1]:
        here = here[key]
    here[place[-1]] = value
    assert all(isinstance(fault, str) for fault in faults(made, probes()))
