# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import selectors

LABELS = {"app": "web", "tier": "3"}


def _one(key: str, operator: str, *values: str) -> dict:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("selector", "selected"),
    [
        ({}, True),
        (None, False),
        ("odd", False),
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web", "tier": "4"}}, False),
        ({"matchLabels": {"none": "web"}}, False),
        (_one("app", "In", "db", "web"), True),
        (_one("app", "NotIn", "web"), False),
        (_one("none", "NotIn", "web"), True),
        (_one("app", "Exists"), True),
        (_one("none", "Exists"), False),
        (_one("none", "DoesNotExist"), True),
        (_one("app", "DoesNotExist"), False),
        (_one("tier", "Gt", "2"), True),
        (_one("tier", "Gt", "3"), False),
        (_one("tier", "Lt", "4"), True),
        (_one("app", "Gt", "2"), False),
        (_one("tier", "Gt", "2", "1"), False),
        (_one("app", "Like", "web"), False),
        ({"matchLabels": {"app": "web"}, **_one("tier", "Exists")}, True),
        ({"matchExpressions": [None, 3]}, False),
    ],
)
def test_labels_are_selected_as_the_api_server_does_it(selector: object, selected: bool) -> None:
    assert selectors.matches(selector, LABELS) is selected


def test_one_term_of_a_node_selector_is_enough_and_an_empty_one_selects_nothing() -> None:
    terms = selectors.node_terms({"nodeSelectorTerms": [{}, _one("zone", "In", "b"), {"matchFields": [
        {"key": "metadata.name", "operator": "In", "values": ["n1"]}]}]})  # fmt: skip
    assert [selectors.meets(one, {"zone": "b", selectors.NAME_FIELD: "n2"}) for one in terms] == [True, False]
    assert [selectors.meets(one, {"zone": "a", selectors.NAME_FIELD: "n1"}) for one in terms] == [False, True]
    assert selectors.node_terms(None) == ()
