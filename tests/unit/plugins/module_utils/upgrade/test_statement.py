# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import components, statement
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import parse
from hypothesis import given
from hypothesis import strategies as st

ARGO = components.read(
    {"name": "argo", "title": "Argo", "namespace": "argo", "workloads": [{"name": "controller", "container": "c"}]}
)
WANTED = parse("v3.7.15")
METRIC = "argo_workflows_version"


@pytest.mark.parametrize(
    ("said", "why", "status", "words"),
    [
        (["v3.7.15"], "", "ok", "it says itself that it is v3.7.15"),
        (["v3.7.15+unknown"], "", "ok", "it says itself that it is v3.7.15+unknown"),
        (["v3.6.13"], "", "critical", "it is to be v3.7.15, and says that it is v3.6.13"),
        (["v3.7.15", "v3.6.13"], "", "critical", "it is to be v3.7.15, and says that it is v3.7.15, v3.6.13"),
        (["v3.7.15-rc1"], "", "critical", "it is to be v3.7.15, and says that it is v3.7.15-rc1"),
        (["v0.0.0+unknown"], "", "unknown", "it says v0.0.0+unknown, as a program does that was built without"),
        (["v3.7.15", ""], "", "unknown", "it says v3.7.15, nothing, as a program does"),
        (["{{ x }}\n<b>"], "", "unknown", "it says {{ x }} <b>, as"),
        ([], "", "unknown", "nobody knows whether it is v3.7.15: it does not say which version it is"),
        ([], "no answer", "unknown", "nobody knows whether it is v3.7.15: no answer"),
        (["v3.7.15"], "no answer", "unknown", "nobody knows whether it is v3.7.15: no answer"),
    ],
)
def test_only_its_own_word_for_the_version_that_is_wanted_is_well(
    said: list[str], why: str, status: str, words: str
) -> None:
    found = statement.judge(ARGO, WANTED, said, why)
    assert (found["status"], found["subject"]["name"]) == (status, "controller")
    assert words in found["message"]


def test_a_page_of_metrics_is_read() -> None:
    body = (
        f"# HELP {METRIC} Build metadata\n# TYPE {METRIC} counter\n"
        f'{METRIC}{{build_date="1970",git_tag="a\\"b}}",version="v3.7.15"}} 1\n'
        f'{METRIC}_of_another{{version="v1.0.0"}} 1\n'
    )
    assert statement.in_metrics(body, METRIC, "version") == ["v3.7.15"]
    assert statement.in_metrics(body, "none", "version") == []
    assert statement.in_metrics(f"{METRIC} 1", METRIC, "version") == [""]


def sample(moment: Any, version: Any) -> dict[str, Any]:
    return {"metric": {"version": version}, "value": [0, moment]}


@pytest.mark.parametrize(
    ("vector", "said"),
    [
        ([sample("110", "v2.0.0")], ["v2.0.0"]),
        ([sample("99", "v2.0.0")], []),
        ([sample("110", "v2.0.0"), sample("99", "v1.0.0")], ["v2.0.0"]),
        ([sample("110", "v2.0.0"), sample("108", "v1.0.0")], ["v1.0.0", "v2.0.0"]),
        ([sample("200", "v2.0.0"), sample("110", "v1.0.0")], ["v2.0.0"]),
        ([sample("110", None)], [""]),
        ([{}, 7, sample("soon", "v1.0.0"), {"value": "x"}], []),
    ],
)
def test_only_what_prometheus_has_read_since_counts_and_not_who_has_ended(vector: list, said: list[str]) -> None:
    assert statement.in_series(vector, "version", 100.0) == said


def test_labels_are_quoted_and_what_is_none_is_refused() -> None:
    assert statement.query("m", {}) == "timestamp(m{})"
    assert statement.query("m", {"b": 'x"} or 1', "a": "y"}) == 'timestamp(m{a="y",b="x\\"} or 1"})'
    for labels in ({"a b": "x"}, {"a": 7}, {"": "x"}):
        with pytest.raises(OpsError, match="is no label; write it like cluster: production"):
            statement.query("m", labels)


@given(st.lists(st.none() | st.dictionaries(st.sampled_from(["metric", "value"]), st.lists(st.text()))), st.text())
def test_no_answer_does_harm(vector: list, body: str) -> None:
    statement.in_series(vector, "version", 0.0)
    statement.in_metrics(f"m{{{body}", "m", "version")
