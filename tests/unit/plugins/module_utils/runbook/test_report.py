# SPDX-License-Identifier: GPL-3.0-or-later
import re

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import record, report
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    error,
    event,
    finished,
    found,
    opened,
    runbook,
    step,
)

HOSTILE = "{{ 1234 * 1000 }}<script>alert(1)</script>\"'&{% raw %}"


def page(*events: dict, **more) -> str:
    return report.render(record.build([opened(**more), *events]), [])


def test_the_same_record_gives_the_same_bytes():
    events = (finished(1, "warning", findings=[found("warning"), found()]), event("closed", 9))
    assert page(*events) == page(*events)


def test_names_and_messages_are_neither_markup_nor_templates():
    findings = [found("critical", HOSTILE, HOSTILE, evidence=HOSTILE, runbook=HOSTILE)]
    along = [{"kind": HOSTILE, "name": HOSTILE}]
    about = {"kind": "Workflow", "namespace": HOSTILE, "name": HOSTILE}
    row = {"action": "delete", "subject": about, "detail": HOSTILE, "reason": HOSTILE, "goes_along": along}
    changes = {"total": 1, "rows": [row], "rows_file": HOSTILE}
    failed = finished(1, "failed", summary=HOSTILE, findings=findings, changes=changes, error=error(HOSTILE))
    made = page(failed, event("closed", 9), runbook=runbook(step(HOSTILE, if_not=HOSTILE), title=HOSTILE), who=HOSTILE)
    assert "<script" not in made
    assert "1234000" not in made
    assert made.count("{{ 1234 * 1000 }}&lt;script&gt;alert(1)&lt;/script&gt;") > 10


def test_what_is_left_for_a_person_is_shown():
    assert "Close the ticket" in page(event("closed", 9), runbook=runbook(after=["Close the ticket"]))


def test_it_needs_no_network():
    made = page(finished(1), event("closed", 9))
    assert re.findall(r"(?:src|href)=\"([^\"]*)\"", made) == ["2026-11-21T08-00-00Z.json"]
    assert "url(" not in made
    assert "@import" not in made
    assert "http" not in made


def test_worst_findings_come_first_and_good_ones_are_folded():
    findings = [found("ok", name="good"), found("warning", name="soon"), found("critical", name="now")]
    made = page(finished(1, "critical", findings=findings), event("closed", 9))
    table = made[made.index("<h2>Findings") :]
    assert table.index("argo/now") < table.index("argo/soon") < table.index("<summary>1 ok") < table.index("argo/good")


def test_many_rows_are_cut_with_the_place_of_the_others():
    rows = [{"action": "delete", "subject": {"kind": "Workflow", "name": f"w-{n}"}, "detail": ""} for n in range(1000)]
    changes = {"total": 1204, "rows": rows, "rows_file": "/state/rows.jsonl"}
    counts = [{"what": "within retention", "count": 324}]
    made = page(finished(1, "changed", changes=changes, data={"counts": counts}), event("closed", 9))
    assert "w-49" in made
    assert "w-50" not in made
    assert "1,154 more in <code>/state/rows.jsonl</code>" in made
    assert "<b>324</b> within retention" in made


@pytest.mark.parametrize(
    ("events", "more", "words"),
    [
        ([event("refused", error=error("lab: no rights")), event("closed", 1)], {}, ["refused", "lab: no rights"]),
        ([event("step_started", number=1)], {}, ["interrupted", "runbook_take_up=true"]),
        ([finished(1, "changed"), event("closed", 1)], {"check": True}, ["planned", "nothing was changed"]),
        (
            [event("rolled_back", number=1, ok=False, error=error("stuck")), event("closed", 1)],
            {},
            ["not undone: stuck"],
        ),
        ([event("closed", 1)], {}, ["Nothing to report."]),
    ],
)
def test_every_kind_of_run_has_a_page(events, more, words):
    made = page(*events, **more)
    assert [word for word in words if word not in made] == []
