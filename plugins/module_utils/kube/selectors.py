# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LabelSelectors as objects carry them. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FORMS = {"In": "{key} in ({values})", "NotIn": "{key} notin ({values})", "Exists": "{key}", "DoesNotExist": "!{key}"}


def query(selector: Mapping[str, Any]) -> str:
    """A LabelSelector {matchLabels, matchExpressions} as the text that a list request takes; empty selects all.

    >>> query({"matchLabels": {"app": "x"}, "matchExpressions": [{"key": "tier", "operator": "In", "values": ["a"]}]})
    'app=x,tier in (a)'
    """
    labels = [f"{name}={value}" for name, value in (selector.get("matchLabels") or {}).items()]
    return ",".join(labels + [_expression(one) for one in selector.get("matchExpressions") or []])


def _expression(wanted: Mapping[str, Any]) -> str:
    values = ",".join(wanted.get("values") or [])
    return _FORMS[wanted["operator"]].format(key=wanted["key"], values=values)
