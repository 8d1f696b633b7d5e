# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes hundreds of runs of the tests quicker never hands out what is no longer so."""

from __future__ import annotations

import importlib.util
import os
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.commands import QUICK, run


def _key(collection: Path) -> str:
    spec = importlib.util.spec_from_file_location("shared_payloads", QUICK / "callback" / "shared_payloads.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.key(collection)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    for name in ("modules/one.py", "module_utils/kube/two.py"):
        path = tmp_path / "plugins" / name
        path.parent.mkdir(parents=True)
        path.write_text("WORD = 1\n")
    return tmp_path


def test_what_is_packed_is_kept_for_one_state_of_the_collection(collection: Path) -> None:
    before = _key(collection)
    assert _key(collection) == before
    (collection / "plugins" / "notes.txt").write_text("not packed")
    assert _key(collection) == before


@pytest.mark.parametrize("change", ["size", "time", "new file", "gone", "another place"])
def test_any_change_is_packed_anew(collection: Path, change: str) -> None:
    before, path = _key(collection), collection / "plugins" / "module_utils" / "kube" / "two.py"
    if change == "size":
        path.write_text("WORD = 12\n")
    elif change == "time":
        os.utime(path, (1, 1))
    elif change == "new file":
        path.with_name("three.py").touch()
    elif change == "gone":
        path.unlink()
    else:
        collection = collection.rename(collection.with_name("elsewhere"))
    assert _key(collection) != before


def test_an_archive_with_another_source_is_compiled_anew_and_tells_its_own_place(tmp_path: Path) -> None:
    said = []
    for number, source in enumerate(("one", "one", "two")):
        archive = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("packed.py", f"def word():\n    return {source!r}\n")
        ask = f"sys.path[:0] = [{str(archive)!r}]; from packed import word; print(word(), word.__code__.co_filename)"
        env = {"PYTHONPATH": str(QUICK), "PYTHONPYCACHEPREFIX": str(tmp_path / "kept")}
        said.append(run(sys.executable, "-c", f"import sys; {ask}", env=env).stdout.split())
    assert said == [[word, f"{tmp_path}/{number}.zip/packed.py"] for number, word in enumerate(("one", "one", "two"))]
    assert len([path for path in (tmp_path / "kept" / "archives").rglob("*") if path.is_file()]) == 2
