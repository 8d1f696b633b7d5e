# SPDX-License-Identifier: GPL-3.0-or-later
"""Where webhooks are taken, and how a ping is signed."""

from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import webhooks

EVENT = {
    "webhook": {"endpoint": "/github/webhook", "port": "12000"},
    "webhookSecret": {"name": "github-webhook-secret", "key": "secret"},
}


def source(**events):
    return {"spec": {"github": events}}


def test_the_events_that_verify_signatures_are_found_by_name():
    found = webhooks.receivers(source(two=EVENT, one={**EVENT, "webhook": {"endpoint": "/one", "port": 13000}}))
    assert [(one.event, one.endpoint, one.port, one.secret, one.key) for one in found] == [
        ("one", "/one", 13000, "github-webhook-secret", "secret"),
        ("two", "/github/webhook", 12000, "github-webhook-secret", "secret"),
    ]


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        {"webhook": EVENT["webhook"]},
        {"webhookSecret": EVENT["webhookSecret"]},
        {**EVENT, "webhookSecret": {"name": "x"}},
        {**EVENT, "webhook": {"endpoint": "no-path", "port": "1"}},
        {**EVENT, "webhook": {"endpoint": "/x", "port": "70000"}},
        {**EVENT, "webhook": {"endpoint": "/x", "port": "{{ 7 }}"}},
    ],
)
def test_one_of_which_something_is_missing_is_left_out(event):
    assert webhooks.receivers(source(one=event)) == []


@pytest.mark.parametrize("odd", [{}, {"spec": None}, {"spec": {"github": []}}, {"spec": {"webhook": {"one": EVENT}}}])
def test_a_source_of_any_shape_does_no_harm(odd):
    assert webhooks.receivers(odd) == []


def test_a_ping_is_signed_as_github_signs():
    content = webhooks.body()
    headers = webhooks.headers(content, b"secret", "id-1")
    true = hmac.new(b"secret", content, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={true}"
    assert (headers["X-GitHub-Event"], headers["X-GitHub-Delivery"]) == ("ping", "id-1")
    assert json.loads(content)["hook"]["active"] is True


@pytest.mark.parametrize("secret", [b"a", b"b", b"c", b"d"])
def test_a_forged_one_differs_in_its_signature_alone(secret):
    headers = webhooks.headers(webhooks.body(), secret, "id-1")
    forged = webhooks.forged(headers)
    assert {name for name in headers if headers[name] != forged[name]} == {"X-Hub-Signature-256"}
    assert len(forged["X-Hub-Signature-256"]) == len(headers["X-Hub-Signature-256"])
