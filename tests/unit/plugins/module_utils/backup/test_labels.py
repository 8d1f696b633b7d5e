# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from contextlib import suppress

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.labels import parse
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from hypothesis import given
from hypothesis import strategies as st

LABELS = {"app": "shop", "task-id": "7", "agents.platform/type": "play", "empty": ""}


@pytest.mark.parametrize(
    ("selector", "matches"),
    [
        ("", True),
        ("  ", True),
        ("app=shop", True),
        ("app==shop", True),
        ("app=other", False),
        ("app!=shop", False),
        ("app!=other", True),
        ("absent!=other", True),
        ("app", True),
        ("absent", False),
        ("!absent", True),
        ("! app", False),
        ("empty=", True),
        ("app in (shop, other)", True),
        ("app in (other)", False),
        ("app notin (other,third)", True),
        ("absent notin (other)", True),
        ("absent in (other)", False),
        ("agents.platform/type=play,task-id=7", True),
        ("agents.platform/type=play,task-id=8", False),
        ("app in (shop,other),!absent", True),
    ],
)
def test_labels_are_matched_as_an_api_server_does(selector, matches) -> None:
    assert parse(selector)(LABELS) is matches


@pytest.mark.parametrize("selector", ["=x", "a=b c", "a in b", "a,,b", "a in (b", "{{ x }}", "<b>", "a>3"])
def test_what_is_not_understood_is_named(selector) -> None:
    with pytest.raises(OpsError, match="is not understood"):
        parse(selector)


@given(st.text(max_size=40))
def test_any_text_is_a_selector_or_refused_in_a_sentence(text) -> None:
    with suppress(OpsError):
        assert parse(text)({}) in (True, False)
