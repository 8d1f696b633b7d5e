# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of capacity and performance, and the maintenance of a month and a quarter, each under just its own rights."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.cluster import Namespace, ago, workflow
from tests.support.lab import Lab

PLATFORM = "lab"


class Planned:
    """Runs of one playbook with a store of their own, so that nothing of other tests counts as history."""

    def __init__(self, lab: Lab, name: str, store: Path, namespace: Namespace) -> None:
        self.lab, self.name, self.store = lab, name, store
        self.user = f"system:serviceaccount:agent-platform-ops:{name.replace('_', '-')}"
        self._given = {
            "platform_kubeconfig": str(lab.kubeconfig_of(name.replace("_", "-"))),
            "platform_store": str(store),
            "platform_namespaces": [namespace.name],
        }

    def run(self, *arguments: str, **options: Any) -> dict[str, Any]:
        """The record of a run that was carried out and wrote nothing to the platform."""
        position, before = self.lab.audit_position(), set(self.records())
        done = self.lab.run_playbook(self.name, "-e", json.dumps({**self._given, **options}), *arguments)
        assert done.rc == 0, done.stdout
        assert self.lab.writes(position, self.user) == []
        [new] = set(self.records()) - before
        record = json.loads(new.read_text())
        assert record["outcome"] == "finished"
        assert [step["name"] for step in record["steps"] if step["status"] in ("failed", "refused")] == []
        return record

    def records(self) -> list[Path]:
        return list(self.store.glob(f"records/*/{self.name}/*.json"))

    def report(self, record: dict[str, Any]) -> str:
        return (self.store / "records" / f"{record['id']}.html").read_text()


@pytest.fixture
def planned(lab: Lab, namespace: Namespace, tmp_path: Path):
    return lambda name: Planned(lab, name, tmp_path, namespace)


def remember(store: Path, weeks: int, **measures: Any) -> None:
    """Records of that many weeks, each measure as a function of the number of weeks ago."""
    folder = store / "records" / PLATFORM / "weekly_maintenance"
    folder.mkdir(parents=True)
    for week in range(weeks, 0, -1):
        started = (datetime.now(UTC) - timedelta(weeks=week)).strftime("%Y-%m-%dT%H:%M:%SZ")
        own = [
            {"name": f"capacity.{name}.percent", "label": name.title(), "unit": "%", "value": at(week), "limit": 85}
            for name, at in measures.items()
        ]
        record = {"id": "x", "started": started, "outcome": "finished", "steps": [{"data": {"measures": own}}]}
        (folder / f"{started.replace(':', '-')}.json").write_text(json.dumps(record))


def step(record: dict[str, Any], role: str) -> dict[str, Any]:
    return next(one for one in record["steps"] if one["role"].endswith(f".{role}"))


def test_the_capacity_report_tells_when_it_runs_out_and_what_has_no_history(planned) -> None:
    runs = planned("capacity_report")
    remember(runs.store, 9, growing=lambda week: 80 - 4 * week, flat=lambda week: 40)
    record = runs.run()
    ahead = {one["name"]: one for one in step(record, "capacity_projection")["data"]["projections"]}
    assert ahead["capacity.growing.percent"]["state"] == "growing"
    assert ahead["capacity.growing.percent"]["crossings"][1]["earliest"]
    assert ahead["capacity.flat.percent"]["state"] == "constant"
    # What the cluster is asked for is known for this one moment.
    assert ahead["capacity.memory.requested.percent"]["state"] == "not_enough_data"
    told = [(one["subject"]["name"], one["status"]) for one in step(record, "capacity_projection")["findings"]]
    assert ("capacity.growing.percent", "warning") in told
    assert ("", "unknown") in told
    assert '<figure class="outlook">' in runs.report(record)


def test_the_performance_report_tells_where_the_time_goes_and_twice_the_same(planned, namespace: Namespace) -> None:
    runs = planned("performance_report")
    made = []
    for number in range(6):
        one = workflow(f"play-{number}", finished=ago(days=3 * number))
        one["status"] |= {"startedAt": ago(days=3 * number, hours=6)}
        hold = {"displayName": "wait-pr-merged", "name": "x", "type": "Suspend", "phase": "Succeeded", "id": "hold"}
        hold |= {"boundaryID": "root", "startedAt": ago(days=3 * number, hours=5), "finishedAt": ago(days=3 * number)}
        root = {"displayName": "play", "name": f"play-{number}", "type": "DAG", "phase": "Succeeded", "id": "root"}
        one["status"]["nodes"] = {"root": root, "hold": hold}
        made.append(one)
    namespace.add(*made)
    first = step(runs.run(), "performance_review")
    again = step(runs.run("--check"), "performance_review")
    assert first["summary"].startswith("6 workflows ended · half within 6 h, nine of ten within 6 h · 0 % failed")
    assert "wait-pr-merged (hold, 100 %)" in first["summary"]
    assert first["summary"] == again["summary"]
    told = {one["check"]: one["status"] for one in first["findings"]}
    assert told["performance_duration"] == "warning"
    assert told["performance_trend"] == told["performance_agents"] == "unknown"
    assert {one["name"]: one["state"] for one in first["data"]["sources"]}["archive"] == "not asked"


@pytest.mark.parametrize("name", ["monthly_maintenance", "quarterly_maintenance"])
def test_a_planned_maintenance_looks_at_everything_and_changes_nothing(planned, name: str) -> None:
    runs = planned(name)
    record = runs.run("--check") if name == "monthly_maintenance" else runs.run()
    assert {one["status"] for one in record["steps"]} <= {"ok", "warning", "critical", "unknown"}
    assert record["lock"] is None
    # There is no backup in this store: that is never green.
    assert step(record, "restore_drill")["status"] in ("critical", "unknown")
    titles = {table["title"] for one in record["steps"] for table in one["data"].get("tables", ())}
    assert titles >= {"Outlook of capacity", "Sources", "Nodes"}
