# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import gzip
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import helm_releases
from hypothesis import given
from hypothesis import strategies as st

CANARY = "canary-of-a-value"
MANIFEST = """---
# Source: shop/templates/budget.yaml
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata:
  name: shop
---
kind: "ConfigMap"
apiVersion: 'v1'
data:
  nested: |
    apiVersion: apps/v1beta1
    kind: Deployment
--- # nothing
---
kind: Lonely
"""


def packed(release: object) -> str:
    return base64.b64encode(base64.b64encode(gzip.compress(json.dumps(release).encode()))).decode()


def secret(data: object, status: str = "deployed") -> dict:
    labels = {"name": "shop", "owner": "helm", "status": status}
    return {"metadata": {"namespace": "web", "name": "sh.helm.release.v1.shop.v3", "labels": labels}, "data": data}


def test_a_release_is_what_stands_at_the_top_of_its_documents_and_no_value() -> None:
    stored = {"name": "shop", "manifest": MANIFEST, "config": {"password": CANARY}}
    found = helm_releases.read(secret({"release": packed(stored)}))
    assert (found.namespace, found.name) == ("web", "shop")
    assert found.objects == (("policy/v1beta1", "PodDisruptionBudget"), ("v1", "ConfigMap"))
    assert CANARY not in repr(found)


@pytest.mark.parametrize(("status", "counts"), [("deployed", True), ("superseded", False), (None, False)])
def test_only_the_revision_that_is_deployed_counts(status, counts) -> None:
    assert helm_releases.is_deployed(secret({}, status)) is counts


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {"release": 7},
        {"release": "%%%"},
        {"release": base64.b64encode(CANARY.encode()).decode()},
        {"release": base64.b64encode(base64.b64encode(gzip.compress(CANARY.encode()))).decode()},
        {"release": base64.b64encode(base64.b64encode(gzip.compress(b"{}" * 999)[:-9])).decode()},
    ],
)
def test_what_cannot_be_read_is_told_without_its_content(data) -> None:
    with pytest.raises(OpsError, match=r"web/sh\.helm\.release\.v1\.shop\.v3 cannot be read") as refused:
        helm_releases.read(secret(data))
    assert CANARY not in str(refused.value)


def test_a_bomb_is_not_unpacked(monkeypatch) -> None:
    monkeypatch.setattr(helm_releases, "_LARGEST", 1000)
    with pytest.raises(OpsError):
        helm_releases.read(secret({"release": packed({"manifest": "a" * 5000})}))


@given(st.text(max_size=400))
def test_manifests_of_any_form_do_no_harm(text) -> None:
    assert all(api and kind for api, kind in helm_releases.objects_of(text))
