# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings on the runbooks themselves, from what module runbook_info returned. Pure. Private API."""

from __future__ import annotations

from collections import defaultdict

from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import lint
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_findings
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.text import count

CHECK = "runbook_review"


def judge_all(answer: dict, warn_before: int) -> list[dict]:
    """One finding for each runbook, and for each file that declares none.

    :param answer: what the module returned, also when it failed
    :param warn_before: days before a review is due from which it is a warning
    """
    if not isinstance(answer.get("runbooks"), list):
        return [finding(CHECK, "unknown", subject("Runbook"), str(answer.get("msg") or "the runbooks were not read"))]
    if not answer["runbooks"] and not answer["findings"]:
        return [finding(CHECK, "unknown", subject("Runbook"), "no runbook was found; set runbook_review_paths")]
    by_file: dict[str, list[dict]] = defaultdict(list)
    for one in answer["findings"]:
        by_file[one["file"]].append(one)
    judged = [_judge(one, by_file.pop(one["file"], []), warn_before) for one in answer["runbooks"]]
    return judged + [_broken(_name(file), found) for file, found in by_file.items()]


def step_result(answer: dict, warn_before: int) -> dict:
    """The result of role runbook_review."""
    return of_findings(judge_all(answer, warn_before), "runbook")


def _judge(one: dict, found: list[dict], warn_before: int) -> dict:
    name, left = _name(one["file"]), one["review"]["days_left"]
    if found:
        return _broken(name, found)
    if left is None:
        return finding(CHECK, "unknown", subject("Runbook", name=name), f"{name}: nobody can tell when it was reviewed")
    due = f"{name}: the review is due in {left} d, on {one['review']['due']}"
    status = "warning" if left <= warn_before else "ok"
    return finding(CHECK, status, subject("Runbook", name=name), due, value=left, threshold=warn_before)


def _broken(name: str, found: list[dict]) -> dict:
    more = f" (and {count(len(found) - 1, 'finding')} more)" if len(found) > 1 else ""
    status = "unknown" if found[0]["rule"] == "readable" else "warning"
    message = f"{name}: {found[0]['message']}{more}"
    return finding(CHECK, status, subject("Runbook", name=name), message, evidence=lint.as_line(found[0]))


def _name(file: str) -> str:
    return file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
