# SPDX-License-Identifier: GPL-3.0-or-later
"""The architecture page: diagrams, and the matrix of components."""

from __future__ import annotations

from typing import Any

from docpages import diagram
from docpages.markdown import container, page, section, table, words
from docpages.source import Source

PATH = "architecture.md"
HEAD = ("component", "what it does", "sets off", "depends on")
KINDS = {"outside": "Outside, not ours to operate", "platform": "The platform", "ours": "This collection"}


def render(source: Source) -> str:
    """The page; its drawings are files of their own."""
    components = source.architecture["components"]
    return page(
        "Architecture",
        "docs/architecture.yml",
        "What the platform and this collection are made of, and how they depend on each other. In the drawings a "
        "dashed frame is outside, and a dashed arrow is an answer.",
        *(_figure(one) for one in source.architecture["diagrams"]),
        section("Component matrix", _matrix(components)),
        section("When one fails", _failures(components)),
    )


def drawings(source: Source) -> dict[str, str]:
    """SVG by its file below docs/."""
    return {image(one): draw(one, source.architecture["components"]) for one in source.architecture["diagrams"]}


def draw(one: dict[str, Any], components: dict[str, dict]) -> str:
    return diagram.svg(made(one, components), one["title"], one["text"])


def made(one: dict[str, Any], components: dict[str, dict]) -> diagram.Layout:
    """Its layout; a diagram may have steps that are no components."""
    return diagram.layout(one, {**components, **one.get("steps", {})})


def image(one: dict[str, Any]) -> str:
    return f"images/architecture-{one['id']}.svg"


def _figure(one: dict[str, Any]) -> str:
    drawing = f"```{{raw}} html\n:file: {image(one)}\n```"
    return section(words(one["title"]), words(one["text"]), container("diagram", drawing))


def _matrix(components: dict[str, dict]) -> str:
    def names(ids: list[str]) -> str:
        return ", ".join(words(components[one]["name"]) for one in ids) or "–"

    parts = []
    for kind, title in KINDS.items():
        rows = [
            (f"**{words(one['name'])}**", words(one["does"]), names(one["triggers"]), names(one["needs"]))
            for one in components.values()
            if one.get("kind", "platform") == kind
        ]
        parts.append(section(title, container("wide", table(HEAD, rows)), level=3))
    return "\n\n".join(parts)


def _failures(components: dict[str, dict]) -> str:
    rows = [
        (
            words(one["name"]),
            words(one["fails"]),
            ", ".join(f"[{words(name)}](checks.md#{name})" for name in one["checks"]),
        )
        for one in components.values()
    ]
    return container("wide", table(["component", "when it fails", "seen by check"], rows))
