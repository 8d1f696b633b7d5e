# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build a tool set from its pinned Go module. Private API."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.toolsets import (
    GO_FLAGS,
    GO_MEMORY,
    Manifests,
    ToolSet,
    explain_build_failure,
)

_USUAL_PLACES = ("/usr/local/go/bin", "/usr/lib/go/bin", "/opt/homebrew/bin")
# A user's settings for other projects must not change what is built here.
_UNWANTED = ("GOOS", "GOARCH", "GOEXPERIMENT", "GO111MODULE", "GOAMD64", "GOARM64")


def find_go() -> str:
    """Path of the go command.

    :raises OpsError: invalid, when there is none
    """
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), *_USUAL_PLACES])
    go = shutil.which("go", path=places)
    if not go:
        raise OpsError(
            "invalid",
            "Go is not installed, and the practice cluster's tools are not in the cache yet",
            hint="Install Go 1.26 or newer and put it on PATH, or set lab_source=download with a list of binaries.",
        )
    return go


def build(toolset: ToolSet, version: str, folder: Path, target: Path, log: Path, lock: int) -> None:
    """Build the set's binaries into target/bin and copy its manifests to target/manifests.

    :param folder: the Go module with go.mod and go.sum; nothing is written there
    :param log: receives Go's whole output
    :param lock: file descriptor that Go holds open while it works
    :raises OpsError: invalid, in one sentence that says what to do
    """
    go = find_go()
    binaries = target / "bin"
    tags = ["-tags", toolset.tags] if toolset.tags else []
    command = [go, "install", "-trimpath", "-ldflags", toolset.linker_flags(version), *tags, "tool"]
    with log.open("wb") as output:
        ended = subprocess.run(
            command,
            cwd=folder,
            env=_environment(GOBIN=str(binaries)),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[lock],
            check=False,
        )
    if ended.returncode:
        message, hint = explain_build_failure(toolset, log.read_text(encoding="utf-8", errors="replace"))
        raise OpsError("invalid", f"{message} (log: {log})", hint=hint)
    log.unlink()
    for built, installed in toolset.binaries.items():
        if built != installed:
            (binaries / built).rename(binaries / installed)
    if toolset.manifests:
        copy_manifests(toolset.manifests, _module_folder(go, toolset, folder), target / "manifests")


def copy_manifests(manifests: Manifests, source: Path, target: Path) -> None:
    """Copy the YAML files; the modes of Go's module cache (read-only) stay behind."""
    for name in manifests.folders:
        if not (source / name).is_dir():
            raise OpsError("invalid", f"{source} has no folder {name}")
    for name in manifests.folders + manifests.optional:
        for path in sorted((source / name).rglob("*.yaml")):
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)


def _module_folder(go: str, toolset: ToolSet, folder: Path) -> Path:
    asked = subprocess.run(
        [go, "list", "-m", "-f", "{{.Dir}}", toolset.module],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode or not asked.stdout.strip():
        message, hint = explain_build_failure(toolset, asked.stderr)
        raise OpsError("invalid", message, hint=hint)
    return Path(asked.stdout.strip())


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _UNWANTED}
    return {**GO_MEMORY, **kept, "CGO_ENABLED": "0", "GOFLAGS": GO_FLAGS, "GOWORK": "off", **more}
