# SPDX-License-Identifier: GPL-3.0-or-later
"""The life cycle of role runbook around small roles of our own, without a cluster, in real playbook runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.support.commands import ROOT, environment, run

RESULT = {"summary": "said", "findings": [], "changes": {"total": 0, "rows": []}, "data": {}}
CRITICAL = {"check": "sky", "status": "critical", "subject": {"kind": "Sky", "name": "sky"}, "message": "it falls"}
ROLES = {
    "demo_look": {"main": [{"set_fact": {"demo_look_result": RESULT | {"summary": "as of {{ runbook_as_of }}"}}}]},
    "demo_act": {
        "main": [{"set_fact": {"demo_act_result": RESULT | {"summary": "{{ demo_act_word | default('default') }}"}}}],
        "undo": [{"copy": {"content": "undone", "dest": "{{ demo_folder }}/undone"}}],
        "fail_to_undo": [{"fail": {"msg": "it stays"}}],
    },
    "demo_break": {"main": [{"fail": {"msg": "it broke"}}]},
    "demo_mute": {"main": [{"debug": {"msg": "no result"}}]},
    "demo_store": {"main": [{"set_fact": {"demo_store_result": RESULT | {"summary": "{{ runbook_store }}"}}}]},
    "demo_find": {"main": [{"set_fact": {"demo_find_result": RESULT | {"findings": [CRITICAL]}}}]},
    "demo_wait": {"main": [{"command": "touch {{ demo_folder }}/waits"}, {"command": "sleep 30"}]},
}


class Run(NamedTuple):
    rc: int
    stdout: str
    records: list[dict[str, Any]]

    @property
    def record(self) -> dict[str, Any]:
        return self.records[-1]

    @property
    def steps(self) -> list[tuple[str, str]]:
        return [(step["status"], step["summary"]) for step in self.record["steps"]]


def step(role: str, name: str = "", **more: Any) -> dict[str, Any]:
    return {"name": name or role, "role": role, "expected": "x", "if_not": "look at the sky", **more}


class Bench:
    """A folder with a playbook, its roles, its inventory and its state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state"
        for role, entries in ROLES.items():
            for entry, tasks in entries.items():
                self._write(f"roles/{role}/tasks/{entry}.yml", tasks)
        local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        self._write("inventory.yml", {"platforms": {"hosts": {"lab": local}}})

    def playbook(self, *steps: dict[str, Any], **more: Any) -> list[str]:
        """The command that runs these steps as a runbook."""
        runbook = {
            "name": "try_it",
            "title": "Try it",
            "type": "maintenance",
            "purpose": "x",
            "owner": "x",
            "risk": "low",
            "writes": True,
            "lock": "none",
            "during_emergency_stop": True,
            "estimate": "10m",
            "reviewed": "2026-11-21",
            "steps": list(steps),
            **more,
        }
        variables = {"runbook": runbook, "platform_state_directory": str(self.state), "demo_folder": str(self.folder)}
        play = {"hosts": "platforms", "gather_facts": False, "vars": variables, "roles": ["agent_platform.ops.runbook"]}
        self._write("playbook.yml", [play])
        return ["ansible-playbook", "-i", str(self.folder / "inventory.yml"), str(self.folder / "playbook.yml")]

    def run(self, *steps: dict[str, Any], options: tuple[str, ...] = (), callback: bool = True, **more: Any) -> Run:
        done = run(*self.playbook(*steps, **more), *options, env=self.environment(callback), expect=None)
        records = [json.loads(path.read_text()) for path in sorted(self.state.glob("records/*/*/*.json"))]
        return Run(done.returncode, done.stdout, records)

    def environment(self, callback: bool = True) -> dict[str, str]:
        enabled = "callbacks_enabled = agent_platform.ops.summary\n" if callback else ""
        config = self.folder / "ansible.cfg"
        config.write_text(f"[defaults]\n{enabled}home = {ROOT}/.cache/ansible\nroles_path = roles\n")
        return environment(ANSIBLE_CONFIG=config, ANSIBLE_COLLECTIONS_PATH=ROOT / "playbooks" / "collections")

    def journals(self) -> list[Path]:
        return list(self.state.glob("journal/*/*/*"))

    def _write(self, name: str, content: Any) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content))


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def test_steps_run_in_order_and_get_the_moment_and_their_variables(bench):
    ran = bench.run(
        step("demo_look"),
        step("demo_act", "First", vars={"demo_act_word": "{{ 'from ' ~ inventory_hostname }}"}),
        step("demo_act", "Second", vars={"demo_act_word": "again"}),
        step("demo_mute"),
        step("demo_store"),
        step("demo_break", when="{{ 1 > 2 }}"),
        options=("-e", "runbook_as_of=2026-11-20T08:00:00Z"),
    )
    assert (ran.rc, ran.record["outcome"]) == (0, "finished")
    assert ran.steps == [
        ("ok", "as of 2026-11-20T08:00:00Z"),
        ("ok", "from lab"),
        ("ok", "again"),
        ("unknown", "the step gave no summary"),
        ("ok", f"file://{bench.state}"),
        ("skipped", "its condition does not hold"),
    ]
    assert ran.stdout.rstrip().endswith("1 unknown - UNKNOWN")
    assert "changed=0" in ran.stdout
    assert bench.journals() == []


