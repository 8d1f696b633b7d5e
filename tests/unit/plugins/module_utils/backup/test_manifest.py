# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys, manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.envelope import ManifestError, wrap
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest, Part, Skipped
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SIGNER = keys.Signer(Ed25519PrivateKey.generate())
TRUSTED = keys.trusted([SIGNER.public])
ID = "2026-11-21T08-00-00Z"
PATH = f"backups/lab/manifests/{ID}.json"
SHA = "0" * 64


def part(resource="configmaps", **more):
    path = manifest.part_path("lab", "a" * 64, "plain", SHA)
    return Part(**{"resource": resource, "path": path, "sha256": SHA, "bytes": 10, "objects": 2, **more})


MADE = Manifest(
    id=ID,
    platform="lab",
    started="2026-11-21T08:00:00Z",
    finished="2026-11-21T08:00:01Z",
    cluster_uid="uid",
    server="v1.35.4",
    tool="agent_platform.ops 0",
    recipients=("age1x",),
    parts=(part(left_out={"owned": 1}), part("secrets")),
    index=part("index", objects=4),
    skipped=(Skipped("sensors.argoproj.io", "the server has no such kind"),),
    classes=("daily",),
    reason="Because {{ of }} <this>\nand \ud800",
)


def test_what_was_sealed_comes_back_and_adds_up():
    assert manifest.unseal(manifest.seal(MADE, SIGNER), PATH, TRUSTED.accepts) == MADE
    assert (MADE.objects, MADE.bytes, MADE.is_complete) == (4, 30, True)
    assert not replace(MADE, skipped=(Skipped("secrets", "no", lost=True),)).is_complete


@pytest.mark.parametrize(
    ("made", "path", "why"),
    [
        (MADE, "backups/lab/manifests/2026-11-22T08-00-00Z.json", "moved or replayed"),
        (MADE, f"backups/other/manifests/{ID}.json", "moved or replayed"),
        (replace(MADE, parts=(part(path="backups/other/parts/x/y.tar.gz"),)), PATH, "none of this platform"),
        (replace(MADE, parts=(part(path="backups/lab/../../etc/passwd"),)), PATH, "none of this platform"),
        (replace(MADE, parts=(part(sha256="1" * 64),)), PATH, "none of this platform"),
        (replace(MADE, index=part(bytes=-1)), PATH, "no manifest that this version understands"),
        (replace(MADE, recipients=(1,)), PATH, "no manifest that this version understands"),
    ],
)
def test_what_is_signed_but_out_of_place_is_not_believed(made, path, why):
    with pytest.raises(ManifestError, match=why):
        manifest.unseal(manifest.seal(made, SIGNER), path, TRUSTED.accepts)


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"{}", b'{"format": 2}', b"[" * 100_000, json.dumps({"format": 1, "id": 5}).encode()]
)
def test_what_is_signed_and_no_manifest_is_not_believed(payload):
    with pytest.raises(ManifestError, match=r"no manifest that this version|reads format 1"):
        manifest.unseal(wrap(manifest.TYPE, payload, SIGNER), PATH, TRUSTED.accepts)


@pytest.mark.parametrize("platform", ["", ".", "..", "a..b", "a/b", "-a", "a ", "{{ a }}", "ü", "a" * 65, "a\n"])
def test_a_platform_that_cannot_name_a_folder_is_refused(platform):
    with pytest.raises(OpsError, match="cannot name a folder"):
        manifest.folder(platform)


@pytest.mark.parametrize("name", ["", "newest", "../x", "2026-11-21", f"{ID}-1000", f"{ID}\n", f"{ID}.json"])
def test_what_is_no_id_is_refused(name):
    with pytest.raises(OpsError, match="is no id of a backup"):
        manifest.path_of("lab", name)
    assert manifest.id_of(f"backups/lab/manifests/{name}.json") == ""


def test_paths_and_ids_belong_together():
    assert manifest.path_of("lab", ID) == PATH
    assert manifest.id_of(PATH) == ID
    assert manifest.id_of(PATH.removesuffix(".json")) == manifest.id_of(f"backups/lab/{ID}.json") == ""
    assert manifest.moment_of(f"{ID}-2") == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert manifest.part_path("lab", "a", "plain", "b").endswith("/parts/a.plain/b.tar.gz")
    assert manifest.part_path("lab", "a", "0" * 16, "b").endswith(".age")
