# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import UTC, datetime, timedelta

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.overview import Overview, combine
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import Thresholds
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
HOUR = 3_600
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=9)
    | st.sampled_from(["Succeeded", "Failed", "Running"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["metadata", "spec", "status", "phase", "finishedAt", "name", "labels"]), inner
        )
    ),
    max_leaves=9,
)


def ago(hours):
    return (NOW - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def ended(name, phase="Succeeded", hours=1.0, template="play", namespace="argo", message=None):
    return {
        "metadata": {"name": name, "namespace": namespace, "uid": name, "resourceVersion": "1"},
        "spec": {"workflowTemplateRef": {"name": template}},
        "status": {"phase": phase, "finishedAt": ago(hours), "message": message},
    }


def running(name, namespace="argo"):
    meta = {"name": name, "namespace": namespace, "creationTimestamp": ago(1)}
    return {"metadata": meta, "status": {"phase": "Running", "startedAt": ago(1), "nodes": {}}}


def overview(*items):
    made = Overview(NOW, Thresholds(), 24 * HOUR)
    made.add(list(items))
    return made


def test_what_ended_is_counted_by_template_with_its_newest_failure():
    first = overview(
        ended("a"),
        ended("old", hours=25),
        ended("bad", "Failed", hours=3, message="first\nof two"),
        ended("other", "Error", template="nightly"),
    )
    second = overview(ended("worse", "Failed", hours=2, namespace="b", message="x" * 500))
    seen = combine([first, second])
    assert {state: count for state, count in seen["counts"].items() if count} == {
        "succeeded": 2,
        "failed": 2,
        "error": 1,
    }
    nightly, play = seen["ended"]
    assert (nightly["template"], nightly["succeeded"], nightly["failed"]) == ("nightly", 0, 1)
    assert (play["template"], play["succeeded"], play["failed"]) == ("play", 1, 2)
    assert play["last"] == {"namespace": "b", "name": "worse", "message": "x" * 160}


def test_the_order_of_pages_and_namespaces_does_not_matter():
    items = [ended("a"), ended("b", "Failed"), running("d"), running("c"), ended("e", "Failed")]
    parts = [combine([overview(*items)]), combine([overview(*items[::-1])])]
    parts.append(combine([overview(*items[3:]), overview(*items[:3])]))
    assert parts[0] == parts[1] == parts[2]
    assert [entry["metadata"]["name"] for entry in parts[0]["open"]] == ["c", "d"]


def test_those_that_have_not_ended_are_judged_one_by_one():
    seen = combine([overview(running("a"), {"metadata": {"name": "odd"}, "status": {"phase": "Dancing"}})])
    assert [(one["metadata"]["name"], one["judgement"]["state"]) for one in seen["open"]] == [
        ("odd", "unknown"),
        ("a", "running"),
    ]


def test_nothing_read_is_no_workflows():
    seen = combine([])
    assert set(seen["counts"].values()) == {0}
    assert (seen["open"], seen["ended"]) == ([], [])


@given(st.lists(JSON, max_size=4))
def test_objects_of_any_shape_are_counted_once(items):
    made = overview(*items)
    seen = combine([made])
    assert sum(seen["counts"].values()) == len(items)
    assert len(seen["open"]) + sum(seen["counts"][state] for state in ("succeeded", "failed", "error")) == len(items)
