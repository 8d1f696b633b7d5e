# SPDX-License-Identifier: GPL-3.0-or-later
import re

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.report_style import STYLE
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.report_template import PAGE


def test_only_the_style_is_exempt_from_escaping():
    assert re.findall(r"{{[^}]*safe[^}]*}}", PAGE) == ["{{ style | safe }}"]


def test_each_status_has_a_colour():
    words = ("ok", "changed", "warning", "critical", "unknown", "failed", "skipped", "refused", "interrupted")
    assert [word for word in words if f".{word}" not in STYLE] == []


def test_phones_are_told_the_width():
    assert 'name="viewport" content="width=device-width, initial-scale=1"' in PAGE
