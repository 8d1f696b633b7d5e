# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that behave as they should not, in place of etcdctl and etcdutl; the real ones are in tests/integration."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import etcd_snapshot

from tests.support.datasets import Vault, vault

ETCDCTL = """#!{python}
import hashlib, json, sys
if "status" in sys.argv:
    header = {{"revision": 10, "cluster_id": 1}}
    print(json.dumps([{{"Status": {{"header": header, "version": "3.6.8", "dbSize": 512}}}}]))
else:
    data = b"canary-of-etcd-" + bytes(497)
    open(sys.argv[-1], "wb").write({written})
"""
ETCDUTL = """#!{python}
import json
print(json.dumps({{"hash": 1, "revision": {revision}, "totalKey": 7, "totalSize": 512}}))
"""
WHOLE = "data + hashlib.sha256(data).digest()"


@pytest.fixture
def kept(tmp_path: Path) -> Vault:
    return vault(tmp_path / "vault")


def _options(folder: Path, written: str = WHOLE, revision: int = 10) -> dict:
    (folder / "scratch").mkdir()
    for name, text in (("etcdctl", ETCDCTL), ("etcdutl", ETCDUTL)):
        (folder / name).write_text(text.format(python=sys.executable, written=written, revision=revision))
        (folder / name).chmod(0o755)
    files = {"ca_path": None, "client_cert": None, "client_key": None, "scratch": str(folder / "scratch")}
    programs = {"etcdctl": str(folder / "etcdctl"), "etcdutl": str(folder / "etcdutl")}
    return {**files, **programs, "endpoint": "http://127.0.0.1:2379", "timeout": 30}


def test_a_whole_one_is_kept_and_nothing_of_it_stays_in_clear(kept: Vault, tmp_path: Path) -> None:
    options = _options(tmp_path)
    taken = etcd_snapshot.take(kept.order("etcd_snapshot"), lambda: kept.store, options, check=False)
    assert taken.kept
    assert (taken.facts["keys"], taken.facts["revision"]) == (7, 10)
    assert list((tmp_path / "scratch").iterdir()) == []
    assert kept.clear_text(b"canary-of-etcd") == []


@pytest.mark.parametrize(
    ("written", "revision", "why"),
    [
        ("data", 10, "cut short"),
        ("data + bytes(32)", 10, "does not fit"),
        ("b''", 10, "cut short"),
        (WHOLE, 9, "revision 9"),
        ("sys.exit('no space left')", 10, "no space left"),
    ],
)
def test_what_is_not_whole_is_not_kept_and_goes(
    kept: Vault, tmp_path: Path, written: str, revision: int, why: str
) -> None:
    options = _options(tmp_path, written, revision)
    with pytest.raises(OpsError, match=why):
        etcd_snapshot.take(kept.order("etcd_snapshot"), lambda: kept.store, options, check=False)
    assert list((tmp_path / "scratch").iterdir()) == []
    assert kept.store.keys() == []


def test_check_mode_opens_no_store_and_writes_nothing(kept: Vault, tmp_path: Path) -> None:
    def never() -> None:
        raise AssertionError

    taken = etcd_snapshot.take(kept.order("etcd_snapshot"), never, _options(tmp_path), check=True)
    assert (taken.kept, taken.facts["revision"]) == (None, 10)
    for endpoint in ("127.0.0.1:2379", "http://a,http://b", ""):
        options = {"endpoint": endpoint, "etcdctl": "etcdctl", "etcdutl": sys.executable}
        with pytest.raises(OpsError, match="one URL is taken"):
            etcd_snapshot.take(kept.order("etcd_snapshot"), never, options, check=True)