def test_a_failed_step_stops_the_run_and_the_run_fails(bench):
    ran = bench.run(step("demo_break"), step("demo_look"), callback=False)
    assert (ran.rc, ran.record["outcome"]) == (2, "failed")
    assert ran.steps == [("failed", "it broke"), ("skipped", "not begun, step 1 failed")]
    assert ran.record["next"][0]["text"] == "look at the sky; then run it again with -e runbook_start_at=1"
    # Without the callback the role shows the last screen itself.
    assert '"no findings - FAILED"' in ran.stdout
    assert "rescued=1" in ran.stdout


def test_a_step_that_may_fail_lets_the_others_run_and_does_not_pass_for_an_earlier_call(bench):
    ran = bench.run(
        step("demo_act", "Good"),
        step("demo_act", "Bad", tasks_from="fail_to_undo", on_failure="continue"),
        step("demo_break", on_failure="continue"),
        step("demo_look"),
    )
    assert ran.rc == 2
    assert [status for status, _summary in ran.steps] == ["ok", "failed", "failed", "ok"]
    assert ran.record["steps"][1]["summary"] == "it stays"
    assert ran.stdout.rstrip().endswith("lab: step 2 failed: it stays (1 more step did not end well)")


def test_a_rollback_undoes_what_was_done_in_reverse_order(bench):
    ran = bench.run(
        step("demo_act", "A", rollback="undo"),
        step("demo_act", "B", rollback="fail_to_undo"),
        step("demo_break", on_failure="rollback"),
        step("demo_look"),
        step("demo_store", vars={"demo_store_sky": "blue"}),
        step("demo_look", "Last"),
    )
    assert ran.rc == 2
    assert [status for status, _summary in ran.steps] == ["ok", "ok", "failed", "skipped", "skipped", "skipped"]
    assert [(row["number"], row["ok"]) for row in ran.record["rollbacks"]] == [(2, False), (1, True)]
    assert (bench.folder / "undone").read_text() == "undone"


