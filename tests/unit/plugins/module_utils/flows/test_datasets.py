# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import dataset
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.files import File
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options, dataset_restore, datasets
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Content, Kept
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

from tests.support.datasets import Vault, vault

MOMENT = datetime(2026, 11, 21, 8, tzinfo=UTC)
PROVIDER = "prometheus_snapshot"


@pytest.fixture
def kept(tmp_path: Path) -> Vault:
    return vault(tmp_path / "vault")


def _content(name: str, **files: bytes) -> Content:
    return Content(name, lambda: iter([File(f"{name}/{key}", len(data), [data]) for key, data in files.items()]))


def _keep(kept: Vault, *contents: Content, store: Store | None = None) -> Kept:
    return datasets.keep(store or kept.store, kept.order(PROVIDER), MOMENT, contents, {"blocks": len(contents)})


def _restored(kept: Vault, folder: Path, **options: object) -> dict[str, bytes]:
    defaults = {**kept.looking, "store_options": {}, "provider": PROVIDER, "dataset": "newest", "dest": str(folder)}
    dataset_restore.restore({**defaults, **options}, check=False)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_was_kept_comes_back_and_what_is_the_same_is_not_written_again(kept: Vault, tmp_path: Path) -> None:
    first = _keep(kept, _content("A", x=b"1" * 5000, y=b""))
    second = _keep(kept, _content("A", x=b"1" * 5000, y=b""), _content("B", z=b"2"))
    assert (first.dataset.id, second.dataset.id) == ("2026-11-21T08-00-00Z", "2026-11-21T08-00-00Z-2")
    assert second.dataset.parts[0] == first.dataset.parts[0]
    assert second.row()["files"] == 3
    assert _restored(kept, tmp_path / "out") == {"A/x": b"1" * 5000, "A/y": b"", "B/z": b"2"}
    assert _restored(kept, tmp_path / "one", dataset=first.dataset.id) == {"A/x": b"1" * 5000, "A/y": b""}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").rglob("*")} == {0o600, 0o700}
    assert kept.clear_text(b"1" * 50) == []


def test_the_newest_is_the_newest_also_after_nine_of_one_second(kept: Vault) -> None:
    names = [_keep(kept, _content("A", x=b"1")).dataset.id for _ in range(11)]
    order = kept.order(PROVIDER)
    found = [one.id for one in datasets.newest_first(kept.store, "lab", PROVIDER, order.trusted)]
    assert found == names[::-1]


class _Lying(Store):
    """Gives other bytes back than were written."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def put_file(self, key, file, *, if_absent=True):
        return self._inner.put_file(key, file, if_absent=if_absent)

    def read(self, key: str) -> Iterator[bytes]:
        for piece in self._inner.read(key):
            yield piece[:-1] + bytes([piece[-1] ^ 1]) if "/parts/" in key else piece

    def head(self, key):
        return self._inner.head(key)

    def list(self, prefix=""):
        return self._inner.list(prefix)

    def delete(self, key):
        self._inner.delete(key)

    def sweep(self, older_than):
        return self._inner.sweep(older_than)

    def place(self, key):
        return self._inner.place(key)


def test_a_store_that_gives_back_something_else_has_no_dataset(kept: Vault) -> None:
    with pytest.raises(OpsError) as caught:
        _keep(kept, _content("A", x=b"1"), store=_Lying(kept.store))
    assert caught.value.kind == "unverified"
    with pytest.raises(OpsError, match="there is no dataset"):
        datasets.find(kept.store, "lab", PROVIDER, kept.order(PROVIDER).trusted, "newest")


def test_a_file_that_changes_while_it_is_read_ends_it_without_a_dataset(kept: Vault) -> None:
    with pytest.raises(OpsError, match="changed while"):
        _keep(kept, Content("A", lambda: iter([File("A/x", 5, [b"1"])])))
    assert kept.store.keys(dataset.manifests("lab", PROVIDER)) == []


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-1], lambda data: b"", lambda data: data[:-1] + bytes([data[-1] ^ 1])]
)
def test_a_spoilt_part_is_found_before_anything_is_written(kept: Vault, tmp_path: Path, spoil) -> None:
    made = _keep(kept, _content("A", x=b"1"))
    part = kept.folder / "store" / made.dataset.parts[0].path
    part.write_bytes(spoil(part.read_bytes()))
    assert len(datasets.verify(kept.store, made.dataset)) == 1
    with pytest.raises(OpsError, match="damaged"):
        _restored(kept, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault"]


def test_a_lost_part_is_told(kept: Vault) -> None:
    made = _keep(kept, _content("A", x=b"1")).dataset
    lost = replace(made, parts=(replace(made.parts[0], path=made.parts[0].path.replace("parts/", "parts/0")),))
    assert "is not there" in datasets.verify(kept.store, lost)[0]


def _member(name: str, kind: bytes = tarfile.REGTYPE) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info, io.BytesIO())
    return made.getvalue()


@pytest.mark.parametrize(
    "data", [_member("../x"), _member("/x"), _member("x", tarfile.SYMTYPE), _member("x", tarfile.DIRTYPE)]
)
def test_a_part_never_writes_anywhere_else(kept: Vault, tmp_path: Path, data: bytes, monkeypatch) -> None:
    monkeypatch.setattr(datasets.files, "tar", lambda files: [b"" for _ in files] + [data])
    _keep(kept, _content("A", x=b"1"))
    with pytest.raises(OpsError, match=r"outside of the folder|which is no file"):
        _restored(kept, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["vault"]


def test_a_folder_that_is_there_is_never_touched(kept: Vault, tmp_path: Path) -> None:
    _keep(kept, _content("A", x=b"1"))
    (tmp_path / "out").mkdir()
    for dest, why in ((tmp_path / "out", "is there already"), (tmp_path / "a" / "b", "is not there")):
        with pytest.raises(OpsError, match=why):
            _restored(kept, dest)
    with pytest.raises(OpsError, match="give the identity"):
        _restored(kept, tmp_path / "new", identity=None)
    assert backup_options.identities_of(None) == []
