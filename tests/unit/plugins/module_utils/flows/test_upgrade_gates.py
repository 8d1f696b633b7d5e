# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_gates

RECORD = {
    "id": "1",
    "started": "2026-11-14T08:00:00Z",
    "runbook": {"name": "weekly_maintenance"},
    "steps": [{"role": "agent_platform.ops.backup_drill", "status": "ok"}],
}


def look(folder: Path, **options: object) -> list[str]:
    given = {"platform": "lab", "store": f"file://{folder}", "store_options": {}, "timezone": "UTC", "windows": []}
    seen = upgrade_gates.look({**given, "as_of": "2026-11-21T08:00:00Z", "rehearsed_within": "", **options})
    return [one["status"] for one in seen["findings"]]


def test_the_moment_and_the_rehearsal_are_judged(tmp_path: Path) -> None:
    assert look(tmp_path / "none") == ["ok"]
    assert look(tmp_path / "none", rehearsed_within="35d") == ["ok", "critical"]
    path = tmp_path / "records" / "lab" / "weekly_maintenance" / "2026-11-14T08-00-00Z.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(RECORD))
    assert look(tmp_path, rehearsed_within="35d") == ["ok", "ok"]
    assert look(tmp_path, rehearsed_within="6d") == ["ok", "critical"]
    assert look(tmp_path, platform="other", rehearsed_within="35d") == ["ok", "critical"]
    assert look(tmp_path, windows=[{"start": "09:00", "end": "10:00"}], timezone="Europe/Berlin") == ["ok"]
    assert look(tmp_path, windows=[{"start": "09:00", "end": "10:00"}]) == ["critical"]


@pytest.mark.parametrize("options", [{"rehearsed_within": "soon"}, {"timezone": "Mars"}, {"windows": ["now"]}])
def test_what_cannot_be_read_is_refused(tmp_path: Path, options) -> None:
    with pytest.raises(OpsError) as caught:
        look(tmp_path, **options)
    assert caught.value.kind == "invalid"
