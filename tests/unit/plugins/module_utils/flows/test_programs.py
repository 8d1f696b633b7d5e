# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import fcntl
import os
import stat
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import programs
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.programs import run_program, scratch

PYTHON = sys.executable


def _run(code: str, **options: object) -> str:
    return run_program([PYTHON, "-c", code], **{"timeout": 30, **options}).stdout


def test_a_program_knows_what_it_is_given_and_nothing_of_the_callers_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RESTIC_PASSWORD", "ETCDCTL_ENDPOINTS", "AWS_ACCESS_KEY_ID"):
        monkeypatch.setenv(name, "foreign")
    found = _run("import os; print(sorted(os.environ))", environment={"GIVEN": "x"}, credentials=("AWS_",))
    assert "'GIVEN'" in found
    assert "'AWS_ACCESS_KEY_ID'" in found
    assert "RESTIC_PASSWORD" not in found + _run("import os; print(sorted(os.environ))")
    assert "AWS_" not in _run("import os; print(sorted(os.environ))")
    assert _run("import os; print(oct(os.umask(0)))").strip() == "0o77"


@pytest.mark.parametrize(
    ("code", "kind", "why"),
    [
        ("import sys; sys.exit('one\\nFatal: rest:https://me:hidden@host/ is gone')", "unreachable", "is gone"),
        ("import sys; sys.exit(4)", "unreachable", "it said nothing"),
        ("import time; time.sleep(60)", "timeout", "was killed"),
    ],
)
def test_a_failure_is_one_sentence_without_a_password(code: str, kind: str, why: str) -> None:
    with pytest.raises(OpsError, match=why) as caught:
        _run(code, timeout=1)
    assert caught.value.kind == kind
    assert "hidden" not in caught.value.message


def test_other_exit_codes_are_taken_where_they_are_meant_and_a_program_is_found() -> None:
    assert run_program([PYTHON, "-c", "raise SystemExit(3)"], timeout=30, accepted=(0, 3)).returncode == 3
    assert programs.find_program("x", PYTHON) == PYTHON
    for name in ("no-such-program", "/etc/passwd", ""):
        with pytest.raises(OpsError, match="there is no program"):
            programs.find_program("etcdctl", name)


def _fail_in(above: Path) -> None:
    with scratch(str(above), "test") as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "secret").write_text("s")
        raise ValueError("x")


def test_a_scratch_folder_is_private_and_goes_also_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="x"):
        _fail_in(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OpsError, match="cannot make a folder"), scratch(str(tmp_path / "absent"), "test"):
        pass


def test_what_a_killed_one_left_goes_and_what_is_in_use_stays(tmp_path: Path) -> None:
    names = ("dead", "used", "fresh", "foreign")
    left = {name: tmp_path / f"agent-platform-{'other' if name == 'foreign' else 'test'}-{name}" for name in names}
    for folder in left.values():
        folder.mkdir()
        (folder / "in-use").touch()
    for name in ("dead", "used", "foreign"):
        os.utime(left[name], (time.time() - 3600,) * 2)
    (tmp_path / "agent-platform-test-link").symlink_to(left["foreign"])
    with (left["used"] / "in-use").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with scratch(str(tmp_path), "test"):
            pass
    assert [name for name in names if left[name].exists()] == ["used", "fresh", "foreign"]


def test_too_little_space_is_refused(tmp_path: Path) -> None:
    programs.require_space(tmp_path, 1)
    with pytest.raises(OpsError, match="nothing was written"):
        programs.require_space(tmp_path, 1 << 62)
