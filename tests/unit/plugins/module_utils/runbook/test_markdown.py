# SPDX-License-Identifier: GPL-3.0-or-later
import re

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import compare, markdown, record, trends
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    error,
    event,
    finished,
    found,
    opened,
    runbook,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.hostile import NASTY, hostile
from markdown_it import MarkdownIt

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def tokens(document: str) -> list:
    found = []
    for token in PARSER.parse(document):
        found += [token, *(token.children or ())]
    return found


def text_of(document: str) -> str:
    """What is text and not code, where forges look for links, mentions and references."""
    return "\n".join(token.content for token in tokens(document) if token.type == "text")


def made(*events: dict, history=(), **more) -> str:
    return markdown.render(record.build([opened(**more), *events, event("closed", 9)]), list(history))


def test_the_same_record_gives_the_same_text():
    record, history = hostile()
    assert markdown.render(record, history) == markdown.render(record, history)


def test_text_of_others_is_nothing_but_text():
    document = markdown.render(*hostile())
    kinds = {token.type for token in tokens(document)}
    forbidden = {"html_block", "html_inline", "link_open", "image", "s_open", "em_open", "blockquote_open", "fence"}
    assert kinds & forbidden == set()
    assert "1234000" not in document
    assert re.findall(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", document) == []
    document.encode()


def test_nobody_is_mentioned_and_nothing_is_linked():
    words = text_of(markdown.render(*hostile()))
    assert "octocat" in words
    assert re.findall(r"@\w|#\d|GH-\d|www\.|://|mailto:", words) == []


def test_no_name_breaks_a_table():
    document = markdown.render(*hostile())
    widths, row = [], []
    for token in PARSER.parse(document):
        if token.type in ("th_open", "td_open"):
            row.append(token.type)
        elif token.type == "tr_close":
            widths.append(len(row))
            row = []
        elif token.type == "table_close":
            assert len(set(widths)) == 1
            widths = []
    # A bar that is not escaped would add cells, which the parser drops: so count them in the source too.
    for table in re.findall(r"(?:^\|.*\n)+", document, re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in table.splitlines()}
        assert len(cells) == 1
    headings = [token for token in PARSER.parse(document) if token.type == "heading_open"]
    assert [heading.tag for heading in headings].count("h1") == 1


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("a`b", "`a'b`"),
        ("a|b", "`a\\|b`"),
        ("a\\|b", "`a\\ \\|b`"),
        ("kubectl get x", "`kubectl get x`"),
        ("", ""),
        ("x\ny", "`x y`"),
        ("x" * 500, f"`{'x' * 399}…`"),
    ],
)
def test_code_can_be_copied(raw, shown):
    assert markdown.code(raw) == shown


def test_code_that_ends_in_a_backslash_stays_in_its_cell():
    row = f"| {markdown.code('a' + chr(92))} | b |"
    cells = [token for token in tokens(f"| x | y |\n| --- | --- |\n{row}") if token.type == "td_open"]
    assert len(cells) == 2


def test_a_run_reads_like_its_last_screen():
    findings = [
        found("critical", evidence="kubectl -n argo describe certificate webhooks-tls", runbook="health_check"),
        found("warning", "quotas", "pods"),
        *(found("unknown", "pods", str(n)) for n in range(200)),
        found(),
    ]
    data = {
        "checks": [{"name": "quotas", "title": "Quotas have room", "status": "warning", "warning": 1}],
        "tables": [{"title": "Nodes", "columns": ["Node", "Pods"], "rows": [["node-1", 12]], "more": 4}],
        "measures": [{"name": "a", "label": "Pods", "value": 92, "unit": "%", "limit": 85}],
    }
    step = finished(1, "critical", summary="webhooks-tls: 6 d left", findings=findings, data=data)
    whole = record.build([opened(runbook(after=["Close the ticket"]), check=True), step, event("closed", 9)])
    document = markdown.render(whole, trends.series([trends.kept(whole)]))
    for words in (
        "# Weekly maintenance · lab\n",
        "check, nothing was changed",
        "**1 critical · 1 warning · 200 unknown · 1 ok — CRITICAL**",
        "1. **certificates** `kubectl -n argo describe certificate webhooks-tls` `playbooks/health_check.yml`",
        "| 1 | Prune | critical | webhooks-tls: 6 d left | 0.0 s |",
        "| warning | `quotas` | Quotas have room | 0 | 1 | 0 | 0 |",
        "### 1 critical",
        "100 more in `2026-11-21T08-00-00Z.json`: pods 100",
        "| Pods | 92 % | first measurement | 85 % |",
        "## Nodes\n\n| Node | Pods |\n| --- | --- |\n| node-1 | 12 |\n\n4 more rows",
    ):
        assert words in document


def test_every_kind_of_run_has_a_document():
    refused = made(event("refused", error=error("lab: no rights")))
    assert "lab: no rights" in refused
    assert "Nothing was looked at." in refused
    assert "Nothing to report." in made()
    assert "- Close the ticket" in made(book=None, runbook=runbook(after=["Close the ticket"]))
    sides = made(event("verified", findings=[found("unknown", "workflow_controller")]))
    assert "| `workflow_controller` | not asked | unknown: webhooks-tls is unknown |" in sides


def test_what_has_changed_is_told_with_its_date():
    before = record.build([opened(started="2026-11-14T08:00:00Z"), finished(1), event("closed", 9)])
    now = record.build([opened(), finished(1, "warning", findings=[found("warning")]), event("closed", 9)])
    now["since"] = compare.since(before, now)
    document = markdown.render(now, [])
    assert "## Since 2026-11-14\n\n1 new\n" in document
    assert "| new | `certificates` | Certificate `argo/webhooks-tls` | – | warning |" in document
    now["since"] = compare.nothing(NASTY)
    assert "## Since the last run\n\nWarning: " in markdown.render(now, [])
