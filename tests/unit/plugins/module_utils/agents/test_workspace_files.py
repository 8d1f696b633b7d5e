# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands run here on a temporary folder, as they run in a container."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import workspace_files as files
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.workspace_files import File
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from hypothesis import given
from hypothesis import strategies as st

PATHS = st.binary(min_size=1, max_size=40).filter(lambda path: b"\0" not in path)
ODD = ["a b.log", "new\nline.log", "-rf.log", "$(touch owned).log", "'quoted'.log", "ü🙂.log", "tab\t.log"]


def listed(root: Path, older_than: float = 60) -> list[File]:
    done = subprocess.run(files.list_command(str(root), older_than), capture_output=True, check=False)
    return files.parse_list(done.stdout)


def delete(root: Path, chosen: list[File]) -> tuple[list[str], bytes]:
    data = files.request(chosen)
    done = subprocess.run(files.delete_command(str(root), data), input=data, capture_output=True, check=False)
    return files.parse_ends(done.stdout, len(chosen))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with old files of odd names, a clone, a pipe, links, and a file of its neighbour."""
    root, outside = tmp_path / "work space", tmp_path / "outside"
    for folder in (root / "clone" / ".git", root / "deep" / "er", outside):
        folder.mkdir(parents=True)
    made = [*(root / name for name in ODD), root / "deep" / "er" / "x.log", root / "clone" / ".git" / "y.log"]
    made += [outside / "z.log", root / "agent-input.jsonl", root / os.fsdecode(b"\xff\xfe.log")]
    for path in made:
        path.write_bytes(b"12345")
        os.utime(path, (1e9, 1e9))
    (root / "young.log").write_bytes(b"1")
    (root / "link.log").symlink_to(outside / "z.log")
    (root / "away").symlink_to(outside)
    return root


def test_only_old_regular_files_inside_are_listed_and_chosen(workspace: Path) -> None:
    names = {os.fsdecode(one.path) for one in listed(workspace)}
    assert names == {*ODD, "deep/er/x.log", "agent-input.jsonl", os.fsdecode(b"\xff\xfe.log")}
    chosen = {os.fsdecode(one.path) for one in files.choose(listed(workspace), ["*"])}
    assert chosen == names - {"agent-input.jsonl"}
    assert {one.path for one in files.choose(listed(workspace), ["deep/*"])} == {b"deep/er/x.log"}


def test_exactly_what_was_listed_is_deleted(workspace: Path, tmp_path: Path) -> None:
    chosen = files.choose(listed(workspace), ["*.log"])
    changed, gone = workspace / "a b.log", workspace / "tab\t.log"
    changed.write_bytes(b"other")
    gone.unlink()
    swapped = workspace / "deep" / "er" / "x.log"
    swapped.unlink()
    swapped.symlink_to(tmp_path / "outside" / "z.log")
    ends, table = delete(workspace, chosen)
    told = dict(zip((os.fsdecode(one.path) for one in chosen), ends, strict=True))
    assert told.pop("a b.log") == told.pop("deep/er/x.log") == "refused"
    assert told.pop("tab\t.log") == "unchanged"
    assert set(told.values()) == {"changed"}
    assert sorted(path.name for path in workspace.iterdir()) == sorted(
        ["a b.log", "agent-input.jsonl", "away", "clone", "deep", "link.log", "young.log"]
    )
    assert (tmp_path / "outside" / "z.log").exists()
    assert (workspace / "clone" / ".git" / "y.log").exists()
    assert b"%" in table


def test_many_files_are_deleted_in_their_order(tmp_path: Path) -> None:
    for number in range(450):
        path = tmp_path / f"{number}.tmp"
        path.write_bytes(b"x" * (number % 7))
        os.utime(path, (1e9, 1e9))
    chosen = files.choose(listed(tmp_path), ["*.tmp"])
    (tmp_path / os.fsdecode(chosen[321].path)).write_text("changed")
    ends, _table = delete(tmp_path, chosen)
    assert [at for at, end in enumerate(ends) if end != "changed"] == [321]


def test_a_folder_that_is_not_there_deletes_nothing(tmp_path: Path) -> None:
    with pytest.raises(OpsError, match="cannot be listed; nothing was deleted"):
        listed(tmp_path / "none")
    assert delete(tmp_path / "none", [File(b"a", 1, 1, 1, 1)])[0] == ["unverified"]


@given(st.lists(PATHS, max_size=8, unique=True))
def test_any_name_comes_back_as_it_was(paths):
    made = [File(path, 5, 1, 2, 3) for path in paths]
    output = b"".join(b"5 1.5 2.5 3\0%s\0" % path for path in paths) + b"end\x000"
    assert files.parse_list(output) == made
    fields = files.request(made).split(b"\0")
    assert fields[1::2][: len(paths)] == paths


@given(st.binary(max_size=200))
def test_a_list_of_any_other_form_is_refused(output):
    with pytest.raises(OpsError) as caught:
        files.parse_list(output + b"end\x002")
    assert caught.value.kind == "refused"


@given(PATHS, st.sampled_from(["*", "*/*", "*.log"]))
def test_nothing_outside_is_ever_chosen(path, pattern):
    parts = path.split(b"/")
    for one in files.choose([File(path, 1, 1, 1, 1)], [pattern]):
        assert one.path == path
        assert not path.startswith(b"/")
        assert b".." not in parts
        assert b".git" not in parts


@pytest.mark.parametrize("cut", [b"5 1 1 1\0a\0", b"5 1 1 1\0a\0end\x001", b"", b"x y\0a\0end\x000"])
def test_a_list_that_is_not_whole_deletes_nothing(cut):
    with pytest.raises(OpsError, match="nothing was deleted"):
        files.parse_list(cut)


@pytest.mark.parametrize("patterns", [[], [""], ["/etc/*"], ["../*"], ["a/../b"], ["a\0"]])
def test_patterns_stay_in_the_workspace(patterns):
    with pytest.raises(OpsError, match="patterns") as caught:
        files.choose([], patterns)
    assert caught.value.kind == "invalid"


@pytest.mark.parametrize("root", ["", "/", "workspace", "/workspace/../etc", "//", "/a\0"])
def test_a_root_that_is_none_is_refused(root):
    with pytest.raises(OpsError, match="absolute path below /"):
        files.require_root(root)


def test_what_nobody_said_anything_about_is_unverified():
    assert files.parse_ends(b"dcg", 5)[0] == ["changed", "refused", "unchanged", "unverified", "unverified"]
    assert files.parse_ends(b"", 1) == (["unverified"], b"")
    assert File(b"\xff\n", 1, 1, 1, 1).shown == "\\xff\n"
