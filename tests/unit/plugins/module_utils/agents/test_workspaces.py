# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns, workspaces
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import table
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.workspaces import Play, Rule, Use, Users
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, tzinfo=UTC)
AGENTS = table(
    [
        {"name": "rex", "github_app": "5DLabs-Rex", "workspace": "shared"},
        {"name": "blaze", "github_app": "5DLabs-Blaze", "workspace": "shared"},
        {"name": "tess", "github_app": "5DLabs-Tess"},
    ]
)
OURS = {"app": "orchestrator", "component": "code-runner"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def claim(name: str = "workspace-shop", **labels: str) -> dict:
    return {
        "metadata": {
            "namespace": "ns",
            "name": name,
            "uid": f"uid-{name}",
            "resourceVersion": "7",
            "creationTimestamp": "2026-11-01T00:00:00Z",
            "labels": {**OURS, "service": "shop", "agent": "rex", "workspace-type": "shared", **labels},
        },
        "spec": {"resources": {"requests": {"storage": "10Gi"}}, "storageClassName": "local-path"},
        "status": {"phase": "Bound"},
    }


def run(agent: str = "5DLabs-Rex", phase: str = "Running", service: str = "shop", **status: str) -> coderuns.CodeRun:
    return coderuns.read(
        {
            "metadata": {"namespace": "ns", "name": "run", "uid": "r", "creationTimestamp": "2026-11-10T00:00:00Z"},
            "spec": {"githubApp": agent, "service": service},
            "status": {"phase": phase, "lastUpdate": "2026-11-12T00:00:00Z", **status},
        }
    )


def pod(phase: str = "Running", *claims: str) -> AgentPod:
    return AgentPod("ns", "p", "u", phase, True, claims=claims or ("workspace-shop",))


def of(item: dict) -> workspaces.Workspace:
    made = workspaces.read(item)
    assert made is not None
    return made


SHARED = of(claim())
ISOLATED = of(claim("workspace-shop-tess", agent="5DLabs-Tess", **{"workspace-type": "isolated"}))


def test_a_claim_tells_what_it_is():
    assert (SHARED.sharing, SHARED.service, SHARED.agent, SHARED.size) == ("shared", "shop", "rex", 10 << 30)
    assert (ISOLATED.sharing, ISOLATED.agent) == ("isolated", "tess")
    assert of({"metadata": {"name": "play-7-workspace"}}).workflow == "play-7"
    owned = {"metadata": {"name": "x", "ownerReferences": [{"kind": "Workflow", "name": "play-8"}]}}
    assert (of(owned).sharing, of(owned).workflow) == ("play", "play-8")
    assert of({"metadata": {"name": "workspace-old"}}).sharing == "unknown"
    assert workspaces.read({"metadata": {"name": "prometheus-data"}}) is None


@given(JSON, JSON, JSON)
def test_a_claim_of_any_shape_does_no_harm(meta, spec, status):
    found = workspaces.read({"metadata": meta, "spec": spec, "status": status})
    assert found is None or workspaces.protected(found, Use(), Rule(shared=True)) != ""
    workspaces.play({"metadata": meta, "spec": spec, "status": status})


@pytest.mark.parametrize(
    ("changed", "used", "rule", "words"),
    [
        ({"deleting": True}, Use(), Rule(shared=True), "being deleted already"),
        ({"kept": "x"}, Use(), Rule(shared=True), "label x keeps it"),
        ({}, Use(mounted_by=(pod(),)), Rule(shared=True), "pod p mounts it"),
        ({"phase": "Pending"}, Use(), Rule(shared=True), "its phase is Pending"),
        ({"phase": ""}, Use(), Rule(shared=True), "its phase is not known"),
        ({}, Use(coderuns=(run(),)), Rule(shared=True), "CodeRun run is not finished"),
        ({}, Use(coderuns=(run(phase="Odd"),)), Rule(shared=True), "CodeRun run is not finished"),
        ({}, Use(plays=(Play("a", "w", "open"),)), Rule(shared=True), "workflow a/w is open"),
        ({}, Use(plays=(Play("a", "w", "failed"),)), Rule(shared=True), "its workflow failed"),
        ({}, Use(plays=(Play("a", "w", "failed"),)), Rule(shared=True, failed_workflows=True), ""),
        ({}, Use(), Rule(), "shared by the agents of its service"),
        ({"sharing": "unknown"}, Use(), Rule(), "perhaps shared"),
        ({"sharing": "isolated"}, Use(), Rule(), ""),
        ({}, Use(coderuns=(run(phase="Failed"),)), Rule(shared=True), ""),
    ],
)
def test_what_protects_a_workspace(changed, used, rule, words):
    reason = workspaces.protected(replace(SHARED, **changed), used, rule)
    assert words in reason
    assert bool(reason) == bool(words)


@pytest.mark.parametrize(
    ("labels", "kept"),
    [
        ({}, ""),
        ({"workspace.cleanup/skip": "true"}, "workspace.cleanup/skip"),
        ({"workspace.cleanup/skip": "yes"}, "workspace.cleanup/skip"),
        ({"workspace.cleanup/skip": ""}, "workspace.cleanup/skip"),
        ({"workspace.cleanup/skip": "false"}, ""),
        ({"ops.agent-platform/keep": "true"}, "ops.agent-platform/keep"),
    ],
)
def test_labels_keep_it(labels, kept):
    assert of(claim(**labels)).kept == kept


def test_those_who_may_use_it_are_found_by_what_they_are():
    users = Users(
        pods=[(pod(), None), (pod("Succeeded"), NOW), (pod("Running", "other"), NOW)],
        coderuns=[run(), run("5DLabs-Tess"), run("stranger"), run(service="else")],
        plays=[Play("a", "w", "open", "shop"), Play("a", "v", "succeeded", "shop"), Play("a", "u", "open")],
        agents=AGENTS,
    )
    shared = workspaces.use(SHARED, users)
    assert [one.phase for one in shared.mounted_by] == ["Running"]
    assert [one.agent for one in shared.coderuns] == ["5DLabs-Rex", "stranger"]
    assert [one.name for one in shared.plays] == ["w"]
    assert shared.used_at == NOW
    isolated = workspaces.use(ISOLATED, users)
    assert [one.agent for one in isolated.coderuns] == ["5DLabs-Tess", "stranger"]
    assert isolated.mounted_by == ()
    own = workspaces.use(of({"metadata": {"name": "v-workspace", "namespace": "ns"}}), users)
    assert ([one.name for one in own.plays], own.coderuns, own.used_at) == (["v"], (), None)


@pytest.mark.parametrize(
    ("rule", "used_at", "words"),
    [
        (Rule(older_than=86400 * 19), None, ""),
        (Rule(older_than=86400 * 21), None, "it was made 20 d ago"),
        (Rule(unused_for=60), None, "nobody knows when it was used last"),
        (Rule(unused_for=60), NOW - timedelta(seconds=30), "it was used 30 s ago"),
        (Rule(unused_for=60), NOW - timedelta(days=1), ""),
        (Rule(names=frozenset({"x"})), None, ""),
    ],
)
def test_age_and_idleness(rule, used_at, words):
    assert words in workspaces.too_young(SHARED, Use(used_at=used_at), rule, NOW)
    assert bool(words) == bool(workspaces.too_young(SHARED, Use(used_at=used_at), rule, NOW))


def test_one_without_a_time_is_too_young():
    assert workspaces.too_young(replace(SHARED, created_at=None), Use(), Rule(older_than=0), NOW)


@pytest.mark.parametrize(
    ("rule", "selected"),
    [
        (Rule(), True),
        (Rule(names=frozenset({"workspace-shop"})), True),
        (Rule(names=frozenset({"workspace"})), False),
        (Rule(agent="rex", service="shop"), True),
        (Rule(agent="tess"), False),
        (Rule(service="other"), False),
    ],
)
def test_the_rule_selects(rule, selected):
    assert rule.selects(SHARED) is selected


def test_what_may_be_lost_is_named():
    assert "nobody can tell" in workspaces.risk(SHARED, Use())
    pushed = run(phase="Succeeded", pullRequestUrl="https://example.org/pull/1")
    assert "made https://example.org/pull/1; anything after" in workspaces.risk(SHARED, Use(coderuns=(pushed,)))
    assert "failed without a pull request" in workspaces.risk(SHARED, Use(coderuns=(run(phase="Failed"),)))
