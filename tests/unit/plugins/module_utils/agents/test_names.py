# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import names
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from hypothesis import given
from hypothesis import strategies as st

ROWS = [
    {"name": "rex", "github_app": "5DLabs-Rex", "workspace": "shared"},
    {"name": "tess", "github_app": "5DLabs-Tess", "spellings": ["tester"]},
]


@pytest.mark.parametrize("spelling", ["rex", "Rex", "REX", "5DLabs-Rex", "5dlabs-rex", " rex ", "5DLabs-Rex[bot]"])
def test_any_spelling_finds_the_agent(spelling):
    agent = names.find(spelling, names.table(ROWS))
    assert (agent.name, agent.github_user, agent.workspace) == ("rex", "5dlabs-rex", "shared")


def test_further_spellings_come_from_the_inventory():
    assert names.find("Tester", names.table(ROWS)).name == "tess"


@pytest.mark.parametrize("spelling", ["", "re", "rexx", "5dlabs", "[bot]", "cleo", "{{ rex }}"])
def test_an_unknown_one_is_an_error_that_names_the_others(spelling):
    with pytest.raises(OpsError) as caught:
        names.find(spelling, names.table(ROWS))
    assert (caught.value.kind, "rex (5DLabs-Rex), tess" in caught.value.hint) == ("invalid", True)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "empty"),
        ([*ROWS, {"name": "other", "github_app": "5dlabs-REX"}], "rex and other are both known as 5dlabs-rex"),
        ([*ROWS, {"name": "rex", "github_app": "x"}], "twice"),
        ([{"name": "", "github_app": "x"}], "cannot be the name"),
    ],
)
def test_a_table_that_is_not_clear_is_refused(rows, words):
    with pytest.raises(OpsError, match=words):
        names.table(rows)


def test_a_label_of_nobody_is_a_stranger():
    assert names.of_label("dependabot", names.table(ROWS)) is None
    assert names.of_label("5dlabs-rex", names.table(ROWS)).name == "rex"
    assert names.of_label("", names.table(ROWS)) is None


@given(st.text())
def test_every_name_becomes_a_label_or_nothing(name):
    label = names.as_label(name)
    assert label == names.as_label(label) or not label
    assert len(label) <= 63
