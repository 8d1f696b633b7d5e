# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import dataclasses
import os
import stat

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import build as build_module
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.build import build, copy_manifests, find_go
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.toolsets import Manifests, ToolSet

TOOLS = ToolSet(
    "kwok",
    "example.org/kwok",
    {"server": "kwok"},
    cold_seconds=1,
    variables={"main.version": "{version}"},
    manifests=Manifests("kwok-source", ("kustomize/stage",)),
    tags="netgo,small",
)
GO = """#!/bin/sh
case "$1" in
install) env | sort > "$GOBIN/../environment"; echo "$@" > "$GOBIN/../arguments"; touch "$GOBIN/server" ;;
list) echo "$MODULE_FOLDER" ;;
esac
"""


@pytest.fixture
def go(tmp_path, monkeypatch):
    """Put a go command of our own on PATH."""

    def put(text):
        command = tmp_path / "path" / "go"
        command.parent.mkdir(exist_ok=True)
        command.write_text(text)
        command.chmod(0o755)
        monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")

    return put


@pytest.fixture
def lock():
    reading, writing = os.pipe()
    yield writing
    os.close(reading)
    os.close(writing)


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A module's folder as in Go's cache: nothing can be written."""
    folder = tmp_path / "module"
    (folder / "kustomize" / "stage" / "pod").mkdir(parents=True)
    (folder / "kustomize" / "other").mkdir()
    for name in ("kustomize/stage/pod/ready.yaml", "kustomize/stage/embed.go", "kustomize/other/x.yaml"):
        (folder / name).write_text(name)
        (folder / name).chmod(0o444)
    (folder / "kustomize" / "stage" / "pod").chmod(0o555)
    monkeypatch.setenv("MODULE_FOLDER", str(folder))
    return folder


@pytest.fixture
def target(tmp_path):
    (tmp_path / "target" / "bin").mkdir(parents=True)
    return tmp_path / "target"


def test_a_build_is_pinned_and_ignores_the_users_settings(go, source, target, tmp_path, lock, monkeypatch):
    go(GO)
    monkeypatch.setenv("GOFLAGS", "-mod=mod")
    monkeypatch.setenv("GOOS", "plan9")
    monkeypatch.setenv("GOPROXY", "https://mirror.example.org")
    log = tmp_path / "kwok.log"
    build(TOOLS, "v1.2.3", tmp_path, target, log, lock)
    environment = (target / "environment").read_text().splitlines()
    assert {
        "CGO_ENABLED=0",
        "GOFLAGS=-buildvcs=false -mod=readonly -gcflags=all=-dwarf=false",
        "GOGC=off",
        "GOWORK=off",
    } <= set(environment)
    assert "GOPROXY=https://mirror.example.org" in environment
    assert "GOOS=plan9" not in environment
    words = "install -trimpath -ldflags -s -w -X main.version=v1.2.3 -tags netgo,small tool\n"
    assert (target / "arguments").read_text() == words
    assert [path.name for path in (target / "bin").iterdir()] == ["kwok"]
    assert (target / "manifests" / "kustomize" / "stage" / "pod" / "ready.yaml").is_file()
    assert not log.exists()


def test_a_failed_build_names_its_log(go, source, target, tmp_path, lock):
    go("#!/bin/sh\necho 'go: x: dial tcp 10.0.0.1:443: connect: connection refused' >&2\nexit 1\n")
    with pytest.raises(OpsError) as failed:
        build(TOOLS, "v1.2.3", tmp_path, target, tmp_path / "kwok.log", lock)
    assert "the Go modules cannot be fetched" in str(failed.value)
    assert f"(log: {tmp_path / 'kwok.log'})" in str(failed.value)
    assert "Check the network" in failed.value.hint


def test_go_gets_the_lock_so_that_it_holds_it_while_it_works(go, source, target, tmp_path, lock):
    go(GO.replace("install)", f"install) test -e /dev/fd/{lock} || exit 1;"))
    build(TOOLS, "v1.2.3", tmp_path, target, tmp_path / "kwok.log", lock)


def test_without_go_it_says_what_to_do(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(build_module, "_USUAL_PLACES", ())
    with pytest.raises(OpsError, match="Go is not installed") as failed:
        find_go()
    assert "Install Go" in failed.value.hint


def test_copied_manifests_are_writable_and_nothing_else_comes_along(source, tmp_path):
    copy_manifests(TOOLS.manifests, source, tmp_path / "copy")
    files = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["ready.yaml"]
    assert all(path.stat().st_mode & stat.S_IWUSR for path in (tmp_path / "copy").rglob("*"))


def test_a_folder_that_not_every_version_has_may_be_missing(source, tmp_path):
    manifests = dataclasses.replace(TOOLS.manifests, optional=("kustomize/newer",))
    copy_manifests(manifests, source, tmp_path / "old")
    newer = source / "kustomize" / "newer" / "base.yaml"
    newer.parent.mkdir(parents=True)
    newer.touch()
    copy_manifests(manifests, source, tmp_path / "new")
    names = [{path.name for path in (tmp_path / one).rglob("*.yaml")} for one in ("old", "new")]
    assert names[1] - names[0] == {"base.yaml"}


def test_a_module_without_the_manifests_is_told(tmp_path):
    with pytest.raises(OpsError, match="has no folder kustomize/stage"):
        copy_manifests(TOOLS.manifests, tmp_path, tmp_path / "copy")
