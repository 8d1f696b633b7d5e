# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest

SETS = ["etcd", "kwok", "metrics_server", "prometheus", "argo_workflows", "kubernetes"]
MODULES = str(Path(__file__).parents[4] / "roles" / "lab" / "files" / "tools")


def test_check_mode_says_what_is_missing_and_makes_nothing(run_module, tmp_path):
    result = run_module("lab_tools", check=True, cache=str(tmp_path / "cache"), modules=MODULES)
    assert result["changed"] is True
    assert [one["name"] for one in result["made"]] == SETS
    assert result["versions"]["kubernetes"].startswith("v1.")
    assert Path(result["binaries"]["kubectl"]).is_relative_to(tmp_path / "cache" / "tools")
    assert not (tmp_path / "cache").exists()


def test_those_that_are_named_are_ensured_and_no_others(run_module, tmp_path):
    result = run_module("lab_tools", check=True, cache=str(tmp_path), modules=MODULES, sets=["restic", "versitygw"])
    assert [(one["name"], one["version"]) for one in result["made"]] == [("versitygw", "v1.8.0"), ("restic", "v0.18.0")]
    assert set(result["binaries"]) == {"versitygw", "restic"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"other_modules": {"no such": "/x"}}, "there is no tool set 'no such'"),
        ({"sets": ["no such"]}, "there is no tool set 'no such'"),
        ({"other_modules": {"kubernetes": "/nowhere"}}, "tool set kubernetes: /nowhere/go.mod cannot be read"),
        ({"source": "download"}, "the download list lacks etcd"),
        ({"modules": "/nowhere"}, "tool set etcd: /nowhere/etcd/go.mod cannot be read"),
    ],
)
def test_bad_options_are_refused_in_a_sentence(run_module, tmp_path, options, words):
    result = run_module("lab_tools", **{"cache": str(tmp_path), "modules": MODULES, **options})
    assert result["error"]["kind"] == "invalid"
    assert words in result["msg"]
