# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_the_moment_is_the_one_that_is_given_and_now_by_default():
    assert looking.moment({"as_of": "2026-11-21T08:00:00Z"}) == NOW
    assert abs((looking.moment({"as_of": None}) - datetime.now(UTC)).total_seconds()) < 60
    with pytest.raises(OpsError, match="as_of: 'soon' is not a time"):
        looking.moment({"as_of": "soon"})


def test_many_rows_go_to_a_file_that_is_named_by_the_moment(tmp_path):
    rows = [{"name": str(number)} for number in range(1001)]
    options = {"rows_directory": str(tmp_path)}
    assert looking.shown(rows[:1000], options, "workflows", NOW) == {"workflows": rows[:1000], "rows_file": ""}
    told = looking.shown(rows, options, "workflows", NOW)
    assert (len(told["workflows"]), told["rows_file"]) == (1000, str(tmp_path / "workflows-2026-11-21T08-00-00Z.jsonl"))
    assert [json.loads(line) for line in Path(told["rows_file"]).read_text().splitlines()] == rows


def test_states_are_told_in_the_order_of_worry_and_empty_ones_are_not():
    counts = {"never_picked_up": 2, "stuck": 0, "succeeded": 1480}
    told = looking.tally(counts, ("stuck", "never_picked_up", "succeeded"))
    assert (told, looking.tally({"stuck": 0}, ["stuck"])) == ("2 never picked up · 1,480 succeeded", "")


def test_bad_input_fails_before_the_cluster_is_looked_for():
    class Module(SimpleNamespace):
        def fail_json(self, **result):
            raise SystemExit(result["error"]["kind"])

    def prepare(options):
        raise OpsError("invalid", f"{options['platform']}: as_of is no time")

    with pytest.raises(SystemExit, match="invalid"):
        looking.run(Module(params={"platform": "lab", "kubeconfig": "/no/such/file"}), prepare)
