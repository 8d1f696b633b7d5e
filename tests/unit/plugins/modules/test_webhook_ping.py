# SPDX-License-Identifier: GPL-3.0-or-later
"""The module by its options; what is sent is in module_utils/flows/test_webhook_ping.py."""

from __future__ import annotations

import base64
import json

import pytest
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

from tests.support.webhooks import receiver

SECRET = b"canary-of-a-webhook"
EVENT = {
    "webhook": {"endpoint": "/github/webhook", "port": "12000"},
    "webhookSecret": {"name": "github-webhook-secret", "key": "secret"},
}
OBJECTS = {
    "/apis/argoproj.io/v1alpha1/namespaces/argo/eventsources/github": {"spec": {"github": {"org": EVENT}}},
    "/api/v1/namespaces/argo/secrets/github-webhook-secret": {
        "data": {"secret": base64.b64encode(SECRET).decode()},
    },
}


@pytest.fixture
def server():
    def route(request):
        return Answer(OBJECTS[request.path]) if request.path in OBJECTS else status(404, "not found")

    with FaultServer(route) as running:
        yield running


def test_both_answers_are_told_and_the_secret_is_not(run_module, kubeconfig, server):
    with receiver(SECRET) as listening:
        options = {"kubeconfig": kubeconfig(server), "url": listening.url}
        planned = run_module("webhook_ping", check=True, **options)
        assert (planned["signed"], listening.deliveries) == (None, [])
        done = run_module("webhook_ping", **options)
    assert (done["forged"], done["signed"], done["changed"]) == (400, 200, True)
    assert SECRET.decode() not in json.dumps(done)
    assert server.writes == []


def test_an_event_source_that_is_not_there_is_told_in_a_sentence(run_module, kubeconfig, server):
    result = run_module("webhook_ping", kubeconfig=kubeconfig(server), name="gitlab", url="http://127.0.0.1:1/")
    assert result["error"]["kind"] == "invalid"
    assert "event source argo/gitlab: not there" in result["msg"]
