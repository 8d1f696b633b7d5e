# SPDX-License-Identifier: GPL-3.0-or-later
from xml.etree import ElementTree

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import junit, record
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    error,
    event,
    finished,
    found,
    opened,
    runbook,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.hostile import hostile

RUN = "weekly_maintenance"


def suite(*events: dict, **more) -> ElementTree.Element:
    document = junit.render(record.build([opened(**more), *events]))
    (only,) = ElementTree.fromstring(document.encode())
    return only


def outcomes(*events: dict, **more) -> list[tuple[str, str, list[str]]]:
    cases = suite(*events, **more).iterfind("testcase")
    return [(case.get("classname"), case.get("name"), [child.tag for child in case]) for case in cases]


def test_each_step_and_each_finding_is_a_case():
    statuses = ("ok", "warning", "critical", "unknown")
    findings = [found(status, name=status, evidence="kubectl get x") for status in statuses]
    seen = outcomes(finished(1, "critical", findings=findings), event("closed", 9))
    assert seen == [
        (RUN, "Weekly maintenance", []),
        (f"{RUN}.steps", "1 Prune", ["system-out"]),
        (f"{RUN}.steps", "2 Look", ["skipped"]),
        (f"{RUN}.certificates", "Certificate argo/ok", ["system-out"]),
        (f"{RUN}.certificates", "Certificate argo/warning", ["system-out"]),
        (f"{RUN}.certificates", "Certificate argo/critical", ["failure"]),
        (f"{RUN}.certificates", "Certificate argo/unknown", ["error"]),
    ]


def test_the_suite_counts_its_cases():
    findings = [found(status) for status in ("ok", "warning", "critical", "critical", "unknown")]
    attributes = suite(finished(1, "critical", findings=findings), event("closed", 9)).attrib
    assert attributes == {
        "name": RUN,
        "hostname": "lab",
        "timestamp": "2026-11-21T08:00:00",
        "time": "9.0",
        "tests": "8",
        "failures": "2",
        "errors": "1",
        "skipped": "1",
    }


@pytest.mark.parametrize(
    ("events", "more", "run", "step"),
    [
        ([finished(1), event("closed", 9)], {}, [], ["system-out"]),
        ([finished(1, "failed", error=error()), event("closed", 9)], {}, ["error"], ["error"]),
        ([finished(1, "refused", error=error()), event("closed", 9)], {}, ["error"], ["error"]),
        ([event("refused", error=error("lab: no")), event("closed", 9)], {}, ["error"], ["skipped"]),
        ([event("step_started", number=1)], {}, ["error"], ["error"]),
        (
            [finished(1, "warning", findings=[found("warning")]), event("closed", 9)],
            {"runbook": runbook(fail_on="warning")},
            ["failure"],
            ["system-out"],
        ),
    ],
)
def test_a_run_that_does_not_end_well_is_no_pass(events, more, run, step):
    seen = outcomes(*events, **more)
    assert (seen[0][2], seen[1][2]) == (run, step)


def test_any_text_of_others_is_well_formed_and_deterministic():
    made, _history = hostile()
    document = junit.render(made)
    assert document == junit.render(made)
    (only,) = ElementTree.fromstring(document.encode())
    assert int(only.get("tests")) == len(only) == 1 + 1 + len(made["findings"])
    assert "<script" not in document
    assert only.find("testcase/failure").get("type") == "critical"


def test_a_finding_without_a_subject_is_called_by_its_check():
    bare = {**found("warning"), "subject": {"kind": "", "namespace": "", "name": ""}}
    assert outcomes(finished(1, findings=[bare]), event("closed", 9))[-1][1] == "certificates"
