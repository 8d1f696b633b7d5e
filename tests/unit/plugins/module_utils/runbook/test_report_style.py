# SPDX-License-Identifier: GPL-3.0-or-later
import re

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.report_style import STYLE


def test_each_colour_has_a_light_and_a_dark_value():
    names = re.findall(r"(--[a-z]+):\s*#", STYLE)
    assert {names.count(name) for name in names} == {2}


def test_every_colour_that_is_used_is_defined():
    used, defined = set(re.findall(r"var\((--[a-z]+)\)", STYLE)), set(re.findall(r"(--[a-z]+):", STYLE))
    assert used - defined == set()


def test_there_is_a_layout_for_phones():
    assert "@media (max-width: 640px)" in STYLE
