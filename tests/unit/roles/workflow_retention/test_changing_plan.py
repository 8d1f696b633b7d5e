# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows that go by themselves between look and act; the API server is a stand-in, since the moment must be hit."""

from __future__ import annotations

import json

import pytest
import yaml
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    Collection,
    FaultServer,
)

from tests.support.commands import environment, run

PATH = "/apis/argoproj.io/v1alpha1/workflows"
PLAY = {
    "name": "Retention",
    "hosts": "localhost",
    "connection": "local",
    "gather_facts": False,
    "roles": [{"role": "agent_platform.ops.workflow_retention"}],
}


def finished(number):
    meta = {"name": f"w{number}", "namespace": "argo", "uid": f"u{number}", "resourceVersion": "1"}
    return {"metadata": meta, "spec": {}, "status": {"phase": "Succeeded", "finishedAt": "2020-01-01T00:00:00Z"}}


class Restless(Collection):
    """Loses one workflow before every second reading, that is between each look and its act, a number of times."""

    def __init__(self, count, losses):
        super().__init__([finished(number) for number in range(count)], PATH, page=500)
        self.losses = losses
        self.readings = 0

    def __call__(self, request):
        if request.method == "GET" and request.path != PATH:
            return Answer({"kind": "List", "metadata": {"resourceVersion": "1"}, "items": []})
        if request.method == "GET":
            self.readings += 1
            if self.readings % 2 == 0 and self.losses:
                self.losses -= 1
                self.items.popitem()
        return super().__call__(request)


@pytest.fixture
def retain(tmp_path):
    def play(server):
        kubeconfig = tmp_path / "kubeconfig"
        kubeconfig.write_text(json.dumps(server.kubeconfig()))
        variables = {
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "platform_kubeconfig": str(kubeconfig),
            "workflow_retention_keep_newest": 0,
        }
        path = tmp_path / "play.yml"
        path.write_text(yaml.safe_dump([{**PLAY, "vars": variables}]))
        return run("ansible-playbook", path, env=environment(), expect=None)

    return play


def test_a_plan_that_changed_is_shown_and_carried_out_anew(retain):
    platform = Restless(4, losses=1)
    with FaultServer(platform) as server:
        done = retain(server)
    assert done.returncode == 0, done.stdout
    assert "4 would be deleted" in done.stdout
    assert "3 would be deleted" in done.stdout
    assert platform.items == {}


def test_a_plan_that_never_holds_still_is_refused_and_nothing_goes(retain):
    platform = Restless(9, losses=9)
    with FaultServer(platform) as server:
        refused = retain(server)
        assert server.writes == []
    assert refused.returncode == 2
    assert "Look again" in refused.stdout
