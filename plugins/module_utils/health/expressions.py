# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JMESPath expressions of rules, looked at before anything is read. Pure. Private API.

Besides the functions of JMESPath there are age(time), seconds since an RFC 3339 time, and quantity(text), the number
of a Kubernetes quantity; both give null for what they cannot read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import parse
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

_LONGEST = 1000


def options(now: datetime | None = None) -> Any:
    """What a search needs to know the functions.

    :param now: the moment that age() counts from; without one it gives null
    """
    return _library().Options(custom_functions=_functions()(now))


def compiled(written: object, called: str) -> Any:
    """An expression that is ready to search; None where none is written.

    :param called: how a message names it
    :raises OpsError: invalid, in one sentence
    """
    if written is None:
        return None
    if not isinstance(written, str) or len(written) > _LONGEST:
        raise OpsError("invalid", f"{called} must be a JMESPath expression of at most {_LONGEST} characters")
    library = _library()
    try:
        expression = library.compile(written)
    except (library.exceptions.JMESPathError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise OpsError("invalid", f"{called} is no JMESPath expression: {reason}") from error
    for name, arguments in _calls(expression.parsed):
        signature = _functions().FUNCTION_TABLE.get(name, {}).get("signature")
        if signature is None:
            raise OpsError("invalid", f"{called}: JMESPath has no function {name!r:.60}")
        if arguments < len(signature) or (arguments > len(signature) and not signature[-1].get("variadic")):
            raise OpsError("invalid", f"{called}: {name} takes {len(signature)} arguments, not {arguments}")
    return expression


def _calls(node: Any) -> Iterator[tuple[str, int]]:
    """(name, number of arguments) of every function in a parsed expression."""
    if isinstance(node, dict):
        if node.get("type") == "function_expression":
            yield node["value"], len(node["children"])
        for child in node.get("children", ()):
            yield from _calls(child)


@cache
def _library() -> Any:
    """jmespath, which only rules need."""
    try:
        import jmespath
        import jmespath.exceptions
        import jmespath.functions
    except ImportError as error:
        raise OpsError(
            "invalid", "the Python package jmespath is not installed", hint="Run: pip install jmespath"
        ) from error
    return jmespath


@cache
def _functions() -> Any:
    functions = _library().functions

    class Functions(functions.Functions):
        """JMESPath's own, and two that Kubernetes objects need."""

        def __init__(self, now: datetime | None) -> None:
            self._now = now

        @functions.signature({"types": []})
        def _func_age(self, moment: object) -> float | None:
            parsed = parse_time(moment)
            return (self._now - parsed).total_seconds() if parsed and self._now else None

        @functions.signature({"types": []})
        def _func_quantity(self, written: object) -> float | None:
            number = parse(written)
            return None if number is None else float(number)

    return Functions
