# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of runbooks: all of them with a box to filter, and which alert calls for which."""

from __future__ import annotations

from docpages import runbooks
from docpages.markdown import bullets, code, container, page, section, table, words
from docpages.source import Source

PATH = "runbooks/index.md"
HEAD = ("runbook", "type", "risk", "writes", "owner", "estimate", "reviewed")


def render(source: Source) -> str:
    """The page."""
    described = sorted(source.runbooks, key=lambda one: one.text("title").lower())
    return page(
        "Runbooks",
        "the playbooks",
        "A runbook is one playbook. Type a word to filter: a symptom, an alert, an owner, a risk.",
        "```{raw} html\n:file: ../_static/filter.html\n```",
        container("catalogue wide", table(HEAD, map(runbooks.meta, described))),
        section("What to use when", *(_when(one) for one in described)),
        section("Which alert calls for which", _named(described, "alerts", "alert")),
        section("Dashboards", _named(described, "dashboards", "dashboard")),
        section("What the checks of a health check call for", _treated(source)),
        "```{toctree}\n:hidden:\n\n" + "\n".join(sorted(one.stem for one in source.runbooks)) + "\n```",
    )


def _link(stem: str) -> str:
    return f"[{stem}]({stem}.md)"


def _when(one: runbooks.Description) -> str:
    return f"**[{words(one.text('title'))}]({one.stem}.md)**\n\n{bullets(map(runbooks.prose, one.texts('use_when')))}"


def _named(described: list[runbooks.Description], field: str, head: str) -> str:
    by_name: dict[str, list[str]] = {}
    for one in described:
        for name in one.texts(field):
            by_name.setdefault(name, []).append(_link(one.stem))
    shown = code if field == "alerts" else words
    rows = [(shown(name), ", ".join(links)) for name, links in sorted(by_name.items())]
    return table([head, "runbook"], rows) if rows else ""


def _treated(source: Source) -> str:
    known = {one.stem for one in source.runbooks}
    treated = [check for check in source.checks if check.runbook in known]
    rows = [(f"[{words(one.title)}](../checks.md#{one.name})", _link(one.runbook)) for one in treated]
    return table(["does not hold", "runbook"], rows) if rows else ""
