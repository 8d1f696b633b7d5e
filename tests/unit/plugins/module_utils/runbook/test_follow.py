# SPDX-License-Identifier: GPL-3.0-or-later
import io

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.follow import Follower, lines_of


def line(done: int, total: int = 1204, message: str = "", task: str = "workflow_prune") -> dict:
    return {"task": task, "done": done, "total": total, "message": message, "time": 0}


def test_only_whole_progress_lines_are_read():
    stream = io.StringIO('{"task": "a"}\nnonsense\n[1]\n{"done": 1}\n{"task": "b')
    assert [one["task"] for one in lines_of(stream)] == ["a"]
    place = stream.tell()
    stream.seek(0, io.SEEK_END)
    stream.write('"}\n')
    stream.seek(place)
    assert [one["task"] for one in lines_of(stream)] == ["b"]


def test_counts_are_told_once_per_interval_with_rate_and_time_left():
    follower = Follower(1.0, plain=False)
    told = [follower.tell(line(done), now) for done, now in ((0, 0.0), (100, 0.5), (512, 1.0), (700, 1.3), (1204, 2.0))]
    assert told == [
        "",
        "",
        "  workflow_prune  512/1,204 · 512/s · 1 s left",
        "",
        "  workflow_prune  1,204/1,204 · 602/s",
    ]


def test_short_work_is_not_told():
    follower = Follower(1.0, plain=False)
    assert follower.tell(line(0), 0.0) + follower.tell(line(1204), 0.4) == ""


def test_messages_are_always_told():
    follower = Follower(10.0, plain=False)
    built = line(1, 5, "built etcd\nin 22 s", "lab_tools")
    assert follower.tell(built, 0.0) == "  lab_tools  1/5 · built etcd in 22 s"
    assert follower.tell(line(2, 5, "built kwok", "lab_tools"), 99.0) == "  lab_tools  2/5 · built kwok"
    assert follower.tell(line(0, 0, "waits"), 0.1) == "  workflow_prune  waits"


def test_a_second_run_of_the_module_counts_anew():
    follower = Follower(1.0, plain=False)
    for done, now in ((0, 0.0), (1204, 5.0), (0, 100.0), (300, 101.0)):
        told = follower.tell(line(done), now)
    assert told == "  workflow_prune  300/1,204 · 300/s · 3 s left"


def test_logs_get_ascii():
    assert Follower(1.0, plain=True).tell(line(1, 2, "«x»"), 0.0) == '  workflow_prune  1/2 | "x"'


@pytest.mark.parametrize("odd", [{"done": "x", "total": None}, {"done": -1, "total": -5}, {}])
def test_odd_numbers_do_no_harm(odd):
    follower = Follower(0.0, plain=False)
    assert follower.tell({"task": "t", "message": "m", **odd}, 0.0) == "  t  m"
