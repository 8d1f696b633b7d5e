# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of the practice cluster by modules backup and backup_info and by runbook backup."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import archive, manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import identities_of, signer_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import open_part
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import read_manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support.backups import Keys, make_keys
from tests.support.cluster import Namespace
from tests.support.lab import Lab
from tests.support.modules import run_module

USER = "system:serviceaccount:agent-platform-ops:backup"
CANARY = "canary-a1b2c3d4e5f6"
FORMS = (CANARY.encode(), base64.b64encode(CANARY.encode()))
LONGEST = ".".join(["a" * 61, "b" * 63, "c" * 63, "d" * 63])


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return make_keys(tmp_path / "keys")


@pytest.fixture
def back_up(lab: Lab, tmp_path: Path, keys: Keys):
    """back_up(check=False, **options of module backup) -> its result, from a process of its own"""

    def run(*, check: bool = False, **options: Any) -> dict[str, Any]:
        known = keys.options(str(tmp_path / "store"), kubeconfig=str(lab.kubeconfig))
        return run_module("backup", check=check, **{**known, **options})

    return run


@pytest.fixture
def odd(namespace: Namespace) -> Iterator[Namespace]:
    """A namespace with what fights back."""
    config = ("v1", "configmaps")
    # The largest that the API server takes, the sum of its keys and values, and hardly to be compressed.
    for number in range(12):
        namespace.create(
            *config, {"metadata": {"name": f"large-{number}"}, "data": {"k": os.urandom(524_288).hex()[1:]}}
        )
    namespace.create(*config, {"metadata": {"name": LONGEST}, "data": {"u": "{{ boom }}\n<b>"}})
    namespace.create("v1", "secrets", {"metadata": {"name": "canary"}, "stringData": {"token": CANARY}})
    held = namespace.create(*config, {"metadata": {"name": "held", "finalizers": ["ops.example.org/hold"]}})
    path = resource(*config, namespace.name, "held")
    namespace.api.delete(path, held["metadata"]["uid"], held["metadata"]["resourceVersion"])
    yield namespace
    namespace.api.patch(path, {"metadata": {"finalizers": []}})


def objects(store: Path, identity: Path, platform: str = "lab") -> dict[str, dict[tuple[str, str], dict]]:
    """What the newest backup of a store holds, by resource, namespace and name."""
    place = open_store(str(store))
    newest = place.keys(f"backups/{platform}/manifests")[-1]
    made = read_manifest(place, newest, _Anybody()).manifest
    found: dict[str, dict[tuple[str, str], dict]] = {}
    for part in made.parts:
        with open_part(place, part, identities_of(str(identity))) as file:
            found[part.resource] = {(space, name): json.loads(text) for space, name, text in archive.objects(file)}
    return found


class _Anybody:
    """Believes every signature; who signed is looked at elsewhere."""

    def accepts(self, _name: str, _signature: bytes, _data: bytes) -> str:
        return ""


class Watch:
    """Looks into every process of a run for the secret: arguments, environment, and files without a name."""

    def __init__(self, session: int) -> None:
        self.session = session
        self.told: set[str] = set()
        self.spools = 0

    def look(self) -> None:
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and self._is_ours(process):
                for file in ("cmdline", "environ"):
                    self._search(process / file, file)
                for descriptor in self._descriptors(process):
                    self.spools += 1
                    self._search(descriptor, "spool")

    def _is_ours(self, process: Path) -> bool:
        try:
            return os.getsid(int(process.name)) == self.session
        except OSError:
            return False

    @staticmethod
    def _descriptors(process: Path) -> Iterator[Path]:
        try:
            yield from (one for one in (process / "fd").iterdir() if "(deleted)" in os.readlink(one))
        except OSError:
            return

    def _search(self, path: Path, what: str) -> None:
        try:
            data = path.read_bytes()
        except OSError:
            return
        self.told |= {what for form in FORMS if form in data}


def steps_of(store: Path) -> list[dict[str, Any]]:
    """What the newest record of the runbook says of its steps: the backup, its copy, what went."""
    newest = sorted((store / "records" / "lab" / "backup").glob("*.json"))[-1]
    return json.loads(newest.read_text())["steps"]


def step_of(store: Path) -> dict[str, Any]:
    """What it says of the backup itself."""
    return steps_of(store)[0]


def add_old(store: Path, path: Path, signing_key: Path) -> Path:
    """A backup of the last year, of no class and with the parts of another one."""
    made = read_manifest(open_store(str(store)), str(path.relative_to(store)), _Anybody()).manifest
    old = replace(made, id="2025-01-01T00-00-00Z", started="2025-01-01T00:00:00Z", classes=())
    target = path.with_name(f"{old.id}.json")
    target.write_bytes(manifest.seal(old, signer_of(str(signing_key))))
    return target


