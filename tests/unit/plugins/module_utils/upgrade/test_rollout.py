# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import rollout
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import Workload
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import parse

WORKLOAD = Workload("Deployment", "controller", "main", ("--executor-image",))
NEW = parse("v3.7.15")


def item(image: str = "q.io/c:v3.6.13", args: list | None = None, **meta: Any) -> dict[str, Any]:
    container = {"name": "main", "image": image, **({} if args is None else {"args": args})}
    return {
        "metadata": {"name": "controller", "uid": "u", "resourceVersion": "7", "generation": 2, **meta},
        "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "side", "image": "x"}, container]}}},
        "status": {"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1},
    }


def applied(found: dict[str, Any], patch: list[dict[str, Any]]) -> dict[str, Any]:
    made = copy.deepcopy(found)
    for one in patch:
        *place, last = [part.replace("~1", "/") for part in one["path"].split("/")[1:]]
        holder: Any = made
        for name in place:
            holder = holder[int(name) if isinstance(holder, list) else name]
        if one["op"] == "test":
            assert holder[last] == one["value"]
        elif one["op"] == "add":
            holder[last] = one["value"]
        else:
            del holder[last]
    return made


@pytest.mark.parametrize(
    ("image", "labels", "version"),
    [
        ("q.io/c:v3.6.13", {}, "v3.6.13"),
        ("localhost:5000/c:3.6.13@sha256:ab", {}, "v3.6.13"),
        ("localhost:5000/c@sha256:ab", {rollout.VERSION_LABEL: "v3.6.12"}, "v3.6.12"),
        ("q.io/c:latest", {rollout.VERSION_LABEL: "3.6.11"}, "v3.6.11"),
    ],
)
def test_the_tag_tells_the_version_else_the_label(image: str, labels: dict, version: str) -> None:
    assert str(rollout.version_of(item(image, labels=labels), WORKLOAD)) == version


def test_what_tells_no_version_and_what_has_no_such_container_is_refused() -> None:
    with pytest.raises(OpsError, match=r"neither image 'q.io/c:latest' nor label"):
        rollout.version_of(item("q.io/c:latest"), WORKLOAD)
    with pytest.raises(OpsError, match="it has no container main"):
        rollout.version_of({"spec": {"template": None}}, WORKLOAD)


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        ("q.io/c:v3.6.13", "q.io/c:v3.7.15"),
        ("localhost:5000/c:3.6.13", "localhost:5000/c:3.7.15"),
        ("q.io/c:v3.6.13@sha256:ab", "q.io/c:v3.7.15"),
    ],
)
def test_the_same_repository_gets_another_tag_and_back_it_is_as_it_was(image: str, wanted: str) -> None:
    found = item(image, ["--executor-image", "q.io/e:v3.6.13", "-v"], labels={rollout.VERSION_LABEL: "v3.6.13"})
    found["metadata"]["annotations"] = {"a": "b"}
    made = applied(found, rollout.moved(found, WORKLOAD, NEW))
    container = made["spec"]["template"]["spec"]["containers"][1]
    assert (container["image"], container["args"]) == (wanted, ["--executor-image", "q.io/e:v3.7.15", "-v"])
    assert made["metadata"]["labels"] == {rollout.VERSION_LABEL: "v3.7.15"}
    assert rollout.kept_of(made)["version"] == "v3.6.13"
    assert rollout.moved(made, WORKLOAD, NEW) == []
    assert applied(made, rollout.back(made, WORKLOAD)) == found
    assert rollout.back(found, WORKLOAD) == []


def test_variables_with_an_image_of_a_version_go_along_and_back_again() -> None:
    workload = Workload("Deployment", "controller", "main", variables=("IMAGE", "OTHER"))
    found = item()
    env = [
        {"name": "A", "value": "q.io/c:v3.6.13"},
        {"name": "IMAGE", "value": "q.io/c:v3.6.13"},
        {"name": "OTHER", "valueFrom": {"fieldRef": {}}},
    ]
    found["spec"]["template"]["spec"]["containers"][1]["env"] = env
    made = applied(found, rollout.moved(found, workload, NEW))
    values = [one.get("value") for one in made["spec"]["template"]["spec"]["containers"][1]["env"]]
    assert values == ["q.io/c:v3.6.13", "q.io/c:v3.7.15", None]
    assert rollout.moved(made, workload, NEW) == []
    back = applied(made, rollout.back(made, workload))
    assert back["spec"] == found["spec"]


