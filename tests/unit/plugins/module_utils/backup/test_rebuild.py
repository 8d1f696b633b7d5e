# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import rebuild

MARK = "ops.agent-platform/restored-from"
OWN = [{"metadata": {"name": name}} for name in ("default", "kube-system", "kube-public", "kube-node-lease")]
BEGUN = [{"metadata": {"name": "argo", "annotations": {MARK: "2026-11-21T08-00-00Z"}}}]
OTHER = [{"metadata": {"name": "shop"}}]


@pytest.mark.parametrize(
    ("namespaces", "said", "existing", "safety", "refused"),
    [
        (OWN, "", "replace_all", False, False),
        (OWN, "leave", "leave", False, False),
        (OWN + BEGUN, "", "leave", False, False),
        (OWN + OTHER, "", "replace_all", True, True),
        (OWN + BEGUN + OTHER, "", "leave", True, True),
        (OWN + OTHER, "leave", "leave", True, False),
        (OWN + OTHER, "replace_all", "replace_all", True, False),
    ],
)
def test_only_an_empty_control_plane_is_written_to_without_a_word(namespaces, said, existing, safety, refused):
    judged = rebuild.judge(namespaces, said, [])
    assert (judged["existing"], judged["safety_backup"], bool(judged["refusal"])) == (existing, safety, refused)
    assert judged["result"]["findings"][0]["status"] == ("critical" if refused else "ok")
    assert judged["result"]["changes"]["total"] == 0


def test_what_is_there_is_named_as_far_as_it_is_readable():
    many = [{"metadata": {"name": f"team-{number:02}"}} for number in range(30)]
    refusal = rebuild.judge(many, "", [])["refusal"]
    assert "team-00, team-01" in refusal
    assert "team-09 and 20 more, which no restore wrote" in refusal
    assert "restore_existing=leave" in refusal


@pytest.mark.parametrize("odd", [None, {}, {"metadata": None}, {"metadata": {"name": 5, "annotations": []}}, "x"])
def test_what_cannot_be_read_is_not_empty(odd):
    assert rebuild.judge([odd], "", [])["refusal"]


@pytest.mark.parametrize("status", ["critical", "unknown"])
def test_a_backup_that_is_not_proved_is_refused_whatever_was_said(status):
    verified = [{"status": "ok", "message": "fine"}, {"status": status, "message": "part {{ x }} is cut short"}]
    judged = rebuild.judge(OWN, "replace_all", verified)
    assert "The backup is not proved: part {{ x }} is cut short." in judged["refusal"]
    assert not rebuild.judge(OWN, "", [{"status": "warning", "message": "secrets are left out"}])["refusal"]


@pytest.mark.parametrize(
    ("taken", "status", "words"),
    [
        ({"rows": [{}]}, "ok", "would take a workflow (dry run)"),
        ({"failed": True, "rows": [], "msg": "no such kind"}, "critical", "no such kind"),
        ({}, "critical", "nothing was tried"),
    ],
)
def test_a_platform_that_takes_no_workflow_is_not_well(taken, status, words):
    (finding,) = rebuild.validated(taken)["findings"]
    assert finding["status"] == status
    assert words in finding["message"]
