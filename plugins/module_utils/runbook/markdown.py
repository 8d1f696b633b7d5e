# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run as Markdown, for tickets and issues. Pure. Private API.

Text of others stays text: no table, heading, HTML, link, mention or reference to another issue comes from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import compare, details, outcome, screen, text
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series

MOST_WORDS = 400
_MARKUP = re.compile(r"([\\`*_\[\]<>#|&~$])")
# Forges make links of these in what is only text, and an escape does not stop them; an invisible break does.
_LINKS = re.compile(r"(@|#(?=\d)|(?<=\bwww)(?=\.)|\bGH(?=-\d)|:(?=//)|\bmailto(?=:))", re.IGNORECASE)
_BREAK = "\u200b"


def render(record: dict, history: list[Series]) -> str:
    """The document; the same record and history give the same text.

    :param history: how the measures of this run went from record to record, this one included
    """
    parts = [
        f"# {words(screen.title(record))} · {words(record['platform'])}",
        words(f"{screen.period(record)} · {screen.estimate(record)}")
        + (" · check, nothing was changed" if record["check"] else ""),
        f"**{words(record['verdict']['line'])}**",
        words(record["message"]),
        *_next(record),
        *_since(record),
        *_steps(record),
        *_checks(record),
        *_findings(record),
        *_sides(record),
        *_trends(history),
        *_tables(record),
        f"Record {code(record['id'])}, agent\\_platform.ops {words(record['version'])}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def words(value: object) -> str:
    """Text of others as nothing but text, in one line."""
    line = text.shorten(text.one_line(value), MOST_WORDS)
    return _MARKUP.sub(r"\\\1", _LINKS.sub(rf"\1{_BREAK}", line))


def code(value: object) -> str:
    """Text of others as code, which a person can copy as it is."""
    # A bar would end a cell also in code, and a grave accent the code; a backslash would undo the one before the bar.
    line = text.shorten(text.one_line(value), MOST_WORDS).replace("`", "'").replace("\\|", "\\ |").replace("|", "\\|")
    return f"`{line}`" if line else ""


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(columns)
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _next(record: dict) -> Iterator[str]:
    if record["next"]:
        yield "## What to do next"
        yield "\n".join(f"{number}. {_action(action)}" for number, action in enumerate(record["next"], 1))
    if record["after"]:
        yield "\n".join(f"- {words(habit)}" for habit in record["after"])


def _action(action: dict) -> str:
    told = code(action["text"]) if outcome.is_command(action["text"]) else words(action["text"])
    playbook = f" {code('playbooks/' + action['runbook'] + '.yml')}" if action["runbook"] else ""
    return f"**{words(action['subject'])}** {told}{playbook}"


def _since(record: dict) -> Iterator[str]:
    seen = details.since(record)
    if seen["note"]:
        yield "## Since the last run"
        yield f"Warning: {words(seen['note'])}"
    elif seen["line"]:
        yield f"## Since {seen['day']}"
        yield seen["line"] + (f", {text.number(seen['more'])} not shown" if seen["more"] else "")
        if seen["rows"]:
            yield _table(
                ("Change", "Check", "What", "Before", "Now"),
                (
                    (row["kind"], code(row["check"]), _subject(row["subject"]), row["before"] or "–", row["now"] or "–")
                    for row in seen["rows"]
                ),
            )


def _steps(record: dict) -> Iterator[str]:
    yield "## Steps"
    yield _table(
        ("#", "Step", "Status", "Result", "Time"),
        (
            (
                str(step["number"]),
                words(step["name"]),
                screen.word(step["status"], record["check"]),
                words(step["summary"]),
                text.took(step["seconds"]) if step["status"] != "skipped" else "–",
            )
            for step in record["steps"]
        ),
    )


def _checks(record: dict) -> Iterator[str]:
    rows = details.checks(record)
    if rows:
        yield "## Checks"
        yield _table(
            ("Status", "Check", "Title", "Critical", "Warning", "Unknown", "OK"),
            (
                (
                    row["status"],
                    code(row["name"]),
                    words(row["title"]),
                    *(text.number(row[word]) for word in ("critical", "warning", "unknown", "ok")),
                )
                for row in rows
            ),
        )


def _findings(record: dict) -> Iterator[str]:
    yield "## Findings"
    bad = [group for group in details.groups(record["findings"]) if group["status"] != "ok"]
    if not bad:
        blind = record["outcome"] == "refused" and not record["findings"]
        yield "Nothing was looked at." if blind else "Nothing to report."
    for group in bad:
        yield f"### {text.number(group['total'])} {group['status']}"
        yield _table(
            ("Check", "What", "Finding", "Evidence"),
            (
                (code(one["check"]), _subject(one["subject"]), words(one["message"]), code(one["evidence"]))
                for one in group["shown"]
            ),
        )
        if group["more"]:
            left = ", ".join(f"{words(one['check'])} {text.number(one['count'])}" for one in group["more"])
            total = group["total"] - len(group["shown"])
            yield f"{text.number(total)} more in {code(details.file(record))}: {left}"


def _sides(record: dict) -> Iterator[str]:
    rows = compare.sides(record)
    if rows:
        yield "## Before and after"
        yield _table(
            ("Check", "Before", "After"),
            ((code(row["check"]), _side(row["before"]), _side(row["after"])) for row in rows),
        )


def _side(side: dict | None) -> str:
    return f"{side['status']}: {words(side['message'])}" if side else "not asked"


def _trends(history: list[Series]) -> Iterator[str]:
    if history:
        yield "## Trends"
        rows = (details.measure(one) for one in sorted(history, key=lambda one: (-one.nearness, one.name)))
        yield _table(
            ("Measure", "Now", "Before", "Limit"),
            (
                (
                    words(row["label"]),
                    words(row["now"]),
                    words(row["before"] or row["note"]),
                    words(row["limit"] or "–"),
                )
                for row in rows
            ),
        )


def _tables(record: dict) -> Iterator[str]:
    for table in details.tables(record):
        yield f"## {words(table['title'])}"
        yield _table(map(words, table["columns"]), ([words(cell) for cell in row] for row in table["rows"]))
        if table["more"]:
            yield text.count(table["more"], "more row")


def _subject(about: dict) -> str:
    place = "/".join(part for part in (about["namespace"], about["name"]) if part)
    return " ".join(part for part in (words(about["kind"]), code(place)) if part)
