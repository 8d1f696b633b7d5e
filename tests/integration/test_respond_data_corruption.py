# SPDX-License-Identifier: GPL-3.0-or-later
"""Damaged objects are found with the backup that still holds them well, and brought back when they are named."""

from __future__ import annotations

import time

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support import restores
from tests.support.backups import take_backup

USER = "system:serviceaccount:agent-platform-ops:respond-data-corruption"


def test_the_damage_is_dated_and_what_is_named_comes_back_under_the_runbook_s_own_rights(lab, api, namespace) -> None:
    keys, store = restores.keys_of(lab), open_store(str(lab.state))
    path = resource("v1", "configmaps", namespace.name, "a")
    for name in ("a", "other"):
        body = {"kind": "ConfigMap", "metadata": {"name": name}, "data": {"mode": "good"}}
        namespace.create("v1", "configmaps", body)
    backups = []
    for mode in ("good", "damaged"):
        api.patch(path, {"data": {"mode": mode}})
        time.sleep(1)  # backups are named by the second
        backups.append(take_backup(api, store, keys, "namespaces", "configmaps").manifest.id)
    api.patch(path, {"data": {"mode": "worse"}})
    api.patch(resource("v1", "configmaps", namespace.name, "other"), {"data": {"mode": "changed on purpose"}})

    since = lab.audit_position()
    rights = ("-e", f"platform_kubeconfig={lab.kubeconfig_of('respond-data-corruption')}")
    narrow = ("-e", f"corruption_search_namespaces={namespace.name}", "-e", "corruption_search_backups=2")
    looked = lab.run_playbook("respond_data_corruption", *rights, *narrow, "-e", "runbook_only=1", "--check")
    assert looked.rc == 0, looked.stdout[-6000:]
    assert lab.writes(since, USER) == []
    tables = {one["title"]: one["rows"] for one in looked.record["steps"][0]["data"]["tables"]}
    dated = [row[2:] for row in tables["What changed"] if row[1] == f"{namespace.name}/a"]
    assert dated == [["changed", backups[1], "now"], ["changed", backups[0], backups[1]]]
    assert [backups[0], backups[1], "configmaps", "1", "0", "0"] in tables["When it changed"]

    refused = lab.run_playbook("respond_data_corruption", *rights, *narrow, "-e", "runbook_confirm=lab")
    assert (refused.rc, refused.record["outcome"]) == (2, "refused")
    assert "restore_backup" in refused.record["message"]

    named = ("-e", f"restore_backup={backups[0]}", "-e", f"restore_names={namespace.name}/a")
    done = lab.run_playbook("respond_data_corruption", *rights, *narrow, *named, "-e", "runbook_confirm=lab")
    assert done.rc == 0, done.stdout[-6000:]
    assert api.get(path)["data"] == {"mode": "good"}
    assert api.get(resource("v1", "configmaps", namespace.name, "other"))["data"] == {"mode": "changed on purpose"}
    assert done.record["steps"][1]["changes"]["total"] == 1

    only = ("-e", "runbook_only=2", "-e", "runbook_confirm=lab")
    again = lab.run_playbook("respond_data_corruption", *rights, *named, *only)
    assert (again.rc, again.record["steps"][1]["status"]) == (0, "ok"), again.stdout[-6000:]
