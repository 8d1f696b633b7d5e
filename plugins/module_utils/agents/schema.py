# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a value fits the schema of a CustomResourceDefinition, told before anything is sent. Pure. Private API.

A server prunes fields that its schema does not know without a word; here they are problems.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

_INT32, _INT64 = 1 << 31, 1 << 63
_MOST = 40  # levels; no real schema is that deep


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: dict[str, tuple[str, Callable[[object], bool]]] = {
    "string": ("text", lambda value: isinstance(value, str)),
    "integer": ("a whole number", _is_whole),
    "number": ("a number", lambda value: isinstance(value, (int, float)) and not isinstance(value, bool)),
    "boolean": ("true or false", lambda value: isinstance(value, bool)),
    "object": ("an object", lambda value: isinstance(value, dict)),
    "array": ("a list", lambda value: isinstance(value, list)),
}


def of_version(definition: object, version: str) -> dict[str, Any] | None:
    """The schema of one served version of a CustomResourceDefinition, None where there is none."""
    spec = mapping(mapping(definition).get("spec"))
    for one in map(mapping, sequence(spec.get("versions"))):
        if one.get("name") == version and one.get("served"):
            return mapping(mapping(one.get("schema")).get("openAPIV3Schema"))
    return None


def problems(value: object, schema: Mapping[str, Any], path: str, depth: int = 0) -> Iterator[str]:
    """A clause for each part that does not fit: "spec.taskId is text, but must be a whole number"."""
    if depth > _MOST:
        return
    if schema.get("x-kubernetes-int-or-string") is True:
        if not isinstance(value, str) and not _is_whole(value):
            yield f"{path} is {_named(value)}, but must be text or a whole number"
        return
    if value is None and schema.get("nullable") is True:
        return
    words, fits = _TYPES.get(text(schema.get("type")), ("", lambda _value: True))
    if not fits(value):
        yield f"{path} is {_named(value)}, but must be {words}"
        return
    yield from _of_range(value, schema, path)
    if isinstance(value, dict):
        yield from _of_object(value, schema, path, depth)
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from problems(one, mapping(schema.get("items")), f"{path}[{index}]", depth + 1)


def lost(sent: object, kept: object, path: str) -> Iterator[str]:
    """Paths of what was sent and is not in what the server would keep."""
    if isinstance(sent, dict) and isinstance(kept, dict):
        for name, one in sent.items():
            if name in kept:
                yield from lost(one, kept[name], f"{path}.{name}")
            elif one is not None:
                yield f"{path}.{name}"
    elif isinstance(sent, list) and isinstance(kept, list) and len(sent) == len(kept):
        for index, (one, other) in enumerate(zip(sent, kept, strict=True)):
            yield from lost(one, other, f"{path}[{index}]")
    elif sent != kept:
        yield path


def _of_object(value: dict[Any, Any], schema: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
    known, more = mapping(schema.get("properties")), schema.get("additionalProperties")
    takes_all = schema.get("x-kubernetes-preserve-unknown-fields") is True or more is True
    for name in sequence(schema.get("required")):
        if name not in value:
            yield f"{path}.{name} is missing"
    for name, one in value.items():
        place = f"{path}.{name!s:.80}"
        if name in known:
            yield from problems(one, mapping(known[name]), place, depth + 1)
        elif isinstance(more, dict):
            yield from problems(one, more, place, depth + 1)
        elif not takes_all:
            near = next((other for other in known if other.lower() == str(name).lower()), "")
            yield f"{place} is no field that this platform knows" + (f"; it is written {near}" if near else "")


def _of_range(value: object, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    allowed = sequence(schema.get("enum"))
    if allowed and value not in allowed:
        yield f"{path} is {value!r:.60}, but must be one of {', '.join(map(str, allowed)):.200}"
    if isinstance(value, str):
        pattern = text(schema.get("pattern"))
        if pattern and not _matches(pattern, value):
            yield f"{path} is {value!r:.60}, which does not match {pattern:.100}"
        if len(value) < (schema.get("minLength") or 0):
            yield f"{path} is shorter than {schema['minLength']} characters"
    elif _is_whole(value):
        bound = {"int32": _INT32, "int64": _INT64}.get(text(schema.get("format")), _INT64)
        if not -bound <= value < bound:  # type: ignore[operator]
            yield f"{path} is {value}, which is too large"
        elif isinstance(schema.get("minimum"), (int, float)) and value < schema["minimum"]:  # type: ignore[operator]
            yield f"{path} is {value}, but must be at least {schema['minimum']}"
        elif isinstance(schema.get("maximum"), (int, float)) and value > schema["maximum"]:  # type: ignore[operator]
            yield f"{path} is {value}, but must be at most {schema['maximum']}"


def _matches(pattern: str, value: str) -> bool:
    """The server's expressions are Go's; one that is none here is left to the server."""
    try:
        return re.search(pattern, value) is not None
    except re.error:
        return True


def _named(value: object) -> str:
    if value is None:
        return "null"
    return next((words for words, fits in _TYPES.values() if fits(value)), "of another type")
