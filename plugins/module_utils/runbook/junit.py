# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run as JUnit XML, for what draws test results. Pure. Private API.

One suite for the runbook, with one case for the run, one for each step and one for each finding. Unknown is an error:
nobody could look. The same record gives the same bytes.
"""

from __future__ import annotations

from xml.etree import ElementTree

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import outcome, screen, text

FAILURES = {"critical": "failure", "unknown": "error"}


def render(record: dict) -> str:
    """The document."""
    runbook = record["runbook"]["name"]
    suite = ElementTree.Element(
        "testsuite",
        {
            "name": text.one_line(runbook),
            "hostname": text.one_line(record["platform"]),
            "timestamp": record["started"].removesuffix("Z"),
            "time": f"{record['seconds']:.1f}",
        },
    )
    _run(suite, record)
    for step in record["steps"]:
        _step(suite, f"{runbook}.steps", step)
    for one in record["findings"]:
        _finding(suite, runbook, one)
    kinds = {
        "tests": "testcase",
        "failures": "testcase/failure",
        "errors": "testcase/error",
        "skipped": "testcase/skipped",
    }
    for attribute, path in kinds.items():
        suite.set(attribute, str(len(suite.findall(path))))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _run(suite: ElementTree.Element, record: dict) -> None:
    """The run itself: it fails by what it found, and a run that did not finish is an error, however its steps were."""
    runbook = record["runbook"]["name"]
    case = _case(suite, runbook, screen.title(record), record["seconds"])
    if record["outcome"] != "finished":
        _note(case, "error", record["message"], record["outcome"])
    elif record["fails"]:
        _note(case, "failure", record["message"], record["verdict"]["status"])


def _step(suite: ElementTree.Element, classname: str, step: dict) -> None:
    case = _case(suite, classname, f"{step['number']} {step['name']}", step["seconds"])
    if step["status"] in outcome.FAILED:
        _note(case, "error", step["summary"], step["status"])
    elif step["status"] == "skipped":
        _note(case, "skipped", step["summary"])
    else:
        _output(case, step["summary"])


def _finding(suite: ElementTree.Element, runbook: str, one: dict) -> None:
    about = one["subject"]
    place = "/".join(part for part in (about["namespace"], about["name"]) if part)
    case = _case(suite, f"{runbook}.{one['check']}", f"{about['kind']} {place}".strip() or one["check"], 0)
    if one["status"] in FAILURES:
        _note(case, FAILURES[one["status"]], one["message"], one["status"], one["evidence"])
    else:
        _output(case, f"{one['status']}: {one['message']}")


def _case(suite: ElementTree.Element, classname: str, name: str, seconds: float) -> ElementTree.Element:
    fields = {"classname": text.one_line(classname), "name": text.one_line(name), "time": f"{seconds:.1f}"}
    return ElementTree.SubElement(suite, "testcase", fields)


def _note(case: ElementTree.Element, tag: str, message: str, kind: str = "", body: str = "") -> None:
    fields = {"message": text.one_line(message)} | ({"type": kind} if kind else {})
    ElementTree.SubElement(case, tag, fields).text = text.one_line(body) or None


def _output(case: ElementTree.Element, words: str) -> None:
    ElementTree.SubElement(case, "system-out").text = text.one_line(words)
