# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import components, migration
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.migration import MARK, How, Rule
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import parse
from hypothesis import given
from hypothesis import strategies as st

DATA = Path(__file__).parents[5] / "roles" / "component_upgrade" / "files" / "components" / "argo_workflows.yml"
ARGO = components.read(yaml.safe_load(DATA.read_text()))
RULES = components.known_to(ARGO, parse("v3.6.13"))
SINCE = "v3.6.13"
M, N, S = {"name": "m"}, {"name": "n"}, {"configMapKeyRef": {"name": "c", "key": "k"}}


def moved(plural: str, spec: Any, **meta: Any) -> migration.Decision:
    return migration.migrate({"metadata": {"name": "x", **meta}, "spec": spec}, plural, RULES, SINCE)


@pytest.mark.parametrize(
    ("plural", "spec", "wanted", "words"),
    [
        (
            "cronworkflows",
            {"schedule": "1 * * * *", "timezone": "UTC"},
            {"schedules": ["1 * * * *"], "timezone": "UTC"},
            ("spec.schedule → schedules",),
        ),
        ("cronworkflows", {"schedule": "1 * * * *", "schedules": []}, {"schedules": ["1 * * * *"]}, None),
        (
            "workflowtemplates",
            {"synchronization": {"mutex": M, "semaphore": S, "mutexes": [N]}},
            {"synchronization": {"mutexes": [M, N], "semaphores": [S]}},
            ("spec.synchronization.semaphore → semaphores", "spec.synchronization.mutex → mutexes"),
        ),
        (
            "clusterworkflowtemplates",
            {"templates": [{"name": "a"}, {"synchronization": {"mutex": {}}}]},
            {"templates": [{"name": "a"}, {"synchronization": {"mutexes": [{}]}}]},
            ("spec.templates[1].synchronization.mutex → mutexes",),
        ),
        (
            "cronworkflows",
            {"workflowSpec": {"templates": [{"steps": [[{"inline": {"synchronization": {"mutex": M}}}]]}]}},
            {"workflowSpec": {"templates": [{"steps": [[{"inline": {"synchronization": {"mutexes": [M]}}}]]}]}},
            ("spec.workflowSpec.templates[0].steps[0][0].inline.synchronization.mutex → mutexes",),
        ),
        (
            "workflowtemplates",
            {"templates": [{"dag": {"tasks": [{"inline": {"synchronization": {"semaphore": S}}}]}}]},
            {"templates": [{"dag": {"tasks": [{"inline": {"synchronization": {"semaphores": [S]}}}]}}]},
            ("spec.templates[0].dag.tasks[0].inline.synchronization.semaphore → semaphores",),
        ),
        ("workflowtemplates", {"templateDefaults": {"synchronization": {"mutex": M}}}, None, None),
    ],
)
def test_old_fields_get_their_names_of_today_and_go_back(
    plural: str, spec: Any, wanted: Any, words: tuple[str, ...] | None
) -> None:
    item = {"metadata": {"name": "x"}, "spec": spec}
    before = copy.deepcopy(item)
    done = migration.migrate(item, plural, RULES, SINCE)
    assert done.item is not None
    assert item == before
    assert wanted is None or done.item["spec"] == wanted
    assert words is None or done.words == words
    assert migration.migrate(done.item, plural, RULES, SINCE) == migration.Decision()
    assert migration.revert(done.item, SINCE).item == item


@pytest.mark.parametrize(
    ("plural", "spec"),
    [
        ("cronworkflows", {"schedules": ["1 * * * *"]}),
        ("cronworkflows", {"schedule": "", "schedules": ["1 * * * *"]}),
        ("cronworkflows", {"schedule": None}),
        ("cronworkflows", {}),
        ("workflowtemplates", {"schedule": "not of this kind"}),
        ("workflowtemplates", {"synchronization": {"mutexes": [M]}, "templates": [{"synchronization": None}, 7]}),
        ("workflows", {"synchronization": {"mutex": M}}),
        ("workflowtemplates", None),
        ("workflowtemplates", "{{ x }}"),
    ],
)
def test_what_has_no_old_field_and_every_other_kind_stays(plural: str, spec: Any) -> None:
    assert moved(plural, spec) == migration.Decision()


def test_what_would_lose_data_is_refused() -> None:
    both = moved("cronworkflows", {"schedule": "1 * * * *", "schedules": ["2 * * * *"]})
    assert (both.item, both.refusal) == (None, "spec: it has both schedule and schedules; remove one of them")
    odd = moved("workflowtemplates", {"synchronization": {"mutex": M, "mutexes": {"name": "n"}}})
    assert (odd.item, odd.refusal) == (None, "spec.synchronization: mutexes is no list")
    large = moved("workflowtemplates", {"synchronization": {"mutex": {"name": "m" * migration.LARGEST}}})
    assert large.item is None
    assert "at most 100,000 bytes can be kept on it" in large.refusal