def holding(folder: Path) -> list[str]:
    """Files below a folder that hold the secret in any form."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if any(form in path.read_bytes() for form in FORMS)]


def test_the_runbook_backs_up_everything_under_its_own_rights_and_no_secret_leaks(
    lab: Lab, odd: Namespace, tmp_path: Path
) -> None:
    store, temporary = tmp_path / "store", tmp_path / "tmp"
    temporary.mkdir()
    options = [
        *("-e", f"platform_kubeconfig={lab.kubeconfig_of('backup')}", "-e", f"platform_store={store}"),
        *("-e", f"ansible_remote_tmp={temporary}"),
    ]
    second = tmp_path / "second"
    copying = ("-e", f"backup_copy_to={second}")
    position = lab.audit_position()
    planned = lab.run_playbook("backup", *options, *copying, "--check")
    assert planned.rc == 0, planned.stdout
    assert "would be stored" in step_of(store)["summary"]
    assert not (store / "backups").exists()
    assert not second.exists()
    assert lab.writes(position, USER) == []

    os.environ["TMPDIR"] = str(temporary)
    try:
        run = lab.begin("backup", *options, *copying, "-vvvv", log=tmp_path / "log")
    finally:
        del os.environ["TMPDIR"]
    watch = Watch(run.pid)
    while run.poll() is None:
        watch.look()
        time.sleep(0.02)
    log = (tmp_path / "log").read_text()
    assert run.returncode == 0, log[-4000:]
    assert watch.told == set()
    assert watch.spools
    assert [form for form in FORMS if form in log.encode()] == []
    assert holding(store) + holding(lab.state) + holding(temporary) == []

    found = objects(store, lab.directory / "keys" / "identity.age")
    assert found["secrets"][odd.name, "canary"]["data"] == {"token": FORMS[1].decode()}
    assert found["configmaps"][odd.name, LONGEST]["data"] == {"u": "{{ boom }}\n<b>"}
    assert len(found["configmaps"][odd.name, "large-0"]["data"]["k"]) == 1_048_575
    assert (odd.name, "held") not in found["configmaps"]
    assert found["workflows.argoproj.io"]
    assert "kubernetes.io/service-account-token" not in {one.get("type") for one in found["secrets"].values()}
    modes = {oct(path.stat().st_mode & 0o777) for path in store.rglob("*") if path.is_file()}
    assert modes == {"0o600"}

    (manifest_path,) = (store / "backups" / "lab" / "manifests").iterdir()
    assert (second / manifest_path.relative_to(store)).read_bytes() == manifest_path.read_bytes()

    # The day has its backup; one of the last year goes, and nobody named a second store.
    old = add_old(store, manifest_path, lab.directory / "keys" / "signing_key")
    again = lab.run_playbook("backup", *options, "-e", "backup_retention_floor=1")
    assert again.rc == 0, again.stdout
    step = step_of(store)
    assert "nothing is due; the newest backup is" in step["summary"]
    assert step["changes"]["total"] == 0
    told = {number: (one["status"], one["summary"]) for number, one in enumerate(steps_of(store))}
    assert told[1] == ("warning", "no second store is named")
    assert told[2] == ("changed", "1 deleted · 1 kept")
    assert not old.exists()
    assert len(next(one for one in step["data"]["tables"] if one["title"] == "Backups in the store")["rows"]) == 2


def test_large_objects_take_little_memory_and_a_second_backup_writes_next_to_nothing(
    odd: Namespace, back_up, tmp_path: Path, keys: Keys
) -> None:
    first = back_up(classes=["weekly", "daily"], reason="{{ why }} <b>\n")
    assert first["changed"]
    assert first["backup"]["complete"]
    assert first["backup"]["classes"] == ["daily", "weekly"]
    assert first["cost"]["peak_mb"] < 150
    assert first["cost"]["writes"] == 0
    second = back_up()
    assert second["changed"]
    assert second["backup"]["new_bytes"] < first["backup"]["bytes"] / 100

    listed = run_module("backup_info", platform="lab", store=str(tmp_path / "store"), trusted_keys=[keys.trusted])
    assert [one["id"] for one in listed["backups"]] == [second["backup"]["id"], first["backup"]["id"]]
    assert listed["newest"]["id"] == second["backup"]["id"]
    assert listed["backups"][1]["reason"] == "{{ why }} <b>\n"
    assert "the newest that can be used is" in listed["line"]


def test_what_may_not_be_read_is_critical_and_what_a_site_names_wrongly_a_warning(lab: Lab, back_up) -> None:
    told = back_up(
        kubeconfig=str(lab.kubeconfig_of("weekly-maintenance")),
        kinds=[{"resource": "jobs.batch"}, {"resource": "typos.example.org"}],
    )
    assert not told["backup"]["complete"]
    found = {one["subject"]["name"]: one for one in told["findings"]}
    assert found["secrets"]["status"] == "critical"
    assert "forbidden" in found["secrets"]["message"]
    assert found["typos.example.org"]["status"] == "warning"
    assert "NOT COMPLETE" in told["line"]
    assert {part["resource"] for part in told["backup"]["parts"]} >= {"workflows.argoproj.io"}


def test_kinds_of_a_site_and_a_backup_without_recipients(lab: Lab, api: Client, namespace: Namespace, back_up) -> None:
    told = back_up(recipients=[], kinds=[{"resource": "jobs.batch"}, {"resource": "pods.metrics.k8s.io"}])
    parts = {part["resource"] for part in told["backup"]["parts"]}
    assert "jobs.batch" in parts
    assert "secrets" not in parts
    assert (told["findings"][0]["status"], told["findings"][0]["subject"]["name"]) == ("warning", "secrets")
    assert not Path(told["backup"]["place"]).read_bytes().count(b"AGE")
