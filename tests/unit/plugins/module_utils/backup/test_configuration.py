# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import configuration
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.configuration import EXPORTED
from hypothesis import given
from hypothesis import strategies as st

POLICIES = EXPORTED[0]


def _policy(name: str, **more: object) -> dict:
    return {"metadata": {"name": name, "namespace": "b", "uid": name, "resourceVersion": "3"}, "spec": {"x": 1}, **more}


def test_the_same_objects_are_the_same_text_in_whatever_order_they_come() -> None:
    one, other = _policy("a"), _policy("ü", status={"seen": True})
    made = configuration.objects(POLICIES, [one, other])
    assert made == configuration.objects(POLICIES, [other, one])
    assert json.loads(made) == [
        {
            "apiVersion": POLICIES.api,
            "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": "b"},
            "spec": {"x": 1},
        }
        for name in ("a", "ü")
    ]


def test_every_kind_is_one_that_backups_know() -> None:
    assert [one.backed_up.plural for one in EXPORTED] == [one.plural for one in EXPORTED]


def test_secrets_among_facts_are_not_kept() -> None:
    given_facts = {
        "apps": [{"name": "5DLabs-Rex", "app_id": 1101, "private_key": "canary-1", "webhook_secret": "canary-2"}],
        "url": "https://me:canary-3@example.org/hook",
        "note": "{{ lookup('x') }} <b>",
    }
    made = configuration.facts(given_facts).decode()
    assert "canary" not in made
    assert json.loads(made)["apps"][0]["app_id"] == 1101
    assert json.loads(made)["note"] == given_facts["note"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(st.dictionaries(st.sampled_from(["metadata", "spec", "status", "kind"]), JSON), max_size=3))
def test_objects_of_any_shape_do_no_harm(items: list[dict]) -> None:
    assert len(json.loads(configuration.objects(POLICIES, items))) == len(items)
