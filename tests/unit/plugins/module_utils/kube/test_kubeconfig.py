# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import copy
import json

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.kubeconfig import Plain, read
from hypothesis import given
from hypothesis import strategies as st

GOOD = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "ours",
    "contexts": [
        {"name": "ours", "context": {"cluster": "c", "user": "u", "namespace": "n"}},
        {"name": "other", "context": {"cluster": "d", "user": "nobody"}},
    ],
    "clusters": [
        {"name": "c", "cluster": {"server": "https://ours.example/"}},
        {"name": "d", "cluster": {"server": "http://127.0.0.1:8001", "extensions": [{"name": "made by"}]}},
    ],
    "users": [{"name": "u", "user": {"token": "secret"}}, {"name": "nobody", "user": {}}],
}


@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump], ids=["json", "yaml"])
def test_the_current_context_or_the_one_that_is_asked_for(write):
    assert read(write(GOOD)) == Plain("https://ours.example", token="secret")
    assert read(write(GOOD), "other") == Plain("http://127.0.0.1:8001")
    assert read(write(GOOD), "third") is None


def changed(cluster=None, user=None):
    document = copy.deepcopy(GOOD)
    document["clusters"][0]["cluster"].update(cluster or {})
    document["users"][0]["user"].update(user or {})
    return read(json.dumps(document))


def test_certificates_and_names():
    data = base64.b64encode(b"an authority").decode()
    assert changed({"certificate-authority-data": data}).ca_data == "an authority"
    files = changed({"certificate-authority": "ca.pem"}, {"client-certificate": "a.pem", "client-key": "b.pem"})
    assert (files.ca_file, files.cert_file, files.key_file) == ("ca.pem", "a.pem", "b.pem")
    named = changed({"tls-server-name": "other", "insecure-skip-tls-verify": True})
    assert (named.server_name, named.verify) == ("other", False)


@pytest.mark.parametrize(
    ("cluster", "user"),
    [
        ({"proxy-url": "http://proxy.example"}, {}),
        ({"server": "cluster.example"}, {}),
        ({"server": 6443}, {}),
        ({"insecure-skip-tls-verify": "yes"}, {}),
        ({"certificate-authority-data": "no base64!"}, {}),
        ({"certificate-authority-data": base64.b64encode("ä".encode()).decode()}, {}),
        ({"certificate-authority": "a", "certificate-authority-data": "YQ=="}, {}),
        ({}, {"exec": {"command": "aws"}}),
        ({}, {"auth-provider": {"name": "oidc"}}),
        ({}, {"tokenFile": "token"}),
        ({}, {"username": "me", "password": "secret"}),
        ({}, {"client-certificate-data": "YQ==", "client-key-data": "YQ=="}),
        ({}, {"client-certificate": "a.pem"}),
        ({}, {"token": ""}),
        ({}, {"token": ["a"]}),
    ],
)
def test_what_is_not_plain_is_left_to_the_kubernetes_package(cluster, user):
    assert changed(cluster, user) is None


@pytest.mark.parametrize("text", ["", "a: [", "[1, 2]", "null", "{contexts: [], current-context: a}", "[" * 9999])
def test_what_is_no_kubeconfig_is_left_to_the_kubernetes_package_too(text):
    assert read(text) is None


JUNK = st.recursive(st.none() | st.integers() | st.text(max_size=3), lambda one: st.lists(one, max_size=2))


@given(place=st.sampled_from(["contexts", "clusters", "users", "current-context"]), junk=JUNK)
def test_odd_shapes_never_raise(place, junk):
    assert read(json.dumps({**GOOD, place: junk})) is None
