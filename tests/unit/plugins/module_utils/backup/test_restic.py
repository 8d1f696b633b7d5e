# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import restic
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

END = {
    "message_type": "summary",
    "files_new": 1,
    "files_changed": 2,
    "total_files_processed": 9,
    "total_bytes_processed": 100,
    "data_added": 7,
    "snapshot_id": "4bba301e",
}
ERROR = {"message_type": "error", "error": {"message": "permission denied"}, "during": "archival", "item": "/a"}


def test_the_summary_is_read_among_other_lines() -> None:
    output = "\n".join(["open repository", json.dumps({"message_type": "status"}), json.dumps(END), "[]"])
    found = restic.summary_of(output, "\n".join([json.dumps(ERROR)] * 30))
    assert (found.id, found.files, found.new, found.changed, found.bytes, found.added) == ("4bba301e", 9, 1, 2, 100, 7)
    assert found.problems == ["/a: permission denied"] * 20


@pytest.mark.parametrize("output", ["", "{}", "null", json.dumps({**END, "data_added": None}), "[" * 99999])
def test_without_a_summary_nothing_is_believed(output: str) -> None:
    with pytest.raises(OpsError) as caught:
        restic.summary_of(output, "")
    assert caught.value.kind == "unverified"


@pytest.mark.parametrize("name", ["", "--target=/", "LATEST", "4bba", "4bba301e:/etc", "4bba301e\n"])
def test_what_is_no_snapshot_is_refused(name: str) -> None:
    with pytest.raises(OpsError, match="an id of restic"):
        restic.require_snapshot(name)
    assert [restic.require_snapshot(name) for name in ("latest", "4bba301e")] == ["latest", "4bba301e"]


@pytest.mark.parametrize("place", ["rest:https://me:hidden@host/", "sftp://me@host/path"])
def test_a_user_in_a_url_is_refused_and_not_shown(place: str) -> None:
    with pytest.raises(OpsError) as caught:
        restic.require_no_user(place)
    assert "me" not in caught.value.message.replace("message", "")
    for good in ("/srv/restic", "s3:https://host/bucket/a@b", "sftp:backup@host:/srv"):
        assert restic.require_no_user(good) == good
