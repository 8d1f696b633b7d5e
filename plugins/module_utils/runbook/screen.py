# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last screen of a run: fixed widths, steps in order, verdict last. Pure. Private API."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import compare, details, text

NAME, STATUS, SUMMARY, TIME = 50, 10, 48, 9
MOST_NEXT = 5
MOST_WORDS, MOST_SENTENCE = 300, 2000
_NAMES = {"argo": "Argo", "coderun": "CodeRun", "kubernetes": "Kubernetes", "oom": "OOM"}


def render(record: dict, report: str = "") -> list[str]:
    """The lines; the last one is the verdict, or the sentence that says why the run did not finish.

    :param report: where the HTML report lies
    """
    lines = [_heading(record), *(_step(step, record["check"]) for step in record["steps"])]
    compared = compare.line(record["since"])
    if compared:
        lines.append(f"Since  {details.day(record, record['since']['started'])}: {compared}")
    for label, action in zip(["Next", *[""] * (MOST_NEXT - 1)], record["next"], strict=False):
        lines.append(f"{label:6} {_action(action)}")
    more = len(record["next"]) - MOST_NEXT
    if more > 0:
        lines.append(f"{'':6} … {text.count(more, 'more action')} in the report")
    if report:
        lines.append(f"Report {report}")
    lines.append(record["verdict"]["line"])
    if record["message"]:
        lines.append(text.shorten(text.one_line(record["message"]), MOST_SENTENCE))
    return lines


def title(record: dict) -> str:
    """The runbook's name as words: upgrade_argo_workflows -> "Upgrade Argo workflows"."""
    first, *others = record["runbook"]["name"].split("_")
    return " ".join([first.capitalize(), *(_NAMES.get(word, word) for word in others)])


def period(record: dict) -> str:
    """ "2026-11-21 08:00–08:01 UTC", with the second date where it is another one."""
    start, end = record["started"], record["finished"]
    day = "" if start[:10] == end[:10] else f"{end[:10]} "
    return f"{start[:10]} {start[11:16]}–{day}{end[11:16]} UTC"


def estimate(record: dict) -> str:
    """ "48 s (estimate 10 min)"."""
    seconds = record["runbook"].get("estimate_seconds")
    expected = f" (estimate {text.duration(seconds)})" if seconds else ""
    return f"{text.duration(record['seconds'])}{expected}"


def word(status: str, check: bool) -> str:
    """The status as it is shown: what a check run would change is planned."""
    return "planned" if check and status == "changed" else status


def _heading(record: dict) -> str:
    parts = [title(record), record["platform"], period(record), estimate(record)]
    if record["check"]:
        parts.append("check, nothing was changed")
    return " · ".join(parts)


def _step(step: dict, check: bool) -> str:
    name = text.shorten(text.one_line(step["name"]), NAME - 4) + " "
    summary = _summary(text.one_line(step["summary"]))
    spent = text.took(step["seconds"]) if step["status"] != "skipped" else "-"
    return (
        f"{step['number']:>2} {name:.<{NAME}} {word(step['status'], check):{STATUS}} {summary:{SUMMARY}}{spent:>{TIME}}"
    )


def _action(action: dict) -> str:
    playbook = f" / playbooks/{action['runbook']}.yml" if action["runbook"] else ""
    told = text.shorten(text.one_line(f"{action['subject']}: {action['text']}"), MOST_WORDS)
    return text.one_line(f"{told}{playbook}")


def _summary(summary: str) -> str:
    """The summary in its column; how many more there are stays to be seen."""
    lead, dot, last = summary.rpartition(" · ")
    tail = f"{dot}{last}" if last.endswith(" more") else ""
    return text.shorten(lead if tail else summary, SUMMARY - len(tail)) + tail
