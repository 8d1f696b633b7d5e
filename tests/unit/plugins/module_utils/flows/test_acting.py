# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import getpass

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action


def act(name, outcome, reason=""):
    return Action("CodeRun", "agents", name, "u", "cancel", "cancelled", outcome, reason=reason)


def test_more_than_was_allowed_is_refused():
    acting.require_max_changes(3, 3, "workflows")
    with pytest.raises(OpsError, match="4 workflows would be changed, but max_changes is 3") as caught:
        acting.require_max_changes(4, 3, "workflows")
    assert caught.value.kind == "refused"


@pytest.mark.parametrize(
    ("outcomes", "kind"),
    [
        ((), None),
        (("changed", "unchanged"), None),
        (("changed", "refused"), "refused"),
        (("refused", "unverified"), "unverified"),
        (("unverified", "failed"), "unreachable"),
    ],
)
def test_the_worst_outcome_decides_how_it_failed(outcomes, kind):
    error = acting.error_of([act(str(number), outcome, "why") for number, outcome in enumerate(outcomes)])
    assert (error.kind if error else None) == kind


def test_the_failure_names_the_object_and_counts_the_others():
    error = acting.error_of([act("a", "failed", "no answer"), act("b", "refused", "it is finished")])
    assert error.message == "CodeRun agents/a: no answer (and 1 more did not end well)"


@pytest.mark.parametrize(
    ("options", "needed", "words"),
    [
        ({"reason": "x" * 1001}, "", "reason: it has 1,001 characters; at most 1,000 are taken"),
        ({"actor": "x" * 1001}, "", "actor: it has 1,001 characters; at most 1,000 are taken"),
        ({"reason": " \n"}, "files are deleted", "reason: it is empty; say why files are deleted"),
    ],
)
def test_texts_that_cannot_be_kept_are_refused(options, needed, words):
    with pytest.raises(OpsError, match=words) as caught:
        acting.why_of({"reason": "", "actor": "", **options}, needed)
    assert caught.value.kind == "invalid"


def test_texts_are_kept_as_they_stand():
    given = {"reason": "{{ 1 }}\n<b>", "actor": "x" * 1000}
    assert acting.why_of({**given, "wait": 3}, "files are deleted") == given


def test_who_asks_is_the_user_by_default(monkeypatch):
    monkeypatch.setattr(getpass, "getuser", lambda: "ada")
    assert acting.why_of({"reason": "", "actor": ""}) == {"reason": "", "actor": "ada"}
