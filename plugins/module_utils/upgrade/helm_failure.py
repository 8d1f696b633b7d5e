# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why Helm did not do what it was to do, in its own words without secrets. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import redaction
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import short

_LONGEST = 400  # characters
_LEAD = "Error: "


def words(ran: Mapping[str, Any]) -> str:
    """One line for people.

    :param ran: the result of the module that ran Helm; the values among it are never told
    """
    said = text(ran.get("stderr")) or text(ran.get("msg"))
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    first = next((number for number, line in enumerate(lines) if line.startswith(_LEAD)), 0)
    told = " ".join(lines[first:]).removeprefix(_LEAD)
    return short(redaction.words(told), _LONGEST) or "it gave no reason"
