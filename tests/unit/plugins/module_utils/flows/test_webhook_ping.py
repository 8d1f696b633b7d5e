# SPDX-License-Identifier: GPL-3.0-or-later
"""A forged and a signed ping are sent, and what was answered is told, without the secret."""

from __future__ import annotations

import base64
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.webhook_ping import SPEC, ping
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.stream import Answer as PodAnswer
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

from tests.support.webhooks import receiver

SECRET = b"canary-of-a-webhook"
SOURCE = "/apis/argoproj.io/v1alpha1/namespaces/argo/eventsources/github"
HELD = "/api/v1/namespaces/argo/secrets/github-webhook-secret"
PODS = "/api/v1/namespaces/argo/pods"
EVENT = {
    "webhook": {"endpoint": "/github/webhook", "port": "12000"},
    "webhookSecret": {"name": "github-webhook-secret", "key": "secret"},
}
OBJECTS = {
    SOURCE: {"spec": {"github": {"org": EVENT}}},
    HELD: {"data": {"secret": base64.b64encode(SECRET).decode()}},
    PODS: {"metadata": {"resourceVersion": "1"}, "items": [{"metadata": {"name": "b"}}, {"metadata": {"name": "a"}}]},
}


@pytest.fixture
def send(connect):
    """Ping through a stand-in API server with these objects."""

    def run(objects=OBJECTS, *, check=False, client=Client, **options):
        def route(request):
            return Answer(objects[request.path]) if request.path in objects else status(404, "not found")

        given = {**{name: spec.get("default") for name, spec in SPEC.items()}, **options}
        with FaultServer(route) as server:
            return ping(client(connect(server)), given, check=check)

    return run


def test_a_receiver_that_looks_at_signatures_takes_the_signed_one_alone(send):
    with receiver(SECRET) as listening:
        told = send(url=listening.url + "?token=x")
    assert (told["forged"], told["signed"], told["problem"]) == (404, 404, "")
    with receiver(SECRET) as listening:
        told = send(url=listening.url)
        assert [(event, answered) for event, _path, answered in listening.deliveries] == [("ping", 400), ("ping", 200)]
    assert (told["to"], told["forged"], told["signed"]) == (listening.url, 400, 200)
    assert SECRET.decode() not in json.dumps(told)


def test_one_that_does_not_look_is_found_out(send):
    with receiver(SECRET, verifies=False) as listening:
        assert send(url=listening.url)["forged"] == 200


def test_another_secret_is_refused(send):
    with receiver(b"another") as listening:
        told = send(url=listening.url)
    assert (told["forged"], told["signed"]) == (400, 400)


def test_in_check_mode_nothing_is_sent(send):
    with receiver(SECRET) as listening:
        told = send(url=listening.url, check=True)
    assert (listening.deliveries, told["forged"], told["signed"]) == ([], None, None)


def test_nobody_who_listens_is_told_and_asked_once(send):
    with receiver(SECRET) as listening:
        pass
    told = send(url=listening.url)
    assert (told["forged"], told["signed"]) == (None, None)
    assert told["problem"]


def test_without_a_url_the_first_running_pod_is_asked_at_its_port(send):
    asked = []

    class Pods(Client):
        def ask_pod(self, namespace, pod, port, method, path, *, writes, body, headers, seconds):
            asked.append((namespace, pod, port, method, path, writes))
            if len(asked) > 2:
                raise OpsError("unreachable", "nothing listens")
            return PodAnswer(400 if len(asked) == 1 else 200, b"")

    told = send(client=Pods)
    assert asked == [("argo", "a", 12000, "POST", "/github/webhook", True)] * 2
    assert (told["to"], told["forged"], told["signed"]) == ("pod argo/a", 400, 200)
    assert send(client=Pods)["problem"] == "nothing listens"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({SOURCE: None}, "event source argo/github: not there"),
        ({SOURCE: {"spec": {"github": {"org": {}}}}}, "no event that takes signed webhooks"),
        ({HELD: None}, "key secret of Secret argo/github-webhook-secret is not there"),
        ({HELD: {"data": {"secret": ""}}}, "is not there or empty"),
        ({HELD: {"data": {"secret": "?"}}}, "is not there or empty"),
        ({PODS: {"metadata": {"resourceVersion": "1"}, "items": []}}, "no pod of event source argo/github runs"),
    ],
)
def test_without_a_receiver_or_a_secret_it_says_so(send, change, words):
    objects = {path: body for path, body in {**OBJECTS, **change}.items() if body}
    with pytest.raises(OpsError, match=words) as refused:
        send(objects)
    assert refused.value.kind == "invalid"


def test_a_url_that_is_none_is_refused_before_anything_is_sent(send):
    with pytest.raises(OpsError) as refused:
        send(url="ftp://example.org")
    assert refused.value.kind == "invalid"
