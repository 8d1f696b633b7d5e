# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import json
import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.access import (
    ensure,
    kubeconfig_for,
    token_is_good,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import kubeconfig

NOW = 1_800_000_000.0
DAY = 24 * 3600
ACCOUNT = {"kind": "ServiceAccount", "metadata": {"name": "weekly-maintenance", "namespace": "agent-platform-ops"}}


def token(uid="u1", expires=NOW + 300 * DAY):
    claims = {"exp": expires, "kubernetes.io": {"serviceaccount": {"uid": uid}}}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"head.{payload}.signature"


@pytest.mark.parametrize(
    ("given", "good"),
    [
        (token(), True),
        (token(uid="u2"), False),
        (token(expires=NOW - 1), False),
        (token(expires=NOW + 10 * DAY), False),
        ("", False),
        ("a.b.c", False),
        ("a.%%%.c", False),
        (f"a.{base64.urlsafe_b64encode(b'[]').decode()}.c", False),
    ],
)
def test_a_token_is_good_while_it_is_of_this_account_and_lives_on(given, good):
    assert token_is_good(given, "u1", NOW) is good


class Server:
    def __init__(self):
        self.asked = []

    def get_or_none(self, path):
        return {"metadata": {"uid": "u1"}}

    def create(self, path, body):
        self.asked.append(path)
        return {"status": {"token": token(expires=time.time() + 365 * DAY)}}


@pytest.fixture
def admin(tmp_path):
    path = tmp_path / "kubeconfig"
    path.write_text(json.dumps(kubeconfig("lab", "lab-admin", "secret", 20000, "Y2E=")))
    return path


def test_each_account_gets_its_kubeconfig_once(admin):
    server = Server()
    path = admin.with_name("kubeconfig-weekly-maintenance")
    first = ensure(server, admin, [ACCOUNT])
    assert first == {"kubeconfigs": {"weekly-maintenance": str(path)}, "changed": [str(path)]}
    assert ensure(server, admin, [ACCOUNT])["changed"] == []
    assert server.asked == [
        "/api/v1/namespaces/agent-platform-ops/serviceaccounts/weekly-maintenance/token",
    ]
    assert path.stat().st_mode & 0o077 == 0
    assert "secret" not in path.read_text()


def test_check_mode_says_so_and_asks_for_no_token(admin):
    server = Server()
    assert len(ensure(server, admin, [ACCOUNT], dry_run=True)["changed"]) == 1
    assert server.asked == []
    assert not admin.with_name("kubeconfig-weekly-maintenance").exists()


def test_another_user_of_the_same_cluster():
    made = kubeconfig_for(kubeconfig("lab", "lab-admin", "secret", 20000, "Y2E="), "rex", "t")
    assert made["contexts"] == [{"name": "lab", "context": {"cluster": "lab", "user": "rex"}}]
    assert made["users"] == [{"name": "rex", "user": {"token": "t"}}]


def test_a_kubeconfig_of_something_else_is_refused(tmp_path):
    with pytest.raises(OpsError, match="is not one of a practice cluster"):
        ensure(Server(), tmp_path / "kubeconfig", [ACCOUNT])
