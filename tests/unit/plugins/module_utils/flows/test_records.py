# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import records
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import trends
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store, open_store


def record(day: int, outcome: str = "finished", runbook: str = "health_check", value: float = 1.0) -> dict:
    started = f"2026-11-{day:02}T08:00:00Z"
    measure = {"name": "a", "label": "A", "value": value, "unit": "", "limit": None}
    finding = {"check": "c", "status": "warning", "subject": {"kind": "Pod", "name": f"d{day}"}, "message": "m"}
    step = {"role": "r", "status": "warning", "findings": [finding], "data": {"measures": [measure]}}
    return {
        "id": f"lab/{runbook}/{started.replace(':', '-')}",
        "platform": "lab",
        "runbook": {"name": runbook},
        "started": started,
        "outcome": outcome,
        "steps": [step],
        "verified": [],
    }


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path))


def put(store: Store, *made: dict) -> None:
    for one in made:
        store.put(f"records/{one['id']}.json", json.dumps(one).encode())


def days(found: list[dict]) -> list[int]:
    return [int(one["started"][8:10]) for one in found]


def test_the_newest_come_oldest_first(store):
    put(store, *(record(day) for day in range(1, 28)))
    assert days(records.earlier(store, "lab", "health_check", most=20)) == list(range(8, 28))
    assert days(records.earlier(store, "lab", "health_check", before="2026-11-04T08:00:00Z")) == [1, 2, 3]


def test_runbooks_and_platforms_are_told_apart(store):
    put(store, record(1), record(2, runbook="weekly_maintenance"), record(3, runbook="health_check_2"))
    assert days(records.earlier(store, "lab", "health_check")) == [1]
    assert days(records.earlier(store, "lab")) == [1, 2, 3]
    assert records.earlier(store, "other") == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff", b"{}", b'{"started": 1}', b'{"id": "x", "started": "x", "steps": [1]}'],
)
def test_a_record_that_cannot_be_read_is_a_gap(store, content):
    put(store, record(1), record(3))
    store.put("records/lab/health_check/2026-11-02T08-00-00Z.json", content)
    assert days(records.earlier(store, "lab", "health_check", most=2)) == [1, 3]


def test_reports_beside_the_records_are_not_read(store):
    put(store, record(1))
    store.put("records/lab/health_check/2026-11-02T08-00-00Z.html", b"<html>")
    assert days(records.earlier(store, "lab", "health_check")) == [1]


def test_huge_records_are_not_read_without_end(store, monkeypatch):
    put(store, *(record(day) for day in range(1, 28)))
    monkeypatch.setattr(records, "MOST_BYTES", 1)
    assert days(records.earlier(store, "lab", "health_check")) == list(range(28 - records.AT_ONCE, 28))


def test_only_what_is_asked_for_is_kept(store):
    put(store, record(1), record(2))
    assert all("id" not in one for one in records.earlier(store, "lab", "health_check", keep=trends.kept))


def test_the_last_run_is_the_newest_that_was_carried_out(store):
    put(store, record(1), record(2), record(3, "failed"), record(4, "refused"), record(5))
    last = records.previous(store, record(5))
    assert (last or {}).get("started") == "2026-11-02T08:00:00Z"
    assert records.previous(store, record(1)) is None


def test_the_last_run_about_one_of_many_is_one_about_the_same(store):
    def about(day, name):
        made = record(day)
        made["steps"][0]["data"] = {"about": name}
        return made

    put(store, about(1, "Workflow argo/a"), about(2, "Workflow argo/b"), record(3))
    assert records.previous(store, about(4, "Workflow argo/a"))["started"] == "2026-11-01T08:00:00Z"
    assert records.previous(store, about(4, "Workflow argo/c")) is None
    assert records.previous(store, record(4))["started"] == "2026-11-03T08:00:00Z"


def test_a_run_looks_back_at_the_last_one_and_at_its_measures(store):
    put(store, record(1, value=1), record(8, "failed", value=2), record(15, "refused", value=3))
    since, (series,) = records.look_back(store, record(22, value=4))
    assert since["started"] == "2026-11-01T08:00:00Z"
    assert since["counts"]["new"] == since["counts"]["gone"] == 1
    assert [value for _moment, value in series.points] == [1, 2, 3, 4]


def test_the_first_run_has_nothing_to_look_back_at(store):
    since, (series,) = records.look_back(store, record(1))
    assert (since["id"], since["note"], series.known) == ("", "", 1)


class Unreadable:
    """A store in which one may write and not list."""

    def keys(self, prefix: str) -> list[str]:
        raise OpsError("forbidden", f"cannot list s3://bucket/{prefix}: denied")


def test_a_store_that_cannot_be_listed_is_told(store):
    since, (series,) = records.look_back(Unreadable(), record(1))
    assert since["note"] == (
        "the earlier records could not be read: cannot list s3://bucket/records/lab/health_check/: denied"
    )
    assert series.known == 1


def test_a_refused_run_looked_at_nothing_and_does_not_ask(store):
    since, _series = records.look_back(Unreadable(), record(1, "refused"))
    assert since["note"] == ""


def test_records_of_a_rare_runbook_are_found_among_many_others(store):
    put(store, record(1, runbook="monthly"), *(record(day) for day in range(2, 28)), record(28, runbook="weekly"))
    assert days(records.together(store, "lab", ["weekly", "monthly", "weekly"], most=5)) == [1, 28]
    assert days(records.together(store, "lab", [], most=3, before="2026-11-28T00:00:00Z")) == [25, 26, 27]
    assert records.together(store, "lab", ["nobody"]) == []
