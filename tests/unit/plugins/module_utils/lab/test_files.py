# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
import stat

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import files


def test_a_private_file_is_its_owners_alone_and_whole(tmp_path):
    path = tmp_path / "kubeconfig"
    for text in ("first", "second"):
        files.write_private(path, text)
        assert path.read_text() == text
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["kubeconfig"]


@pytest.mark.parametrize("text", ["", "{", "[1]", "null"])
def test_a_file_that_is_no_object_reads_as_empty(tmp_path, text):
    (tmp_path / "lab.json").write_text(text)
    assert files.read_json(tmp_path / "lab.json") == {}
    assert files.read_json(tmp_path / "missing") == {}


def test_a_link_is_replaced(tmp_path):
    for target in ("one", "two"):
        files.replace_link(tmp_path / "link", target)
        assert os.readlink(tmp_path / "link") == target


def test_a_folder_with_anything_foreign_is_refused(tmp_path):
    (tmp_path / "kubeconfig-x").write_text("")
    files.require_own(tmp_path, ("kubeconfig", "bin"))
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(OpsError, match=r"holds thesis\.tex, which is not of a practice cluster"):
        files.require_own(tmp_path, ("kubeconfig", "bin"))


def test_emptying_follows_no_links(tmp_path):
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (outside / "precious").write_text("")
    (inside / "link").symlink_to(outside)
    (inside / "folder").mkdir()
    (inside / "folder" / "link").symlink_to(outside)
    files.empty(inside)
    assert list(inside.iterdir()) == []
    assert (outside / "precious").exists()


def test_a_locked_folder_is_not_locked_twice(tmp_path):
    held = files.lock_folder(tmp_path / "lab", 1)
    assert files.lock_folder(tmp_path / "lab", 0.3) is None
    os.close(held)
    os.close(files.lock_folder(tmp_path / "lab", 1))


def test_a_folder_that_was_removed_meanwhile_is_made_anew(tmp_path):
    held = files.lock_folder(tmp_path / "lab", 1)
    (tmp_path / "lab").rmdir()
    again = files.lock_folder(tmp_path / "lab", 1)
    assert (tmp_path / "lab").is_dir()
    os.close(held)
    os.close(again)
