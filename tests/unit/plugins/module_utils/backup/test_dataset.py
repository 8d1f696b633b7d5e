# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import dataset, keys
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.dataset import Dataset
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.envelope import ManifestError, wrap
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNER = keys.Signer(Ed25519PrivateKey.generate())
ACCEPTS = keys.trusted([SIGNER.public]).accepts
PART = Part("etcd_snapshot/snapshot", "backups/lab/data/etcd_snapshot/parts/a.b/c.tar.gz.age", "c", 3, 9, 1)
ONE = Dataset(
    "2026-11-21T08-00-00Z",
    "lab",
    "etcd_snapshot",
    "s",
    "f",
    "origin",
    ("age1",),
    (PART,),
    {"revision": 3, "x": "{{ y }}"},
)
PATH = "backups/lab/data/etcd_snapshot/manifests/2026-11-21T08-00-00Z.json"


def test_what_was_sealed_is_believed_where_it_says() -> None:
    assert dataset.path_of("lab", "etcd_snapshot", ONE.id) == PATH
    assert dataset.unseal(dataset.seal(ONE, SIGNER), PATH, ACCEPTS) == ONE
    assert (dataset.id_of(PATH), dataset.id_of("backups/lab/data/etcd_snapshot/manifests/x.json")) == (ONE.id, "")
    assert ONE.bytes == 3


@pytest.mark.parametrize(
    ("one", "path", "why"),
    [
        (ONE, PATH.replace("08-00", "09-00"), "was moved"),
        (ONE, PATH.replace("lab", "other"), "was moved"),
        (replace(ONE, provider="prometheus_snapshot"), PATH, "was moved"),
        (replace(ONE, parts=(replace(PART, path="backups/other/data/x"),)), PATH, "part of something else"),
        (replace(ONE, parts=(replace(PART, path="backups/lab/parts/a"),)), PATH, "part of something else"),
    ],
)
def test_nothing_is_believed_somewhere_else(one: Dataset, path: str, why: str) -> None:
    with pytest.raises(ManifestError, match=why):
        dataset.unseal(dataset.seal(one, SIGNER), path, ACCEPTS)


@pytest.mark.parametrize("payload", [b"", b"[]", b"{}", b'{"format": 2}', b'{"format": 1, "parts": 3}'])
def test_a_signed_text_of_another_form_is_refused(payload: bytes) -> None:
    with pytest.raises(ManifestError):
        dataset.unseal(wrap(dataset.TYPE, payload, SIGNER), PATH, ACCEPTS)


@pytest.mark.parametrize("provider", ["", "../x", "Etcd", "a/b", "a" * 50, "1a"])
def test_a_provider_that_cannot_name_a_folder_is_refused(provider: str) -> None:
    with pytest.raises(OpsError, match="cannot name a folder"):
        dataset.group(provider)
    with pytest.raises(OpsError, match="no id"):
        dataset.path_of("lab", "etcd_snapshot", provider)
