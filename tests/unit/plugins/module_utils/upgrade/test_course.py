# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import course

NOTE = {"schema": 1, "from": "v1.34.4", "to": "v1.35.4", "snapshot": "2026-11-21T08-00-00Z"}
UP, DOWN = {"version": "v1.34.4", "answers": True}, {"version": "v1.35.4", "answers": False}


@pytest.mark.parametrize(
    ("phase", "facts", "target", "kind"),
    [
        ("", UP, "v1.35.4", "fresh"),
        ("secured", UP, "v1.35.4", "fresh"),
        ("done", UP, "v1.35.4", "fresh"),
        ("rolled_back", UP, "v1.35.4", "fresh"),
        ("moving", UP, "v1.35.4", "continue"),
        ("moving", DOWN, "v1.35.4", "continue"),
        ("moving", UP, "v1.35.5", "refused"),
        ("rolling_back", UP, "v1.35.4", "finish_rollback"),
        ("rolling_back", DOWN, "v1.36.0", "finish_rollback"),
        ("", DOWN, "v1.35.4", "refused"),
        ("done", DOWN, "v1.35.4", "refused"),
        ("secured", {}, "v1.35.4", "refused"),
    ],
)
def test_whatever_a_killed_run_left_is_taken_up(phase, facts, target, kind) -> None:
    note = {**NOTE, "phase": phase} if phase else {}
    assert course.decide(note, facts, target).kind == kind


def test_a_target_that_is_no_version_is_refused() -> None:
    with pytest.raises(OpsError, match="upgrade_kubernetes_version"):
        course.decide({}, UP, "latest")


@pytest.mark.parametrize(
    ("note", "snapshot", "kind", "words"),
    [
        ({**NOTE, "phase": "done"}, NOTE["snapshot"], "finish_rollback", "back to v1.34.4"),
        ({**NOTE, "phase": "moving"}, NOTE["snapshot"], "finish_rollback", "back to v1.34.4"),
        ({**NOTE, "phase": "rolling_back"}, NOTE["snapshot"], "finish_rollback", "back to v1.34.4"),
        ({**NOTE, "phase": "done"}, "newest", "refused", NOTE["snapshot"]),
        ({**NOTE, "phase": "rolled_back"}, NOTE["snapshot"], "refused", "nothing to go back from"),
        ({**NOTE, "phase": "secured"}, NOTE["snapshot"], "refused", "nothing to go back from"),
        ({}, "newest", "refused", "no upgrade"),
    ],
)
def test_the_way_back_is_confirmed_by_the_id_of_its_snapshot(note, snapshot, kind, words) -> None:
    found = course.way_back(note, snapshot)
    assert found.kind == kind
    assert words in found.message


@pytest.mark.parametrize("what", ["", "Kubernetes", "../locks", "a/b"])
def test_a_note_stays_in_its_folder(what) -> None:
    with pytest.raises(OpsError, match="what: "):
        course.key("lab", what)


def test_a_note_is_changed_field_by_field_and_has_a_phase() -> None:
    assert course.key("lab", "kubernetes") == "upgrades/lab/kubernetes.json"
    assert course.changed(NOTE, {"phase": "moving"}) == {**NOTE, "phase": "moving"}
    with pytest.raises(OpsError, match="phase 'gone' is none of secured, moving"):
        course.changed(NOTE, {"phase": "gone"})
