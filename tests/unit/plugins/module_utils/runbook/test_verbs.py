# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.verbs import VERBS


@pytest.mark.parametrize("verb", ["bring", "carry", "check", "follow", "look", "remove", "restore", "verify"])
def test_verbs_of_the_field_are_known(verb: str) -> None:
    assert verb in VERBS


@pytest.mark.parametrize("word", ["", "the", "a", "weekly", "monitoring", "removal", "workflow", "certificate"])
def test_other_words_are_not(word: str) -> None:
    assert word not in VERBS