@pytest.mark.parametrize(
    ("meta", "words"),
    [
        ({"annotations": {"argocd.argoproj.io/tracking-id": "shop:argoproj.io/X:a/b"}}, "Application shop of Argo CD"),
        ({"labels": {"argocd.argoproj.io/instance": "shop"}}, "Application shop of Argo CD"),
        ({"annotations": {"meta.helm.sh/release-name": "rel"}}, "Helm release rel keeps it"),
        ({"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}"}}, "kubectl applies it from a file"),
        ({"managedFields": [{"manager": "kubectl", "operation": "Apply"}]}, "kubectl applies it from a file"),
        ({"managedFields": [{"manager": "curl", "operation": "Update"}, None]}, ""),
        ({"labels": {"app.kubernetes.io/instance": "other"}}, ""),
    ],
)
def test_what_is_kept_elsewhere_is_told_and_not_changed(meta: dict, words: str) -> None:
    done = moved("cronworkflows", {"schedule": "1 * * * *"}, **meta)
    assert (done.item is None) == bool(words)
    assert words in done.refusal
    assert done.words == ("spec.schedule → schedules",)
    assert moved("cronworkflows", {"schedules": []}, **meta) == migration.Decision()


def test_an_application_is_found_by_its_name_and_namespace_too() -> None:
    item = {
        "metadata": {"name": "x", "namespace": "argo", "labels": {"app.kubernetes.io/instance": "shop"}},
        "spec": {"schedule": "1 * * * *"},
    }
    application = {"metadata": {"name": "shop"}, "spec": {"destination": {"namespace": "argo"}}}
    assert "Application shop" in migration.migrate(item, "cronworkflows", RULES, SINCE, [application]).refusal


def test_what_was_changed_since_is_not_taken_back_and_other_changes_stay() -> None:
    done = moved("workflowtemplates", {"synchronization": {"mutex": M}}).item
    assert done is not None
    other = copy.deepcopy(done)
    other["spec"]["entrypoint"] = "b"
    back = migration.revert(other, SINCE)
    assert back.item is not None
    assert back.item["spec"] == {"synchronization": {"mutex": M}, "entrypoint": "b"}
    assert back.words == ("spec.synchronization.mutexes → mutex",)
    assert (back.before, back.after) == ({"spec.synchronization.mutexes": [M]}, {"spec.synchronization.mutex": M})
    done["spec"]["synchronization"]["mutexes"].append(N)
    assert "spec.synchronization.mutexes was changed since" in migration.revert(done, SINCE).refusal


def test_only_the_migration_of_the_upgrade_that_is_taken_back_is_taken_back() -> None:
    first = moved("workflowtemplates", {"synchronization": {"mutex": M}, "templates": [{}]}).item
    assert first is not None
    assert migration.revert(first, "v3.7.15") == migration.Decision()
    first["spec"]["templates"][0]["synchronization"] = {"mutex": N}
    again = migration.migrate(first, "workflowtemplates", RULES, SINCE).item
    assert again is not None
    assert len(json.loads(again["metadata"]["annotations"][MARK])["steps"]) == 2
    later = migration.migrate(first, "workflowtemplates", RULES, "v3.7.15").item
    assert later is not None
    back = migration.revert(later, "v3.7.15").item
    assert back is not None
    assert back["spec"]["synchronization"] == {"mutexes": [M]}


@pytest.mark.parametrize(
    "words", ["", "7", "{", "[]", '{"steps":[{}],"since":"v3.6.13"}', '{"steps":7}', '{"since":"v3.6.13","steps":[]}']
)
def test_a_mark_that_says_something_else_is_nobodys(words: str) -> None:
    item = {"metadata": {"name": "x", "annotations": {MARK: words}}, "spec": {}}
    assert migration.revert(item, SINCE) == migration.Decision()


_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
_RULES = st.lists(
    st.builds(
        Rule,
        st.just(("things",)),
        st.lists(st.sampled_from(["spec", "spec.a", "spec.b[]", "spec.c[][].a"]), min_size=1, max_size=3).map(tuple),
        st.sampled_from(["a", "x"]),
        st.sampled_from(["b", "y"]),
        st.sampled_from(How),
    ),
    max_size=3,
)
_SPEC = st.recursive(
    _VALUE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcxy"), inner, max_size=5),
    max_leaves=12,
)


@given(_SPEC, _RULES)
def test_whatever_is_migrated_comes_back_exactly(spec: Any, rules: list[Rule]) -> None:
    item = {"metadata": {"name": "x", "annotations": {"a": "b"}}, "spec": spec}
    done = migration.migrate(item, "things", rules, SINCE)
    if done.item is None:
        return
    assert json.loads(json.dumps(done.item)) == done.item
    assert _leaves(done.item["spec"]) == _leaves(spec)
    assert migration.revert(json.loads(json.dumps(done.item)), SINCE).item == item


@given(_SPEC)
def test_what_argo_knows_is_migrated_once(spec: Any) -> None:
    for plural in ("cronworkflows", "workflowtemplates"):
        done = moved(plural, {"synchronization": spec, "templates": [{"synchronization": spec}], "schedule": spec})
        if done.item is not None:
            assert migration.migrate(done.item, plural, RULES, SINCE) == migration.Decision()


def _leaves(item: Any) -> list[str]:
    """Every value that is no list or mapping; nothing may get lost, nor be added."""
    if isinstance(item, dict):
        return sorted(leaf for one in item.values() for leaf in _leaves(one))
    if isinstance(item, list):
        return sorted(leaf for one in item for leaf in _leaves(one))
    return [] if item is None else [json.dumps(item)]
