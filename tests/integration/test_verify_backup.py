# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of the practice cluster are verified, by runbook verify_backup, and copied to a real S3 server."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support.backups import Keys, make_keys, take_backup
from tests.support.commands import ROOT, environment
from tests.support.lab import Lab, Run
from tests.support.modules import PACKAGE, run_module
from tests.support.roles import run_step
from tests.support.s3 import S3, s3

USER = "system:serviceaccount:agent-platform-ops:verify-backup"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def made(api: Client, keys: Keys, folder: Path) -> Manifest:
    """A backup of the practice cluster."""
    return take_backup(api, open_store(str(folder)), keys).manifest


def verify(lab: Lab, keys: Keys, store: Path | str, *arguments: str, **more: Any) -> Run:
    own = {
        "platform_kubeconfig": str(lab.kubeconfig_of("verify-backup")),
        "platform_store": str(store),
        "platform_backup_trusted_keys": [keys.trusted],
        "backup_verify_identity": str(keys.identity),
        "backup_verify_signing_key": str(keys.signing_key),
        **more,
    }
    return lab.run_playbook("verify_backup", "-e", json.dumps(own), *arguments)


def findings(folder: Path) -> list[dict[str, Any]]:
    """Of the last record that a run left in a store."""
    records = sorted(folder.glob("records/*/verify_backup/*.json"), key=lambda path: path.stat().st_mtime_ns)
    (step,) = json.loads(records[-1].read_text())["steps"]
    return step["findings"]


def notes(folder: Path) -> list[Path]:
    return list(folder.glob("backups/lab/verified/*.json"))


def test_the_runbook_looks_into_a_backup_and_names_what_is_wrong_with_it_and_needs_no_cluster(
    lab: Lab, keys: Keys, made: Manifest, folder: Path
) -> None:
    position = lab.audit_position()
    planned = verify(lab, keys, folder, "--check")
    assert planned.rc == 0, planned.stdout
    assert notes(folder) == []
    run = verify(lab, keys, folder)
    assert run.rc == 0, run.stdout
    (one,) = findings(folder)
    words = f"and {made.objects:,} objects as the index says"
    assert (one["status"], words in one["message"]) == ("ok", True), one
    assert [path.stem for path in notes(folder)] == [made.id]
    broken = folder / next(part.path for part in made.parts if part.resource == "secrets")
    whole = broken.read_bytes()
    broken.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    run = verify(lab, keys, folder, backup_verify_backup=made.id)
    assert run.rc == 2, run.stdout
    (one,) = findings(folder)
    assert one["status"] == "critical"
    assert one["message"].endswith("secrets holds other bytes than were written")
    assert "changed=0" in run.stdout
    assert [event for event in lab.audit_events(position) if event["user"]["username"] == USER] == []


def test_a_store_that_cannot_be_reached_is_unknown_and_the_run_fails(keys: Keys) -> None:
    run = run_module(
        "backup_verify",
        platform="lab",
        store="s3://none/such",
        store_options={"endpoint": "http://127.0.0.1:1", "region": "x", "allow_http": "true"},
        trusted_keys=[keys.trusted],
    )
    assert [one["status"] for one in run["findings"]] == ["unknown"]
    assert run["line"].startswith("nobody could look at the backups: cannot list")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with s3(tmp_path_factory.mktemp("s3")) as running:
        yield running


def test_backups_are_copied_to_a_bucket_and_verified_there_and_a_second_time_nothing_is(
    server: S3, keys: Keys, made: Manifest, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = {
        "platform_store": str(folder),
        "platform_backup_trusted_keys": [keys.trusted],
        "backup_copy_to": server.url,
        "backup_copy_to_options": server.options,
        "backup_copy_backup": "all",
    }
    arguments = ("-e", json.dumps(own))
    planned = run_step(tmp_path, "backup_copy", *arguments, "--check", **server.environment)
    assert planned.result["summary"].startswith("1 would be copied"), planned.stdout
    assert list(server.folder.rglob("*.json")) == []
    done = run_step(tmp_path, "backup_copy", *arguments, **server.environment)
    assert done.result["summary"].startswith("1 copied"), done.stdout
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    elsewhere = {"platform": "lab", "trusted_keys": [keys.trusted]}
    to = {"to": server.url, "to_options": server.options}
    again = run_module("backup_copy", store=str(folder), backup="all", **elsewhere, **to)
    assert (again["changed"], again["line"]) == (False, "1 already copied")
    there = {"store": server.url, "store_options": server.options}
    seen = run_module("backup_verify", identity=str(keys.identity), deep=True, **elsewhere, **there)
    assert [(one["id"], one["ok"]) for one in seen["backups"]] == [(made.id, True)], seen
    assert seen["backups"][0]["place"].startswith("s3://")


def test_a_copy_that_is_killed_at_any_moment_goes_on_when_it_is_run_again(
    keys: Keys, made: Manifest, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "offsite"
    known = {"platform": "lab", "store": str(folder), "trusted_keys": [keys.trusted]}
    options = {**known, "to": str(target)}
    arguments = tmp_path / "arguments.json"
    arguments.write_text(json.dumps({"ANSIBLE_MODULE_ARGS": options}))
    manifests = target / "backups" / "lab" / "manifests"
    for _kill in range(3):
        process = subprocess.Popen(
            [sys.executable, "-m", f"{PACKAGE}.backup_copy", str(arguments)],
            env=environment(PYTHONPATH=str(ROOT / "playbooks" / "collections")),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while not (target / "backups").exists() and process.poll() is None:
            time.sleep(0.005)
        time.sleep(random.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if not manifests.exists() or not list(manifests.glob("2*.json")):
            missing = run_module("backup_verify", backup=made.id, **{**known, "store": str(target)})
            assert missing["backups"][0]["believed"] is False
    done = run_module("backup_copy", **options)
    assert not done.get("failed"), done
    seen = run_module("backup_verify", **{**known, "store": str(target)}, identity=str(keys.identity), deep=True)
    assert [(one["id"], one["ok"]) for one in seen["backups"]] == [(made.id, True)]