@pytest.mark.parametrize(
    ("more", "options", "sentence"),
    [
        ({"risk": "high"}, (), "lab: try_it has risk high and runbook_confirm is not set."),
        ({}, ("-e", "runbook_take_up=true"), "lab: runbook_take_up: there is no interrupted run"),
        (
            {"steps": [step("agent_platform.ops.nowhere")]},
            (),
            "lab: step 'agent_platform.ops.nowhere': there is no role",
        ),
        (
            {"steps": [step("agent_platform.ops.workflow_retention", "Prune", rollback="undo")]},
            (),
            "lab: step 'Prune': role agent_platform.ops.workflow_retention has no entry point undo.",
        ),
        ({"lock": "cluster"}, ("-e", "platform_kubeconfig=/nowhere"), "lab: kubeconfig /nowhere does not exist."),
        (
            {"inputs": [{"option": "demo_look_sky", "example": "blue", "required": True}]},
            (),
            "lab: try_it needs demo_look_sky. Add it to the command, for example -e demo_look_sky=blue.",
        ),
    ],
)
def test_a_refusal_touches_nothing_and_ends_with_one_sentence(bench, more, options, sentence):
    ran = bench.run(step("demo_look"), options=options, **more)
    assert (ran.rc, ran.record["outcome"]) == (2, "refused")
    assert ran.steps == [("skipped", "not begun")]
    assert ran.stdout.rstrip().splitlines()[-1].startswith(sentence)


def test_a_run_whose_conditions_ask_for_what_nobody_said_is_refused(bench):
    wanted = [{"option": "demo_look_sky", "example": "blue", "required": True}]
    ran = bench.run(step("demo_look", when="{{ demo_look_sky | default('') != '' }}"), inputs=wanted)
    assert (ran.rc, ran.record["outcome"]) == (2, "refused")
    assert ran.record["message"].startswith("lab: try_it needs demo_look_sky.")


def test_a_check_passes_the_risk_gate_and_leaves_a_record(bench):
    ran = bench.run(step("demo_look"), options=("--check",), risk="critical")
    assert (ran.rc, ran.record["check"], ran.record["outcome"]) == (0, True, "finished")


@pytest.mark.parametrize(
    ("fail_on", "options", "rc"), [("never", (), 0), ("critical", (), 2), ("warning", ("--check",), 2)]
)
def test_findings_fail_the_run_when_the_runbook_says_so(bench, fail_on, options, rc):
    ran = bench.run(step("demo_find"), options=options, fail_on=fail_on)
    assert (ran.rc, ran.record["outcome"], ran.record["fails"]) == (rc, "finished", rc == 2)
    sentence = f"lab: try_it found 1 critical finding (it fails on {fail_on})"
    assert ran.stdout.rstrip().splitlines()[-1] == (sentence if rc else "1 critical - CRITICAL")
    assert bench.journals() == []


def test_a_word_that_fail_on_does_not_know_is_refused(bench):
    ran = bench.run(step("demo_find"), fail_on="sometimes")
    assert ran.rc == 2
    assert "value of fail_on must be one of: never, warning, unknown, critical" in ran.stdout


def test_a_runbook_that_lacks_what_a_person_must_know_is_refused(bench):
    ran = bench.run({"name": "x", "role": "demo_look"})
    assert ran.rc == 2
    assert "missing required arguments: expected, if_not found in runbook -> steps" in ran.stdout
    assert ran.records == []


def test_a_state_folder_that_cannot_be_written_fails_the_run(bench):
    (bench.folder / "state").touch()
    ran = bench.run(step("demo_look"))
    assert ran.rc == 2
    assert "The journal of the run cannot be kept" in ran.stdout


def test_a_killed_run_is_taken_up_where_it_stopped(bench):
    steps = (step("demo_act"), step("demo_wait"), step("demo_look"))
    command = bench.playbook(*steps)
    killed = subprocess.Popen(command, env=bench.environment(), stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 60
    while not (bench.folder / "waits").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(killed.pid, signal.SIGKILL)
    killed.wait()
    (bench.folder / "roles" / "demo_wait" / "tasks" / "main.yml").write_text("[]")
    taken_up = bench.run(*steps, options=("-e", "runbook_take_up=true"))
    assert [record["outcome"] for record in taken_up.records] == ["interrupted", "finished"]
    assert taken_up.record["took_up"] == taken_up.records[0]["started"]
    assert [status for status, _summary in taken_up.steps] == ["skipped", "unknown", "ok"]
    assert taken_up.record["steps"][0]["summary"] == "done before"
    assert bench.journals() == []
