# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole platform comes back in an empty control plane; its lock lies in the store."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.store.lock import acquire
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support import restores
from tests.support.backups import take_backup
from tests.support.cluster import client
from tests.support.commands import ROOT, environment, run
from tests.support.planes import empty_plane
from tests.support.roles import run_step


class Site:
    """A backup of the practice cluster in a store of its own, and a control plane to restore into."""

    def __init__(self, api, lab, plane, folder: Path) -> None:
        self.lab, self.plane = lab, plane
        self.keys, self.url = restores.keys_of(lab), f"file://{folder / 'store'}"
        self.store = open_store(self.url)
        self.backup = take_backup(api, self.store, self.keys).manifest
        self.options = ["-e", f"platform_kubeconfig={plane.kubeconfig}", "-e", f"platform_store={self.url}"]

    def restore(self, *arguments: str) -> tuple[int, str, dict[str, Any]]:
        """(exit code, output, record) of one run."""
        before = set(self.store.keys("records/lab/full_system_restore"))
        playbook = ROOT / "playbooks" / "full_system_restore.yml"
        given = (*self.lab.options, *self.options, *arguments)
        done = run("ansible-playbook", playbook, *given, env=environment(), timeout=300, expect=None)
        new = sorted(set(self.store.keys("records/lab/full_system_restore")) - before)
        records = [json.loads(self.store.get(key)) for key in new if key.endswith(".json")]
        return done.returncode, done.stdout + done.stderr, records[0] if records else {}


@pytest.fixture
def site(api, lab, tmp_path):
    with empty_plane(f"{lab.name}-fresh", tmp_path) as plane:
        yield Site(api, lab, plane, tmp_path)


def test_a_platform_comes_back_in_an_empty_control_plane_and_a_second_run_finds_nothing_to_do(site, api) -> None:
    since = site.plane.audit_position()
    rc, said, planned = site.restore("--check")
    assert rc == 0, said[-6000:]
    assert site.plane.writes(since) == []
    assert planned["steps"][2]["changes"]["total"] > 200

    rc, said, record = site.restore("-e", "runbook_confirm=lab")
    assert rc == 0, said[-6000:]
    # What had not ended is left, and told.
    assert [step["status"] for step in record["steps"][:4]] == ["ok", "ok", "warning", "ok"], record["steps"]
    assert record["steps"][2]["changes"]["total"] > 200
    assert record["lock"]["store"] == site.url
    assert (record["lock"]["name"], record["lock"]["transitions"]) == ("lab", 1)
    fresh = client(site.plane.kubeconfig)
    seen = restores.look(fresh, site.keys, site.url)
    assert seen["plan"]["states"].keys() <= {"same", "live", "offloaded"}, seen["rows"]
    there = _finished(fresh)
    assert there <= _finished(api), "none of them ran again"
    assert len(there) > 10

    # A holder that shows no life is outlived. A platform that takes no workflow is not restored, whatever is there.
    acquire(site.store, "lab", "a run that was killed")
    rc, said, again = site.restore("-e", "runbook_confirm=lab", "-e", "platform_argo_namespace=nowhere")
    assert (rc, again["steps"][2]["changes"]["total"]) == (2, 0), said[-6000:]
    assert (again["outcome"], again["fails"], again["steps"][3]["status"]) == ("finished", True, "critical")
    assert "changed=0" in said.partition("PLAY RECAP")[2].splitlines()[1]
    assert again["lock"]["transitions"] == 4


def test_a_control_plane_that_is_not_empty_is_refused(lab, tmp_path) -> None:
    since = lab.audit_position()
    step = run_step(tmp_path, "full_restore", *lab.options)
    assert step.rc == 2
    assert "The control plane is not empty: it holds namespaces" in step.stdout
    assert "argo" in step.stdout
    assert lab.writes(since) == []
    said = run_step(tmp_path, "full_restore", *lab.options, "-e", "full_restore_existing=leave")
    assert (said.rc, said.result["findings"][0]["status"]) == (0, "ok")


def _finished(api) -> set[tuple[str, str]]:
    """(name, when it ended) of the workflows that succeeded."""
    items = [item for page in api.pages(resource(*WORKFLOWS)) for item in page]
    ended = [(item["metadata"]["name"], item.get("status", {})) for item in items]
    return {(name, status["finishedAt"]) for name, status in ended if status.get("phase") == "Succeeded"}
