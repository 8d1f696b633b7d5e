# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes.agent_logins import NEEDED
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    REX,
    ask,
    at,
    container,
    pod,
    running,
    scene,
)

SECRET = "github-app-5dlabs-rex"
REFUSED = container(waiting={"reason": "CreateContainerConfigError", "message": f'secret "{SECRET}" not found'})
OTHER = container(waiting={"reason": "CreateContainerConfigError", "message": 'secret "ghcr-secret" not found'})


def external(ready, name=SECRET, target=None):
    told = [{"type": "Ready", "status": ready, "message": "sealed"}] if ready else []
    spec = {"target": {"name": target}} if target else {}
    status = {"conditions": told, "refreshTime": at(minutes=50)}
    return {"metadata": {"name": name, "namespace": "agent-platform"}, "spec": spec, "status": status}


def log(text, user="5dlabs-rex", pod="agent"):
    return {"namespace": "agent-platform", "pod": pod, "container": "claude-code", "github_user": user, "text": text}


@pytest.mark.parametrize(
    ("pods", "word"),
    [
        ([pod(running())], "delivered"),
        ([pod(REFUSED, phase="Pending")], "missing"),
        ([pod(OTHER, phase="Pending")], "unknown"),
        ([pod(REFUSED, phase="Pending"), pod(running(), name="before", made=at(days=1))], "missing"),
        ([pod(running()), pod(REFUSED, name="before", phase="Pending", made=at(days=1))], "delivered"),
        ([], "unknown"),
    ],
)
def test_the_newest_pod_that_tells_says_whether_it_got_its_secret(pods, word):
    assert ask("secret_delivery", scene(REX, pods_with_claims=pods, events=[]))[0] == word


@pytest.mark.parametrize(
    ("externals", "word"),
    [
        ([external("True")], "synced"),
        ([external("False")], "failing"),
        ([external("")], "unknown"),
        ([external("True", "rex-app", SECRET)], "synced"),
        ([external("True", SECRET, "something-else")], "absent"),
        ([], "absent"),
    ],
)
def test_external_secrets_is_asked_for_what_makes_that_secret(externals, word):
    assert ask("external_secret", scene(REX, external_secrets=externals))[0] == word


@pytest.mark.parametrize(
    ("logs", "word"),
    [
        ([log("Bad credentials")], "credentials"),
        ([log("all tests pass")], "none"),
        ([log("fine"), log("API rate limit exceeded", pod="before")], "rate_limit"),
    ],
)
def test_its_log_says_of_what_it_complains(logs, word):
    assert ask("login_complaints", scene(REX, {"agent_logs": logs}))[0] == word


@pytest.mark.parametrize("logs", [[], [log("")], [log("Bad credentials", "5dlabs-cleo")]])
def test_without_a_log_of_its_own_nothing_is_said(logs):
    with pytest.raises(CannotLook):
        ask("login_complaints", scene(REX, {"agent_logs": logs}))


@pytest.mark.parametrize(
    ("cleo", "word"),
    [("Bad credentials", "several"), ("API rate limit exceeded", "alone"), ("fine", "alone")],
)
def test_the_same_complaint_of_another_agent_is_told(cleo, word):
    logs = [log("Bad credentials"), log(cleo, "5dlabs-cleo")]
    assert ask("others_complain", scene(REX, {"agent_logs": logs}))[0] == word


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, "fine"),
        ({"permissions": {**NEEDED, "contents": "admin"}}, "fine"),
        ({"permissions": {**NEEDED, "contents": "read"}}, "lacking"),
        ({"permissions": None}, "lacking"),
        ({"suspended_at": "2026-11-20T08:00:00Z"}, "suspended"),
        ({"app_slug": "5dlabs-cleo"}, "suspended"),
    ],
)
def test_what_github_says_of_its_app(change, word):
    row = {"app_slug": "5DLabs-Rex", "permissions": NEEDED, "suspended_at": None, **change}
    assert ask("github_app", scene(REX, {"installations": [row]}))[0] == word
