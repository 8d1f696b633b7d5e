# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import actors
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document

KNOWN = {"5dlabs-tess[bot]": {"5DLabs-Tess[bot]", "5dlabs-tess[bot]"}}


@pytest.mark.parametrize(
    ("pattern", "login"),
    [
        ("5DLabs-Tess", "5DLabs-Tess"),
        (r"^5dlabs-tess\[bot\]$", "5dlabs-tess[bot]"),
        ("5DLabs-Tess[bot]", "5DLabs-Tess[bot]"),
        (r"(?i)5dlabs-tess\[bot\]", ""),
        ("5DLabs-.*", ""),
        ("5DLabs-(Rex|Tess)", ""),
        ("", ""),
    ],
)
def test_the_login_that_a_pattern_stands_for(pattern, login):
    assert actors.login(pattern) == login


@pytest.mark.parametrize(
    ("path", "patterns", "others"),
    [
        ("body.sender.login", [r"5DLabs-Tess\[bot\]"], ["5dlabs-tess[bot]"]),
        ("login", [r"5dlabs-tess\[bot\]"], ["5DLabs-Tess[bot]"]),
        ("body.sender.login", [r"5DLabs-Tess\[bot\]", r"5dlabs-tess\[bot\]"], []),
        ("body.sender.login", [r"(?i)5dlabs-tess\[bot\]"], []),
        ("body.label.name", [r"5DLabs-Tess\[bot\]"], []),
        ("body.sender.login", ["5DLabs-Rex"], []),
    ],
)
def test_spellings_that_a_filter_does_not_take(path, patterns, others):
    assert actors.others(path, patterns, KNOWN) == others


def test_spellings_of_all_sensors_whatever_their_shape():
    def sensor(*filters):
        return Document({"spec": {"dependencies": [{"filters": {"data": list(filters)}}, None]}})

    sensors = [
        sensor({"path": "body.user.login", "value": ["Tess"]}, {"path": "body.label", "value": ["TESS"]}, 7),
        sensor({"path": "body.sender.login", "value": ["tess", 3, None]}, {"path": 1, "value": "tess"}),
        Document({"spec": None}),
    ]
    assert actors.spellings(sensors) == {"tess": {"Tess", "tess"}}
