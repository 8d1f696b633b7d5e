# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates of cert-manager: sound ones, one about to expire, one that was never issued. Pure; private API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import Clock, Object, metadata

_DAY = timedelta(days=1)
_LIFETIME, _RENEW_BEFORE = 90 * _DAY, 30 * _DAY

# Namespace, name, days until it expires (None: never issued), days until its renewal is due.
_CERTIFICATES = (
    ("argo", "argo-server-tls", 71, 41),
    ("agent-platform", "controller-tls", 64, 34),
    ("monitoring", "grafana-tls", 38, 8),
    # Due for renewal 9 days ago, which did not happen.
    ("argo", "webhooks-tls", 6, -9),
    ("agent-platform", "mcp-server-tls", None, None),
)


def certificates(clock: Clock) -> Iterator[Object]:
    for namespace, name, left, renewal in _CERTIFICATES:
        yield {
            "apiVersion": "cert-manager.io/v1",
            "kind": "Certificate",
            "metadata": metadata(name, namespace),
            "spec": {
                "secretName": name,
                "dnsNames": [f"{name.removesuffix('-tls')}.example.org"],
                "duration": _hours(_LIFETIME),
                "renewBefore": _hours(_RENEW_BEFORE),
                "issuerRef": {"name": "letsencrypt", "kind": "ClusterIssuer"},
            },
            "status": _status(clock, left, renewal),
        }


def _status(clock: Clock, left: int | None, renewal: int | None) -> Object:
    if left is None or renewal is None:
        issuing = {"reason": "DoesNotExist", "message": "Issuing certificate as Secret does not exist"}
        return {
            "conditions": [
                {"type": "Ready", "status": "False", "lastTransitionTime": clock.ago(2 * _DAY), **issuing},
                {"type": "Issuing", "status": "True", "lastTransitionTime": clock.ago(2 * _DAY), **issuing},
            ]
        }
    issued = _LIFETIME - left * _DAY
    ready = {"reason": "Ready", "message": "Certificate is up to date and has not expired"}
    return {
        "notBefore": clock.ago(issued),
        "notAfter": clock.ago(-left * _DAY),
        "renewalTime": clock.ago(-renewal * _DAY),
        "revision": 3,
        "conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": clock.ago(issued), **ready}],
    }


def _hours(span: timedelta) -> str:
    return f"{int(span.total_seconds() // 3600)}h0m0s"
