# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the site in one folder, with links that lead there: docs/, pages elsewhere, and the reference."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection

#: Pages outside of docs/, by their place in the site.
ELSEWHERE = {
    "README.md": "readme.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "tests/README.md": "tests.md",
}
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!\w+:|#|//)([^)\s#]+)(#[^)\s]*)?\)")
_LABEL = re.compile(r"^\.\. _([\w.-]+):", re.MULTILINE)
_REF = re.compile(r":ref:`(?:([^`<]*?)\s*<)?([\w./-]+)>?`")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`)", re.DOTALL)


def place(path: str) -> str:
    """Where a file of the checkout stands in the site; empty where it does not."""
    if path in ELSEWHERE:
        return ELSEWHERE[path]
    return path.removeprefix("docs/") if path.startswith("docs/") else ""


def relink(text: str, path: str) -> str:
    """The page with its relative links as they are in the site; what is not in the site becomes its path as code.

    :param path: the page in the checkout, such as tests/README.md
    """
    parts = _CODE.split(text)
    return "".join(
        part if index % 2 else _LINK.sub(lambda match: _link(match, path), part) for index, part in enumerate(parts)
    )


def labels(text: str) -> set[str]:
    """The places of a reStructuredText page that others can lead to."""
    return set(_LABEL.findall(text))


def unlink(text: str, known: Collection[str]) -> str:
    """A reStructuredText page without references to what is not in the site, such as Ansible's own documentation."""
    return _REF.sub(lambda match: match[0] if match[2] in known else (match[1] or match[2]), text)


def _link(match: re.Match[str], path: str) -> str:
    image, shown, target, anchor = match[1], match[2], match[3], match[4] or ""
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
    there = place(whole)
    if not there:
        return shown if shown.strip("`") == whole else f"{shown} (`{whole}`)"
    return f"{image}[{shown}]({posixpath.relpath(there, posixpath.dirname(place(path)) or '.')}{anchor})"
