# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import components
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.judgement import Judgement, Used, judge
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Way, parse


def component(*concerns: dict[str, Any]) -> components.Component:
    return components.read(
        {
            "name": "argo",
            "title": "Argo",
            "namespace": "argo",
            "workloads": [{"name": "w", "container": "c"}],
            "releases": [
                {"line": "3.5"},
                {"line": "3.6", "since": ["3.5"]},
                {"line": "3.7", "since": ["3.6"], "concerns": list(concerns)},
                {"line": "4.0", "since": ["3.7"]},
                {"line": "5.0"},
            ],
        }
    )


def look(old: str, new: str, *concerns: dict[str, Any], accept: bool = False, **used: Any) -> Judgement:
    return judge(component(*concerns), parse(old), parse(new), Used(**used), accept_irreversible=accept)


@pytest.mark.parametrize(
    ("old", "new", "way"),
    [
        ("3.6.1", "3.6.1", Way.SAME),
        ("3.6.1", "3.6.9", Way.PATCH),
        ("3.6.13", "3.7.15", Way.MINOR),
        ("3.7.15", "4.0.0", Way.MAJOR),
        ("3.7.15", "3.6.13", Way.BACK),
    ],
)
def test_what_is_known_and_next_may_be_done(old: str, new: str, way: Way) -> None:
    judged = look(old, new)
    assert (judged.way, judged.refusal) == (way, None)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("3.5.9", "3.7.1", "skips a minor version. Go to v3.6 first."),
        ("3.7.1", "3.8.0", "nothing is known of 3.8. Known are 3.5, 3.6, 3.7, 4.0, 5.0;"),
        ("3.4.1", "3.5.0", "nothing is known of 3.4"),
        ("3.6.1", "4.0.0", "is no supported way. 4.0 is reached from 3.7."),
        ("4.0.0", "5.0.0", "is no supported way. 5.0 is reached from no other one."),
        ("4.0.0", "3.6.0", "is no supported way"),
    ],
)
def test_what_is_unknown_or_not_next_is_refused_with_what_to_do(old: str, new: str, words: str) -> None:
    refusal = look(old, new).refusal
    assert refusal is not None
    assert refusal.kind == "refused"
    assert words in refusal.as_result()["msg"]


CONCERNS = {
    "metric": ({"names": ["argo_count", "log_messages"]}, {"watching": "rate(argo_count[5m])"}),
    "setting": ({"names": ["postgresql"]}, {"settings": "persistence:\n  postgresql:\n    host: db"}),
    "environment": ({"names": ["BASE_HREF"]}, {"environment": frozenset({"BASE_HREF"})}),
    "argument": ({"names": ["--basehref"]}, {"arguments": ("server", "--basehref=/argo")}),
    "image": ({"names": ["argoproj/"]}, {"images": ("argoproj/argocli:v3.6.13",)}),
    "field": (
        {"names": ["spec.podPriority"], "resources": ["workflows"]},
        {"fields": {"spec.podPriority": ["Workflow argo/x", "Workflow argo/y"]}},
    ),
}


@pytest.mark.parametrize("kind", CONCERNS)
def test_only_what_the_platform_uses_is_a_warning(kind: str) -> None:
    given, used = CONCERNS[kind]
    concern = {"kind": kind, "says": "it is gone", **given}
    (found,) = look("3.6.1", "3.7.1", concern, **used).findings
    assert (found["status"], found["message"].endswith(": it is gone")) == ("warning", True), found
    (other,) = look("3.6.1", "3.7.1", concern, watching="xargo_count_total x:argo_count").findings
    assert (other["status"], other["message"].startswith("not used here")) == ("ok", True), other
    assert look("3.6.1", "3.6.2", concern, **used).findings == []
    assert look("3.7.1", "3.6.1", concern, **used).findings == []


def test_metrics_are_unknown_where_nobody_gave_rules_and_notes_are_told() -> None:
    metric = {"kind": "metric", "names": ["m"], "says": "gone"}
    note = {"kind": "note", "says": "mind the gap"}
    found = look("3.6.1", "3.7.1", metric, note).findings
    assert [(one["status"], one["message"]) for one in found] == [
        ("ok", "to know: mind the gap"),
        ("unknown", "no rules or dashboards were given, so nobody knows whether they use m"),
    ]


def test_without_a_way_back_it_needs_a_word_and_back_it_never_goes() -> None:
    lasting = {"kind": "setting", "names": ["mysql"], "says": "rewrites the table.", "irreversible": True}
    used = {"settings": "mysql:"}
    refusal = look("3.6.1", "3.7.1", lasting, **used).refusal
    assert refusal is not None
    assert "there is no way back by itself: rewrites the table. Plan a way back" in refusal.as_result()["msg"]
    assert look("3.6.1", "3.7.1", lasting, accept=True, **used).refusal is None
    assert look("3.6.1", "3.7.1", lasting).refusal is None, "it is not used"
    back = look("3.7.1", "3.6.1", lasting, accept=True, **used).refusal
    assert back is not None
    assert "would lose data" in back.message
