# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules backup and backup_info: options, results and refusals; the flows have tests of their own."""

from __future__ import annotations

import json

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.modules.backup import VERSION
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.backup_server import SECRET, Cluster
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import status

from tests.support.backups import make_keys, private, signing_key
from tests.support.commands import ROOT


@pytest.fixture
def keys(tmp_path):
    return make_keys(tmp_path / "keys")


@pytest.fixture
def back_up(run_module, kubeconfig, keys, tmp_path):
    def run(cluster=None, *, check=False, **options):
        with (cluster or Cluster()).serve() as server:
            known = keys.options(str(tmp_path / "store"), kubeconfig=kubeconfig(server))
            return run_module("backup", check=check, **{**known, **options})

    return run


def test_a_backup_tells_where_it_is_and_is_listed(back_up, run_module, keys, tmp_path):
    told = back_up(classes=["yearly", "daily"], reason="why", actor="me")
    made = told["backup"]
    assert told["changed"]
    assert (made["objects"], made["complete"], made["reason"], made["actor"]) == (7, True, "why", "me")
    assert made["classes"] == ["daily", "yearly"]
    assert made["place"] == f"{tmp_path}/store/{made['path']}"
    assert made["new_bytes"] == made["bytes"] > 0
    assert told["cost"]["writes"] == 0
    assert told["findings"][0]["status"] == "ok"
    listed = run_module("backup_info", platform="lab", store=str(tmp_path / "store"), trusted_keys=[keys.trusted])
    assert not listed["changed"]
    assert listed["newest"]["id"] == made["id"]
    others = run_module(
        "backup_info", platform="lab", store=str(tmp_path / "store"), trusted_keys=[signing_key(tmp_path / "other")]
    )
    assert others["newest"] is None


def test_check_mode_says_what_would_be_stored_and_makes_nothing(back_up, tmp_path):
    told = back_up(check=True)
    assert told["changed"]
    assert (told["backup"]["id"], told["backup"]["place"], told["backup"]["objects"]) == ("", "", 7)
    assert "would be stored" in told["line"]
    assert not (tmp_path / "store").exists()


def test_a_kind_that_may_not_be_read_is_a_finding_and_no_failure(back_up):
    cluster = Cluster()
    cluster.spoiled = lambda request: status(403, "secrets is forbidden") if request.path.endswith("/secrets") else None
    told = back_up(cluster)
    assert not told["backup"]["complete"]
    assert (told["findings"][0]["status"], told["findings"][0]["subject"]["name"]) == ("critical", "secrets")


def test_no_secret_stands_in_any_file_or_result(back_up, tmp_path):
    told = back_up()
    assert SECRET not in json.dumps(told)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda keys, path: {"recipients": ["ecdsa-sha2-nistp256 AAAA"]}, "ecdsa-sha2-nistp256 is not taken"),
        (lambda keys, path: {"recipients": [keys.identity.read_text()]}, "one of them is a private key"),
        (lambda keys, path: keys.signing_key.chmod(0o644) or {}, "has mode 0644"),
        (lambda keys, path: {"signing_key": str(path / "none")}, "cannot read"),
        (lambda keys, path: {"signing_key": str(keys.identity)}, "holds no private key that can be used"),
        (lambda keys, path: {"signing_key": keys.identity.read_text()}, "signing_key is a private key itself"),
        (lambda keys, path: {"signing_key": ""}, "signing_key is empty"),
        (lambda keys, path: {"trusted_keys": [signing_key(path / "k")]}, "is not among trusted_keys"),
        (lambda keys, path: {"trusted_keys": []}, "trusted_keys is empty"),
        (lambda keys, path: {"platform": "../x"}, "cannot name a folder"),
        (lambda keys, path: {"kinds": [{"resource": "pods"}]}, "pods cannot be backed up"),
        (lambda keys, path: {"reason": "x" * 1001}, "reason: it has 1,001 characters"),
        (lambda keys, path: {"store": "ftp://x/y"}, "ftp://"),
        (lambda keys, path: {"store": str(private(path / "file", "x"))}, "file"),
    ],
)
def test_what_cannot_be_right_is_one_sentence_and_stores_nothing(back_up, keys, tmp_path, spoil, words):
    secret = keys.identity.read_text().strip()
    told = back_up(**spoil(keys, tmp_path))
    assert told["failed"]
    assert words in told["msg"]
    assert "\n" not in told["msg"]
    assert secret not in json.dumps(told)
    assert not (tmp_path / "store").exists()


def test_the_manifest_names_the_version_of_the_collection():
    assert yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"] == VERSION
