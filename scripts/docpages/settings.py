# SPDX-License-Identifier: GPL-3.0-or-later
"""Every option of every role, from the argument specifications."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from docpages.markdown import code, container, page, section, semantic, table, words
from docpages.source import Source

PATH = "settings.md"
#: Ansible's types as a person says them; each can be followed by an s.
FORMS = {
    "str": "text", "path": "path", "int": "whole number", "float": "number", "bool": "switch", "dict": "mapping",
    "list": "list", "raw": "value",
}  # fmt: skip


def render(source: Source) -> str:
    """The page."""
    first = ("platform", *(name for name in source.roles if name != "platform"))
    return page(
        "Settings",
        "roles/*/meta/argument_specs.yml",
        "Every option of every role with its default. They are variables of the inventory, of a play, or of one run "
        "with `-e`. Those of role `platform` are shared by all roles and belong into the inventory of a platform.",
        *(section(f"Role {words(name)}", *_role(source.roles[name])) for name in first if name in source.roles),
    )


def _role(spec: dict[str, Any]) -> tuple[str, str]:
    options: dict[str, dict] = {}
    for entry in spec.values():
        options |= entry.get("options") or {}
    rows = [row for name, option in options.items() for row in _rows(name, option)]
    shown = container("wide", table(["option", "meaning"], rows)) if rows else "It has no options."
    return f"{words((spec.get('main') or {}).get('short_description', ''))}.", shown


def _rows(name: str, option: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """An option, and below it those inside it."""
    said = option.get("description", "")
    meaning = " ".join(map(semantic, said if isinstance(said, list) else [said]))
    if option.get("choices"):
        meaning += " One of " + ", ".join(code(one) for one in option["choices"]) + "."
    yield f"{code(name)}<br>{_form(option)}", f"{meaning}<br>{_default(option)}"
    for inner, suboption in (option.get("options") or {}).items():
        yield from _rows(f"{name}.{inner}", suboption)


def _form(option: dict[str, Any]) -> str:
    kind = FORMS.get(option.get("elements") or option.get("type", ""), "")
    return f"list of {kind}s" if option.get("elements") else kind


def _default(option: dict[str, Any]) -> str:
    if option.get("required"):
        return "*Required.*"
    value = option.get("default")
    if value is None:
        return "No default."
    if value in ("", [], {}):
        return "Default: empty."
    return f"Default: {code(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))}"
