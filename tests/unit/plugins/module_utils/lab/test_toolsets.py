# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.toolsets import (
    EXTRA_TOOL_SETS,
    TOOL_SETS,
    build_key,
    choose,
    download_entries,
    download_key,
    explain_build_failure,
    pinned_version,
)

BY_NAME = {toolset.name: toolset for toolset in (*TOOL_SETS, *EXTRA_TOOL_SETS)}
ETCD = BY_NAME["etcd"]


def entry(tool, **other):
    return {"tool": tool, "url": f"http://127.0.0.1/{tool}", "sha256": "0" * 64, **other}


@pytest.mark.parametrize(
    "go_mod",
    [
        "require go.etcd.io/etcd/server/v3 v3.6.8\n",
        "require (\n\tgo.etcd.io/etcd/api/v3 v3.6.7\n\tgo.etcd.io/etcd/server/v3 v3.6.8 // indirect\n)\n",
    ],
)
def test_the_version_is_the_one_that_go_mod_pins(go_mod):
    assert pinned_version(ETCD, go_mod) == "v3.6.8"


def test_a_go_mod_without_the_module_is_refused():
    with pytest.raises(OpsError, match=r"does not require go\.etcd\.io/etcd/server/v3"):
        pinned_version(ETCD, "tool go.etcd.io/etcd/server/v3\n")


def test_the_control_plane_is_told_its_version():
    flags = BY_NAME["kubernetes"].linker_flags("v1.35.4")
    assert "version.gitVersion=v1.35.4 " in flags
    assert "gitMajor=1 " in flags
    assert flags.endswith("gitMinor=35")


def test_few_are_built_with_tags():
    assert {name: toolset.tags for name, toolset in BY_NAME.items() if toolset.tags} == {
        "prometheus": "netgo,remove_all_sd",
        "restic": "disable_grpc_modules",
    }


def test_without_names_exactly_those_of_a_practice_cluster_are_chosen():
    assert choose([]) == TOOL_SETS
    assert {toolset.name for toolset in EXTRA_TOOL_SETS} == {"versitygw", "restic", "age", "helm"}


def test_by_name_any_can_be_chosen_each_once_and_the_fast_ones_first():
    assert [toolset.name for toolset in choose(["restic", "etcd", "restic"])] == ["etcd", "restic"]
    with pytest.raises(OpsError, match="there is no tool set 'popeye'") as refused:
        choose(["etcd", "popeye"])
    assert "versitygw" in refused.value.hint


def test_tags_are_a_part_of_the_key_where_there_are_any():
    arguments = ("v3.6.8", "linux-amd64", b"mod", b"sum")
    assert build_key(replace(ETCD, tags="netgo"), *arguments) != build_key(ETCD, *arguments)


def test_another_pin_or_flag_or_platform_is_another_folder():
    key = build_key(ETCD, "v3.6.8", "linux-amd64", b"mod", b"sum")
    assert key.startswith("etcd-v3.6.8-linux-amd64-")
    others = {
        build_key(ETCD, "v3.6.8", "linux-amd64", b"mod2", b"sum"),
        build_key(ETCD, "v3.6.8", "linux-amd64", b"mod", b"sum2"),
        build_key(ETCD, "v3.6.8", "darwin-arm64", b"mod", b"sum"),
        build_key(BY_NAME["kwok"], "v3.6.8", "linux-amd64", b"mod", b"sum"),
    }
    assert len({key, *others}) == 5


def test_the_checksums_of_a_download_list_are_its_key():
    entries = {name: entry(name) for name in ETCD.needed()}
    key = download_key(ETCD, "v3.6.8", "linux-amd64", entries)
    elsewhere = {name: entry(name, url="https://elsewhere/") for name in ETCD.needed()}
    changed = {**entries, "etcd": entry("etcd", sha256="1" * 64)}
    assert download_key(ETCD, "v3.6.8", "linux-amd64", elsewhere) == key
    assert download_key(ETCD, "v3.6.8", "linux-amd64", changed) != key


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda entries: entries[1:], "lacks etcd"),
        (lambda entries: [*entries, entry("helm")], "'helm', which no tool set uses"),
        (lambda entries: [*entries, entries[0]], "'etcd' twice"),
        (lambda entries: [entry("etcd", sha256="abc"), *entries[1:]], "sha256 of 'etcd'"),
        (lambda entries: [entry("etcd", url="ftp://x/"), *entries[1:]], "url of 'etcd'"),
    ],
)
def test_a_bad_download_list_is_refused_by_name(change, words):
    entries = [entry(name) for name in ETCD.needed()]
    assert set(download_entries(entries, (ETCD,))) == {"etcd", "etcdctl", "etcdutl"}
    with pytest.raises(OpsError) as refused:
        download_entries(change(entries), (ETCD,))
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("output", "message", "hint"),
    [
        (
            "go: go.mod requires go >= 1.26.0 (running go 1.24.1; GOTOOLCHAIN=local)\n",
            "it needs Go 1.26.0 and this is Go 1.24.1",
            "Install Go 1.26.0",
        ),
        ("go: x: dial tcp: lookup y on 1.1.1.1:53: no such host\n", "cannot be fetched", "Check the network"),
        ("go: x: module lookup disabled by GOPROXY=off\n", "may not fetch", "GOPROXY"),
        ("write /tmp/x: no space left on device\n", "disk is full", "Free"),
        ("k8s.io/x: /go/compile: signal: killed\n", "memory", "3 GB"),
        ("a.go:1: undefined: b\n\n", "undefined: b", "Run it again"),
        ("", "no output", "Run it again"),
    ],
)
def test_a_failed_build_is_told_in_one_sentence_with_what_to_do(output, message, hint):
    told, advice = explain_build_failure(ETCD, output)
    assert told.startswith("building etcd failed: ")
    assert message in told
    assert hint in advice
    assert "\n" not in told
