# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib
import importlib
import io
import json
import os

import pytest


@pytest.fixture
def lab_deployment():
    return importlib.import_module("lab_deployment")


@pytest.fixture
def tools(tmp_path):
    """A cache with two builds of v3.7.15, the newer of which was tampered with, and one of v3.6.13."""
    for age, key in ((3, "v3.7.15-linux-amd64-aaa"), (2, "v3.7.15-linux-amd64-bbb"), (1, "v3.6.13-linux-amd64-ccc")):
        program = tmp_path / f"argo_workflows-{key}" / "bin" / "workflow-controller"
        program.parent.mkdir(parents=True)
        program.write_text(key)
        os.utime(program, (1000 - age, 1000 - age))
        checksum = "0" * 64 if key.endswith("bbb") else hashlib.sha256(key.encode()).hexdigest()
        program.with_name("workflow-controller.sha256").write_text(f"{checksum}  workflow-controller\n")
    return tmp_path


def deployment(image="quay.io/argoproj/workflow-controller:v3.7.15", **spec):
    template = {"spec": {"containers": [{"name": "workflow-controller", "image": image}]}}
    return {"metadata": {"uid": "u"}, "spec": {"template": template, **spec}}


@pytest.mark.parametrize(
    ("given", "folder", "version", "reason"),
    [
        (None, None, "", "does not exist"),
        (deployment(replicas=0), None, "", "0 replicas"),
        (deployment(replicas=1), "aaa", "v3.7.15", "wants v3.7.15"),
        (deployment(), "aaa", "v3.7.15", "wants v3.7.15"),
        (deployment(replicas=3), "aaa", "v3.7.15", "wants v3.7.15"),
        (deployment("mirror:5000/argo/workflow-controller:v3.6.13@sha256:abc"), "ccc", "v3.6.13", "wants v3.6.13"),
    ],
)
def test_the_deployment_says_what_runs(lab_deployment, tools, given, folder, version, reason):
    wish = lab_deployment.wish_of(given, tools, "linux-amd64")
    assert (wish.program is None) == (folder is None)
    assert folder is None or f"-{folder}/" in wish.program
    assert wish.version == version
    assert reason in wish.reason
    assert not wish.missing


def test_a_roll_out_restart_starts_it_anew(lab_deployment, tools):
    restarted = deployment()
    restarted["spec"]["template"]["metadata"] = {"annotations": {"kubectl.kubernetes.io/restartedAt": "now"}}
    wishes = [lab_deployment.wish_of(one, tools, "linux-amd64") for one in (deployment(), restarted)]
    assert [wish.anew for wish in wishes] == ["", "now"]
    assert wishes[0].program == wishes[1].program


@pytest.mark.parametrize("tag", [":v9.9.9", "", ":*", ":../x"])
def test_a_version_that_is_not_there_is_missing_and_told(lab_deployment, tools, tag):
    wish = lab_deployment.wish_of(deployment(f"quay.io/argoproj/workflow-controller{tag}"), tools, "linux-amd64")
    assert wish.missing
    assert wish.program is None
    assert wish.reason.startswith("the cache holds no workflow-controller")


def test_the_deployment_is_followed_until_the_watch_ends(lab_deployment, monkeypatch, tmp_path):
    monkeypatch.setattr(lab_deployment.ssl, "create_default_context", lambda **_: None)
    api = lab_deployment.Api(
        {"port": 1, "token": "t", "authority": "", "deployment": {"namespace": "argo", "name": "controller"}}
    )
    asked = []
    listed = {"items": [deployment()], "metadata": {"resourceVersion": "7"}}
    events = [
        {"type": "MODIFIED", "object": deployment(replicas=0)},
        {"type": "DELETED", "object": deployment(replicas=0)},
        {"type": "ERROR", "object": {"code": 410}},
        {"type": "ADDED", "object": deployment()},
    ]
    answers = iter([json.dumps(listed), "\n".join(json.dumps(event) for event in events)])

    def answer(method, path, body=None):
        asked.append(path)
        return io.BytesIO(next(answers).encode())

    monkeypatch.setattr(api, "_open", answer)
    seen = []
    api.follow(seen.append)
    assert [one and one["spec"].get("replicas", 1) for one in seen] == [1, 0, None]
    assert "resourceVersion=7" in asked[1]
    assert "fieldSelector=metadata.name%3Dcontroller" in asked[1]
