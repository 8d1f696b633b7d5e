# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.coderuns import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    HOUR,
    MINUTE,
    NASTY,
    ago,
    look,
    said,
)


def coderun(phase: object = None, written: float | None = None, old: float | None = HOUR, **meta: object) -> dict:
    status = {"phase": phase} | ({} if written is None else {"lastUpdate": ago(written)})
    created = {} if old is None else {"creationTimestamp": ago(old)}
    return {"metadata": {"namespace": "argo", "name": "x", **created, **meta}, "status": status}


@pytest.mark.parametrize(
    ("one", "status", "words"),
    [
        (coderun(), "critical", "no controller has picked it up for 60 min (limit 10 min)"),
        (coderun() | {"status": None}, "critical", "no controller has picked it up for 60 min (limit 10 min)"),
        (coderun(old=None), "unknown", "not picked up, and nothing says since when"),
        (coderun("Pending", HOUR), "warning", "pending for 60 min (limit 30 min)"),
        (coderun("Running", 5 * HOUR), "warning", "running, and nothing was written about it for 5 h (limit 4 h)"),
        (
            coderun("Running", None, 5 * HOUR),
            "warning",
            "running, and nothing was written about it for 5 h (limit 4 h)",
        ),
        (coderun("Running", None, None), "unknown", "running, and nothing says since when"),
        (coderun("Completed"), "unknown", "no controller writes the phase 'Completed'"),
        (coderun(NASTY), "unknown", f"no controller writes the phase {NASTY!r:.60}"),
        (coderun(7), "unknown", "status.phase is not text"),
        (coderun() | {"status": "Running"}, "unknown", "status is not an object"),
    ],
)
def test_one_that_does_not_move_is_told(one, status, words):
    found = look(CHECK, {"coderuns": [one]})
    assert said(found) == [(status, f"CodeRun argo/x: {words}")]
    assert found[0]["evidence"] == "kubectl -n argo describe coderun x"


def test_the_controllers_own_words_are_given():
    one = coderun("Pending", HOUR)
    one["status"]["message"] = "waiting for\nworkspace-cto"
    assert look(CHECK, {"coderuns": [one]})[0]["message"].endswith("(limit 30 min), waiting for workspace-cto")


def test_the_others_are_counted_by_state():
    runs = [
        coderun(old=5 * MINUTE),
        coderun("Pending", MINUTE),
        coderun("Running", HOUR, 9 * HOUR),
        coderun("Running", MINUTE),
        coderun("Succeeded"),
        coderun("Failed"),
        coderun("Running", 9 * HOUR, deletionTimestamp=ago(MINUTE)),
    ]
    states = "1 not picked up, 1 pending, 3 running, 1 succeeded, 1 failed"
    assert said(look(CHECK, {"coderuns": runs})) == [("ok", f"7 CodeRuns: {states}")]
    assert said(look(CHECK, {})) == [("ok", "there are no CodeRuns")]


def test_thresholds_can_be_changed():
    assert look(CHECK, {"coderuns": [coderun()]}, not_picked_up="2h")[0]["status"] == "ok"
    assert look(CHECK, {"coderuns": [coderun("Running", HOUR)]}, running="30m")[0]["status"] == "warning"
    assert look(CHECK, {"coderuns": [coderun("Pending", HOUR)]}, pending="2h")[0]["status"] == "ok"


@pytest.mark.parametrize(
    ("one", "runbook"),
    [(coderun(), "diagnose_coderun_not_started"), (coderun("Running", 5 * HOUR), "agent_health")],
)
def test_one_that_was_never_begun_is_diagnosed_otherwise_than_one_that_is_silent(one, runbook):
    assert look(CHECK, {"coderuns": [one]})[0]["runbook"] == runbook
