# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import components
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import parse
from hypothesis import given
from hypothesis import strategies as st

FILES = sorted((Path(__file__).parents[5] / "roles" / "component_upgrade" / "files" / "components").glob("*.yml"))
WHOLE: dict[str, Any] = {
    "name": "argo",
    "title": "Argo",
    "namespace": "argo",
    "workloads": [{"name": "w", "container": "c"}],
    "releases": [{"line": "3.7", "since": ["3.6"], "concerns": [{"kind": "metric", "names": ["m"], "says": "gone"}]}],
}


RULE = {"resources": ["things"], "at": ["spec"], "field": "a", "to": "b", "how": "rename"}


def test_what_comes_with_the_role_can_be_read() -> None:
    assert [path.stem for path in FILES] == ["argo_events", "argo_workflows", "coderun_controller"]
    for path in FILES:
        component = components.read(yaml.safe_load(path.read_text()))
        assert component.name == path.stem
        lines = [one.line for one in component.releases]
        assert lines == sorted(set(lines))


def test_a_component_is_read_with_its_defaults() -> None:
    component = components.read(WHOLE, "elsewhere")
    assert (component.namespace, component.settings) == ("elsewhere", "")
    (workload,) = component.workloads
    assert (workload.kind, workload.plural, workload.arguments) == ("Deployment", "deployments", ())
    release = component.release("3.7")
    assert release is not None
    assert release.concerns[0].status == "warning"
    assert not release.concerns[0].irreversible
    assert component.release("3.8") is None
    assert (component.api, component.says) == ("/v1alpha1", ("", ""))


def test_a_version_knows_the_names_of_its_release_and_of_those_before() -> None:
    releases = [{"line": "3.6"}, {"line": "3.7", "migrations": [RULE]}, {"line": "3.10", "migrations": [RULE]}]
    component = components.read(WHOLE | {"releases": releases, "group": "g", "served": "v1", "says": {"metric": "m"}})
    counts = [len(components.known_to(component, parse(one))) for one in ("v3.6.13", "v3.7.0", "v3.9.1", "v3.10.0")]
    assert counts == [0, 1, 1, 2]
    assert (component.api, component.says) == ("g/v1", ("m", "version"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "component: name: it is missing"),
        ({"title": 7}, "component argo: title"),
        ({"workloads": []}, "workloads: it names none"),
        ({"workloads": [{"name": "w"}]}, r"workloads\[0\]: container"),
        ({"workloads": [{"name": "w", "container": "c", "kind": "Pod"}]}, "'Pod' cannot be moved"),
        ({"releases": [{"line": "v3.7.1"}]}, "'v3.7.1' is no minor version"),
        ({"releases": [{"line": "3.7", "since": ["three"]}]}, "'three' is no minor version"),
        ({"releases": [{"line": "3.7", "concerns": [{"kind": "rumour"}]}]}, "'rumour' is none of metric"),
        ({"releases": [{"line": "3.7", "concerns": [{"kind": "metric", "says": "x"}]}]}, "names: it is empty"),
        (
            {"releases": [{"line": "3.7", "concerns": [{"kind": "field", "names": ["spec.x"], "says": "x"}]}]},
            "resources: it is empty",
        ),
        (
            {"releases": [{"line": "3.7", "concerns": [{"kind": "note", "says": "x", "status": "bad"}]}]},
            "'bad' is none",
        ),
        ({"releases": [{"line": "3.7", "migrations": [RULE | {"how": "magic"}]}]}, "'magic' is none of rename, only"),
        ({"releases": [{"line": "3.7", "migrations": [RULE | {"at": "spec"}]}]}, r"migrations\[0\]: at: it is empty"),
        ({"releases": [{"line": "3.7", "migrations": [RULE | {"to": None}]}]}, r"migrations\[0\]: to: it is missing"),
        ({"says": {"metric": "m{x=1}"}}, "says: 'm{x=1}' is no name of a metric"),
        ({"says": {"label": "version"}}, "says: metric: it is missing"),
        ({"releases": [{"line": "3.7", "concerns": [{"kind": "note"}]}]}, r"concerns\[0\]: says"),
    ],
)
def test_data_of_another_shape_is_refused_with_its_place(change: dict, words: str) -> None:
    with pytest.raises(OpsError, match=words):
        components.read(WHOLE | change)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*WHOLE, "line", "kind", "names", "concerns"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(list(WHOLE)), _ANY))
def test_whatever_it_holds_it_is_read_or_refused(change: dict) -> None:
    with suppress(OpsError):
        components.read(WHOLE | change)
