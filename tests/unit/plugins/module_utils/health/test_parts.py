# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import PARTS, SPECIAL, Part


@pytest.mark.parametrize(
    ("part", "platform", "places"),
    [
        (Part("p", "v1", "pods", "Pod"), ("a", "b", "a"), ("a", "b")),
        (Part("p", "v1", "pods", "Pod"), (), ("",)),
        (Part("n", "v1", "nodes", "Node", "cluster"), ("a", "b"), ("",)),
        (Part("p", "v1", "pods", "Pod", namespaces=("c",)), ("a", "b"), ("c",)),
    ],
)
def test_where_a_part_is_read(part, platform, places):
    assert part.places(platform) == places


def test_names_are_their_own_keys_and_special_ones_are_others():
    assert [part.name for part in PARTS.values()] == list(PARTS)
    assert set(PARTS) & set(SPECIAL) == set()
