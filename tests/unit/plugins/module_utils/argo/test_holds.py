# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.holds import resumed_when, review_of

HOLDS = (
    "wait-pr-created", "wait-ready-for-qa", "wait-pr-approved", "wait-for-tess-approval", "wait-pr-merged",
    "wait-merge-to-main", "wait-atlas-integration", "spec.suspend",
)  # fmt: skip


@pytest.mark.parametrize("hold", HOLDS)
def test_each_hold_of_the_play_says_what_ends_it(hold: str) -> None:
    assert resumed_when(hold)


@pytest.mark.parametrize("hold", HOLDS)
def test_where_somebody_decides_the_decision_is_named(hold: str) -> None:
    assert bool(review_of(hold)) == (hold not in ("wait-pr-created", "spec.suspend"))


def test_a_hold_of_another_template_is_not_guessed() -> None:
    assert (resumed_when("{{ x }}"), review_of("{{ x }}")) == ("", "")
