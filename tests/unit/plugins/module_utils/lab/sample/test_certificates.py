# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.certificates import certificates


def test_one_expires_with_its_renewal_overdue_and_one_was_never_issued(clock):
    made = {one["metadata"]["name"]: one["status"] for one in certificates(clock)}
    assert made["webhooks-tls"]["notAfter"] == "2026-11-27T08:00:00Z"
    assert made["webhooks-tls"]["renewalTime"] == "2026-11-12T08:00:00Z"
    assert {name: status["conditions"][0]["status"] for name, status in made.items()} == {
        "argo-server-tls": "True",
        "controller-tls": "True",
        "grafana-tls": "True",
        "webhooks-tls": "True",
        "mcp-server-tls": "False",
    }
    assert "notAfter" not in made["mcp-server-tls"]


def test_the_sound_ones_have_their_renewal_before_them(clock):
    for one in certificates(clock):
        if one["metadata"]["name"] in ("argo-server-tls", "controller-tls", "grafana-tls"):
            assert "2026-11-21T08:00:00Z" < one["status"]["renewalTime"] < one["status"]["notAfter"]
