# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import config
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import FaultServer


@pytest.fixture
def kubeconfig(tmp_path):
    path = tmp_path / "kubeconfig"
    path.write_text(json.dumps(FaultServer().kubeconfig("secret-token")))
    return path


def test_a_kubeconfig_gives_host_and_token(kubeconfig):
    credentials = load(str(kubeconfig))
    assert credentials.host.startswith("http://127.0.0.1:")
    assert credentials.authorization() == "Bearer secret-token"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "does not exist"),
        ("", "cannot be used"),
        ("a: [", "cannot be used"),
        ("[1, 2]", "cannot be used"),
        ("{contexts: [], clusters: [], users: [], current-context: gone}", "cannot be used"),
    ],
)
def test_an_unusable_kubeconfig_is_one_sentence(tmp_path, text, words):
    path = tmp_path / "kubeconfig"
    if text is not None:
        path.write_text(text)
    with pytest.raises(OpsError, match=words) as caught:
        load(str(path))
    assert caught.value.kind == "invalid"
    assert "\n" not in caught.value.as_result()["msg"]


def test_an_unknown_context_is_told_with_those_that_exist(kubeconfig):
    with pytest.raises(OpsError, match="context 'prod'") as caught:
        load(str(kubeconfig), "prod")
    assert "faults" in caught.value.hint


def _kubeconfig(cluster, user):
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "a",
        "contexts": [{"name": "a", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://cluster.example:6443/", **cluster}}],
        "users": [{"name": "u", "user": user}],
    }


def _said(credentials):
    """What credentials say, files by what they hold."""
    names = (credentials.ca_file, credentials.cert_file, credentials.key_file)
    authority, *pair = (Path(name).read_text() if name else None for name in names)
    others = (credentials.host, credentials.authorization(), credentials.verify, credentials.server_name)
    return credentials.ca_data or authority, pair, others, credentials.proxy


@pytest.fixture
def without_proxies(monkeypatch):
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


def _absent():
    raise AssertionError("the kubernetes package is not needed for this")


@pytest.mark.usefixtures("without_proxies")
@pytest.mark.parametrize(
    ("cluster", "user"),
    [
        ({}, {}),
        ({"certificate-authority-data": base64.b64encode(b"authority").decode()}, {"token": "t"}),
        ({"certificate-authority": "ca.pem", "tls-server-name": "other.example"}, {"token": "t"}),
        ({"insecure-skip-tls-verify": True, "extensions": []}, {"client-certificate": "a.pem", "client-key": "b.pem"}),
    ],
    ids=["nothing", "token", "authority", "certificate"],
)
def test_a_plain_kubeconfig_means_what_the_kubernetes_package_makes_of_it(tmp_path, monkeypatch, cluster, user):
    for name in ("ca.pem", "a.pem", "b.pem"):
        (tmp_path / name).write_text(name)
    path = tmp_path / "kubeconfig"
    path.write_text(json.dumps(_kubeconfig(cluster, user)))
    with monkeypatch.context() as patched:
        patched.setattr(config, "_package", _absent)
        plain = _said(load(str(path)))
    monkeypatch.setattr(config, "_load_plain", lambda *_arguments: None)
    assert plain == _said(load(str(path)))


@pytest.mark.usefixtures("without_proxies")
def test_what_is_not_plain_is_read_by_the_kubernetes_package(tmp_path, monkeypatch):
    path = tmp_path / "kubeconfig"
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "echo",
        "args": [],
        "interactiveMode": "Never",
    }
    said = {"apiVersion": plugin["apiVersion"], "kind": "ExecCredential", "status": {"token": "from the plugin"}}
    path.write_text(json.dumps(_kubeconfig({}, {"exec": {**plugin, "args": [json.dumps(said)]}})))
    assert load(str(path)).authorization() == "Bearer from the plugin"

    path.write_text(json.dumps(_kubeconfig({"certificate-authority": "absent.pem"}, {"token": "t"})))
    with pytest.raises(OpsError, match=r"File does not exist: .*absent\.pem"):
        load(str(path))

    path.write_text(json.dumps(_kubeconfig({}, {"token": "t"})))
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    assert load(str(path)).proxy == "http://proxy.example:3128"


def test_a_missing_package_is_one_sentence(tmp_path, monkeypatch):
    path = tmp_path / "kubeconfig"
    path.write_text("{}")
    monkeypatch.setitem(sys.modules, "kubernetes.client", None)
    with pytest.raises(OpsError, match="the Python package kubernetes is missing") as caught:
        load(str(path))
    assert "ansible_python_interpreter" in caught.value.hint
