# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present


def rows(count):
    return ({"name": f"«{number}»"} for number in range(count))


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_up_to_a_thousand_rows_need_no_file(tmp_path, count):
    shown, path = present(rows(count), str(tmp_path / "rows"), "x")
    assert (len(shown), path) == (count, "")
    assert not (tmp_path / "rows").exists()


def test_more_go_to_a_private_file_that_holds_every_row(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    shown, path = present(rows(1001), None, "x")
    assert len(shown) == 1000
    assert [json.loads(line) for line in Path(path).read_text().splitlines()] == list(rows(1001))
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OpsError, match="rows_directory"):
        present(rows(1001), str(tmp_path / "file"), "x")
