# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import socket

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import ports

NAMES = ("api", "etcd", "etcd_peer")


@pytest.fixture
def taken():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def test_the_same_identity_gets_the_same_block_while_it_is_free(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda port: True)
    first = ports.choose(NAMES, "/state/lab", {})
    assert ports.choose(NAMES, "/state/lab", {}) == first
    assert ports.choose(NAMES, "/state/other", {}) != first
    assert sorted(first.values()) == list(range(min(first.values()), min(first.values()) + 3))


def test_a_block_with_a_taken_port_is_passed_over(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda port: True)
    first = ports.choose(NAMES, "lab", {})
    monkeypatch.setattr(ports, "is_free", lambda port: port != first["etcd_peer"])
    assert not set(first.values()) & set(ports.choose(NAMES, "lab", {}).values())


def test_a_requested_port_is_kept(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda port: True)
    assert ports.choose(NAMES, "lab", {"api": 6443})["api"] == 6443


def test_a_requested_port_that_is_taken_is_named(taken):
    with pytest.raises(OpsError, match=f"port {taken} for api is taken by another process") as refused:
        ports.choose(NAMES, "lab", {"api": taken})
    assert refused.value.kind == "refused"


@pytest.mark.parametrize("port", [-1, 80, 65536])
def test_a_requested_port_out_of_range_is_refused(port):
    with pytest.raises(OpsError, match=f"lab port {port} .* is out of range"):
        ports.choose(NAMES, "lab", {"api": port})


def test_no_free_block_is_told(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda port: False)
    with pytest.raises(OpsError, match="no 3 free ports in a row"):
        ports.choose(NAMES, "lab", {})


def test_patience_for_a_port_that_is_given_back(monkeypatch):
    answers = iter([False, False, True])
    monkeypatch.setattr(ports, "is_free", lambda port: next(answers))
    ports.require_free("etcd", 20000, patience=5)
