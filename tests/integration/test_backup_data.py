# SPDX-License-Identifier: GPL-3.0-or-later
"""The runbook that keeps other data than objects, under its own rights, and the documents that it keeps."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.files import File
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Content
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import keep as keep_dataset
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support.datasets import Vault, vault
from tests.support.lab import Lab, Run
from tests.support.modules import run_module

CANARY = "canary-of-the-configuration"
APPS = {"github_apps": [{"name": "5DLabs-Rex", "app_id": 1101, "private_key": CANARY}]}
SITE_ROLE = """
- name: Say how it went
  ansible.builtin.set_fact:
    registry_result: {summary: kept, findings: [], changes: {total: 1, rows: [], rows_file: ""}, data: {}}
"""


@pytest.fixture
def kept(tmp_path: Path) -> Vault:
    return vault(tmp_path / "vault")


@pytest.fixture
def variables(kept: Vault, tmp_path: Path) -> dict[str, Any]:
    """What the inventory of practice clusters does not say: one bucket, one role of the site, and facts."""
    tasks = tmp_path / "roles" / "registry" / "tasks"
    tasks.mkdir(parents=True)
    (tasks / "main.yml").write_text(SITE_ROLE)
    open_store(str(tmp_path / "bucket")).put("a", b"b")
    return {
        **kept.variables,
        "configuration_export_facts": APPS,
        "bucket_copy_pairs": [{"source": f"{tmp_path}/bucket", "target": f"{tmp_path}/copy"}],
        "other_data_roles": [str(tmp_path / "roles" / "registry")],
    }


def _run(lab: Lab, variables: dict[str, Any], *more: str) -> Run:
    kubeconfig = {"platform_kubeconfig": str(lab.kubeconfig_of("backup-data"))}
    return lab.run_playbook("backup_data", "-e", json.dumps({**variables, **kubeconfig}, ensure_ascii=False), *more)


def test_each_kind_is_kept_under_the_rights_of_the_runbook_and_check_writes_nothing(
    lab: Lab, kept: Vault, variables: dict[str, Any], tmp_path: Path
) -> None:
    before = lab.audit_position()
    looked = _run(lab, variables, "--check")
    assert looked.rc == 0, looked.stdout
    assert [path for path in (kept.folder / "store").rglob("*") if "data" in path.parts] == []
    assert not (tmp_path / "copy" / "a").exists()

    done = _run(lab, variables)
    assert done.rc == 0, done.stdout
    record = json.loads(max((kept.folder / "store").glob("records/*/backup_data/*.json")).read_text())
    steps = {step["role"].rpartition(".")[2]: step["status"] for step in record["steps"]}
    assert {steps.pop(name) for name in ("file_backup", "volume_snapshot")} == {"skipped"}
    assert steps.pop("dataset_retention") == "ok"
    assert set(steps.values()) == {"changed"}, steps
    aged = {one["subject"]["name"] for one in record["findings"] if one["check"] == "dataset_age"}
    assert aged == {"configuration_export", "etcd_snapshot", "prometheus_snapshot"}
    assert {one["status"] for one in record["findings"]} == {"ok"}
    assert (tmp_path / "copy" / "a").read_bytes() == b"b"
    user = "system:serviceaccount:agent-platform-ops:backup-data"
    assert {line.split("/")[0] for line in lab.writes(before, user)} <= {
        f"{verb} leases agent-platform-ops" for verb in ("create", "patch", "update", "delete")
    }
    assert CANARY not in done.stdout + json.dumps(record)
    assert kept.clear_text(CANARY.encode()) == []


def test_what_was_kept_is_written_by_the_runbook_into_a_new_folder_and_never_over_another(
    lab: Lab, kept: Vault, tmp_path: Path
) -> None:
    content = Content("all", lambda: iter([File("all/x", len(CANARY), [CANARY.encode()])]))
    keep_dataset(kept.store, kept.order("registry_data"), datetime.now(UTC), [content], {})
    dest = tmp_path / "restored"
    own = {**kept.variables, "dataset_restore_kind": "registry_data", "dataset_restore_dest": str(dest)}
    own |= {"dataset_restore_identity": kept.looking["identity"]}
    since = lab.audit_position()
    planned = lab.run_playbook("restore_data", "-e", json.dumps(own), "--check")
    assert (planned.rc, dest.exists()) == (0, False), planned.stdout
    done = lab.run_playbook("restore_data", "-e", json.dumps(own))
    assert done.rc == 0, done.stdout
    assert (dest / "all" / "x").read_text() == CANARY
    assert CANARY not in done.stdout
    again = lab.run_playbook("restore_data", "-e", json.dumps(own))
    assert again.rc == 2
    assert "is there already; nothing was written" in again.stdout
    assert lab.writes(since) == []


def test_old_datasets_go_as_planned_and_a_kind_that_nobody_keeps_is_told(
    lab: Lab, kept: Vault, variables: dict[str, Any]
) -> None:
    for days in (3, 2):
        content = Content("all", lambda: iter([File("all/x", 1, [b"x"])]))
        moment = datetime.now(UTC) - timedelta(days=days)
        keep_dataset(kept.store, kept.order("registry_data"), moment, [content], {})
    few = {"dataset_retention_daily": 1, "dataset_retention_weekly": 0, "dataset_retention_monthly": 0}
    few |= {"dataset_retention_yearly": 0, "dataset_retention_floor": 1, "platform_data_kinds": {"databases": "26h"}}

    def manifests() -> list[Path]:
        return sorted((kept.folder / "store").glob("backups/*/data/registry_data/manifests/*"))

    before = manifests()
    only = ("-e", json.dumps({"runbook_only": "dataset_retention"}))
    planned = _run(lab, {**variables, **few}, *only, "--check")
    assert (planned.rc, manifests()) == (2, before), planned.stdout
    assert "1 would be deleted" in planned.stdout
    done = _run(lab, {**variables, **few}, *only)
    assert manifests() == before[1:]
    assert "databases: there is none in the store" in done.stdout


def test_the_same_configuration_is_the_same_document_without_its_secrets(
    lab: Lab, kept: Vault, namespace, tmp_path: Path
) -> None:
    policy = {"kind": "NetworkPolicy", "metadata": {"name": "a"}, "spec": {"podSelector": {}}}
    namespace.create("networking.k8s.io/v1", "networkpolicies", policy)
    options = {**kept.keeping, "kubeconfig": str(lab.kubeconfig), "facts": APPS}
    first = run_module("configuration_export", **options)
    again = run_module("configuration_export", **options)
    # Only its manifest is new, whose id may be a few characters longer.
    saved = first["dataset"]["new_bytes"] - again["dataset"]["new_bytes"]
    assert abs(saved - first["dataset"]["bytes"]) < 16
    dest = tmp_path / "documents"
    assert run_module("dataset_restore", **kept.looking, provider="configuration_export", dest=str(dest))["changed"]
    policies = json.loads((dest / "networkpolicies.json").read_text())
    own = [one for one in policies if one["metadata"]["namespace"] == namespace.name]
    assert [one["spec"]["podSelector"] for one in own] == [{}]
    assert "uid" not in own[0]["metadata"]
    facts = (dest / "facts.json").read_text()
    assert CANARY not in facts
    assert json.loads(facts)["github_apps"][0]["app_id"] == 1101


def test_a_kind_that_may_not_be_read_is_critical_and_the_rest_is_kept(lab: Lab, kept: Vault) -> None:
    options = {**kept.keeping, "kubeconfig": str(lab.kubeconfig_of("agent-health"))}
    found = run_module("configuration_export", **options)
    statuses = {one["subject"]["name"]: one["status"] for one in found["findings"]}
    assert statuses["networkpolicies"] == "critical"
    assert found["dataset"]["facts"]["documents"] == ["facts.json"]


def test_what_was_spoilt_or_signed_by_another_is_never_written_back(lab: Lab, kept: Vault, tmp_path: Path) -> None:
    options = {**kept.keeping, "kubeconfig": str(lab.kubeconfig)}
    place = Path(run_module("configuration_export", **options)["dataset"]["place"])
    dest, other = str(tmp_path / "out"), vault(tmp_path / "other")
    wanted = {**kept.looking, "provider": "configuration_export", "dest": dest}
    (part,) = (kept.folder / "store").rglob("*.age")
    data = part.read_bytes()
    for spoilt in (data[:-1], data[:200] + bytes([data[200] ^ 1]) + data[201:], b""):
        part.write_bytes(spoilt)
        assert "damaged" in run_module("dataset_restore", **wanted)["msg"]
    part.write_bytes(data)
    for change, why in (
        ({"trusted_keys": [other.signer.public]}, "does not trust"),
        ({"identity": other.looking["identity"]}, "cannot decrypt"),
        ({"identity": None}, "encrypted"),
        ({"dataset": "../../x"}, "no id"),
        ({"provider": "../x"}, "cannot name a folder"),
    ):
        assert why in run_module("dataset_restore", **{**wanted, **change})["msg"], change
    moved = place.with_name("2030-01-01T00-00-00Z.json")
    place.rename(moved)
    assert "moved" in run_module("dataset_restore", **wanted)["msg"]
    assert not Path(dest).exists()
