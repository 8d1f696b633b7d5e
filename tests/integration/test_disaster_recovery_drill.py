# SPDX-License-Identifier: GPL-3.0-or-later
"""The loss of the platform is rehearsed by runbook disaster_recovery_drill: what comes back is seen to work."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support import restores
from tests.support.backups import take_backup
from tests.support.lab import Lab, Run
from tests.support.webhooks import event_source, receiver

USER = "system:serviceaccount:agent-platform-ops:disaster-recovery-drill"
SECRET = b"canary-of-a-webhook-4c1d"


def drill(lab: Lab, *arguments: str, **more: Any) -> Run:
    given = {"platform_kubeconfig": str(lab.kubeconfig_of("disaster-recovery-drill")), **more}
    return lab.run_playbook("disaster_recovery_drill", "-e", json.dumps(given), *arguments, timeout=1800)


def validations(run: Run) -> dict[str, tuple[str, str]]:
    """(status, message) of each thing that was tried."""
    findings = run.record["steps"][1]["findings"]
    tried = [one for one in findings if one["subject"]["kind"] == "Validation"]
    return {one["subject"]["name"]: (one["status"], one["message"]) for one in tried}


def test_what_came_back_works_and_nothing_that_had_ended_runs_again_and_the_platform_is_not_asked(lab, api) -> None:
    with event_source(api, "argo", "drilled", SECRET) as source:
        take_backup(api, open_store(str(lab.state)), restores.keys_of(lab))
    since = lab.audit_position()

    planned = drill(lab, "--check")
    assert planned.rc == 0, planned.stdout[-6000:]
    assert "would be restored and looked at" in planned.record["steps"][1]["summary"]
    assert validations(planned) == {}

    # The receiver is a stand-in for the event source's own server.
    with receiver(source.secret) as listening:
        done = drill(lab, restore_drill_event_source=source.name, restore_drill_webhook_url=listening.url)
    assert done.rc == 0, done.stdout[-6000:]
    tried = validations(done)
    expected = dict.fromkeys(("workflow", "restarts", "coderun", "webhook", "prometheus"), "ok")
    assert {name: status for name, (status, _message) in tried.items()} == expected, tried
    assert "carried out" in tried["workflow"][1]
    assert "no controller runs here" in tried["coderun"][1]
    assert "that had ended none runs again" in tried["restarts"][1]
    assert not tried["restarts"][1].startswith("of 0 "), tried
    assert [status for _event, _path, status in listening.deliveries] == [400, 200]
    assert (done.record["verdict"]["status"], done.record["outcome"]) == ("ok", "finished"), done.record["findings"]
    assert "5 of 5 validations hold" in done.record["steps"][1]["summary"]
    measures = {one["name"] for one in done.record["steps"][1]["data"]["measures"]}
    assert measures == {"rpo_seconds", "rto_seconds"}
    assert "changed=0 " in done.stdout.partition("PLAY RECAP")[2]
    assert SECRET.decode() not in done.stdout + json.dumps(done.record)

    # Where no control plane can be started, nobody knows.
    again = drill(lab, "-e", "runbook_only=2", lab_cache="/nowhere")
    assert again.rc == 0, again.stdout[-6000:]
    assert again.record["verdict"]["status"] == "unknown"
    assert "nobody knows whether it can be restored" in again.record["steps"][1]["summary"]

    assert [event for event in lab.audit_events(since) if event["user"]["username"] == USER] == []
    assert not (lab.directory / "drill").exists()
