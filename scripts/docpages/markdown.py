# SPDX-License-Identifier: GPL-3.0-or-later
"""Small pieces of Markdown. Texts of others are made harmless here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

BANNER = "<!-- Made by scripts/sync-docs. Do not edit: change {source} and run it again. -->"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#$^~])")
_MARKUP = re.compile(r"\b(?:[VCOIBMPE]|RV)\(((?:[^()]|\([^()]*\))*)\)")
_PLAYBOOK = re.compile(r"\bplaybooks/(\w+)\.yml")
_MASK = re.compile(r"\\([()])")
_LINK = re.compile(r"\b([UL])\(((?:[^()]|\([^()]*\))*)\)")


def escape(text: str) -> str:
    """A text in which nothing is markup."""
    return _SPECIAL.sub(r"\\\1", text)


def words(text: object) -> str:
    """The same on one line."""
    return escape(" ".join(str(text).split()))


def prose(text: object) -> str:
    """A text of a runbook, in which playbooks/x.yml leads to the page of x."""
    parts = _PLAYBOOK.split(str(text))
    return " ".join(
        "".join(f"[{code(one)}]({one}.md)" if at % 2 else escape(one) for at, one in enumerate(parts)).split()
    )


def code(text: object) -> str:
    """A text as code on one line, whatever it holds; empty for an empty one."""
    line = " ".join(str(text).split())
    if not line:
        return ""
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def cell(text: str) -> str:
    """Markdown as it may stand in a table; a bar inside code must be masked too."""
    return re.sub(r"(?<!\\)\|", r"\\|", text)


def block(lines: Iterable[str], language: str = "sh") -> str:
    """Lines as a block of code."""
    text = "\n".join(lines)
    fence = "`" * max(3, max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown cells."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell(one) for one in line) + " |" for line in lines)


def bullets(texts: Iterable[str]) -> str:
    """A list of Markdown lines."""
    return "\n".join(f"- {text}" for text in texts)


def section(title: str, *parts: str, level: int = 2) -> str:
    """A heading with what stands below it; nothing at all without anything below."""
    below = [part for part in parts if part]
    return "\n\n".join([f"{'#' * level} {title}", *below]) if below else ""


def container(kind: str, text: str) -> str:
    """Text in a box that the style sheet knows by its kind."""
    return f"::::{{container}} {kind}\n\n{text}\n\n::::" if text else ""


def facts(rows: Iterable[Sequence[str]]) -> str:
    """A table of names and what they are."""
    return container("facts", table(["", ""], rows))


def page(title: str, source: str, *parts: str) -> str:
    """A whole generated page."""
    top = [BANNER.format(source=source), f"# {title}"]
    return "\n\n".join([*top, *(part for part in parts if part)]) + "\n"


def semantic(text: object) -> str:
    """A description with Ansible's markup, V(x), O(x), M(x), as Markdown."""
    found: list[str] = []

    def keep(markdown: str) -> str:
        found.append(markdown)
        return f"\0{len(found) - 1}\0"

    line = " ".join(str(text).split())
    line = _LINK.sub(lambda match: keep(words(match[2])), line)
    line = _MARKUP.sub(lambda match: keep(code(_MASK.sub(r"\1", match[1].split("#")[0]))), line)
    return re.sub(r"\0(\d+)\0", lambda match: found[int(match[1])], words(line))