@pytest.mark.parametrize("args", [None, ["--executor-image=q.io/e:v3.6.13"], ["--executor-image", "q.io/e:mine"]])
def test_only_arguments_with_an_image_of_a_version_go_along(args: list | None) -> None:
    found = item(args=args)
    made = applied(found, rollout.moved(found, WORKLOAD, NEW))
    wanted = ["--executor-image=q.io/e:v3.7.15"] if args and "=" in args[0] else args
    assert made["spec"]["template"]["spec"]["containers"][1].get("args") == wanted
    back = applied(made, rollout.back(made, WORKLOAD))
    assert back["spec"] == found["spec"]


@pytest.mark.parametrize("words", ["", "{", "[]", '{"version": "v1.0.0"}', None, 7])
def test_a_mark_that_says_nothing_is_refused(words: Any) -> None:
    found = item(annotations={rollout.MARK: words})
    if words is None:
        assert rollout.kept_of(found) is None
        return
    with pytest.raises(OpsError, match="does not say what was there"):
        rollout.back(found, WORKLOAD)


def pod(image: str = "q.io/c:v3.6.13", **state: Any) -> dict[str, Any]:
    containers = [{"name": "main", "image": image}]
    return {
        "metadata": {"name": "p"},
        "spec": {"containers": containers},
        "status": {"containerStatuses": [{"name": "main", "state": state}]},
    }


@pytest.mark.parametrize(
    ("status", "pods", "words"),
    [
        ({}, [pod()], ""),
        ({"observedGeneration": 1}, [], "its controller has not taken up the change"),
        ({"updatedReplicas": 0}, [], "0 of 1 new pods are available"),
        ({"availableReplicas": None}, [], "0 of 1 new pods are available"),
        ({"replicas": 2}, [], "1 old pods are still there"),
        ({}, [pod("q.io/c:v3.6.12")], "pod p runs another image"),
        ({}, [{**pod("q.io/c:v3.6.12"), "metadata": {"deletionTimestamp": "now"}}], ""),
        ({"observedGeneration": "x"}, [], "its controller has not taken up the change"),
    ],
)
def test_what_is_missing_is_told(status: dict, pods: list, words: str) -> None:
    found = item()
    found["status"] |= status
    assert rollout.missing(found, pods) == words


@pytest.mark.parametrize(
    ("change", "pods", "events", "words"),
    [
        ({}, [pod(running={})], [{"type": "Normal"}], ""),
        ({}, [pod(waiting={"reason": "ContainerCreating"})], [], ""),
        ({}, [pod(waiting={"reason": "ImagePullBackOff", "message": "no"})], [], "pod p: ImagePullBackOff (no)"),
        ({}, [], [{"type": "Warning", "reason": "ProgramMissing", "message": "none"}], "ProgramMissing: none"),
        ({"spec": {"replicas": 0}}, [], [], "it is scaled to 0, so nobody can see whether it runs"),
        (
            {"status": {"conditions": [{"type": "Progressing", "status": "False", "message": "too long"}]}},
            [],
            [],
            "too long",
        ),
    ],
)
def test_what_will_not_run_by_itself_is_told(change: dict, pods: list, events: list, words: str) -> None:
    assert rollout.broken(item() | change, pods, events) == words


def test_what_is_kept_is_json() -> None:
    found = item()
    patch = rollout.moved(found, WORKLOAD, NEW, "mirror/c:new")
    assert json.loads(patch[-1]["value"][rollout.MARK])["image"] == "q.io/c:v3.6.13"
    assert list(rollout.images_of(applied(found, patch))) == ["x", "mirror/c:new"]


def test_a_patch_is_bound_to_the_object_and_its_image_not_to_a_status_that_moves() -> None:
    found = item()
    for patch in (
        rollout.moved(found, WORKLOAD, NEW),
        rollout.back(applied(found, rollout.moved(found, WORKLOAD, NEW)), WORKLOAD),
    ):
        assert [one["path"].rpartition("/")[2] for one in patch if one["op"] == "test"] == ["uid", "image"]
