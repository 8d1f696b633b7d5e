# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health import expressions

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
SEEN = {"at": "2026-11-21T07:00:00Z", "memory": "1Ki", "names": ["a", "b"]}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("names[1]", "b"),
        ("contains(['a', 'c'], names[0])", True),
        ("age(at)", 3600),
        ("age(memory)", None),
        ("quantity(memory)", 1024),
        ("quantity(at)", None),
    ],
)
def test_an_expression_knows_our_functions_besides_those_of_jmespath(written, found):
    assert expressions.compiled(written, "holds").search(SEEN, options=expressions.options(NOW)) == found


def test_without_a_moment_an_age_cannot_be_told():
    assert expressions.compiled("age(at)", "holds").search(SEEN, options=expressions.options()) is None


def test_nothing_written_is_no_expression():
    assert expressions.compiled(None, "holds") is None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (3, "holds must be a JMESPath expression of at most 1000 characters"),
        ("a" * 1001, "holds must be a JMESPath expression of at most 1000 characters"),
        ("a ==", "holds is no JMESPath expression: Invalid jmespath expression"),
        ("shout(a)", "holds: JMESPath has no function 'shout'"),
        ("a || age()", "holds: age takes 1 arguments, not 0"),
    ],
)
def test_what_is_no_expression_is_told_in_one_sentence(written, message):
    with pytest.raises(OpsError, match=message.replace("(", r"\(").replace(")", r"\)")) as caught:
        expressions.compiled(written, "holds")
    assert caught.value.kind == "invalid"
