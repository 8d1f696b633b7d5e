# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Back up folders with restic, file by file, and write them back. Private API.

The password is a file, the repository is in the environment: neither is among the arguments of a process.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import restic
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.restic import Summary
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.programs import find_program, run_program
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text

PROVIDER = "file_backup"
SPEC: dict[str, dict[str, Any]] = {
    "platform": {"type": "str", "required": True},
    "repository": {"type": "str", "default": ""},
    "repository_file": {"type": "path"},
    "password_file": {"type": "path", "required": True},
    "restic": {"type": "str", "default": "restic"},
    "timeout": {"type": "int", "default": 3600},
}
_CREDENTIALS = ("AWS_", "GOOGLE_", "AZURE_", "B2_", "OS_", "ST_", "RCLONE_")


def keep(options: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
    """{changed, dataset, line, findings, cost} of a backup of folders; in check mode what it would come to.

    :raises OpsError: then there is no new snapshot
    """
    meter = Meter()
    folders = [_folder(path) for path in options["folders"]]
    if not folders:
        raise OpsError("invalid", "folders is empty; name those that are backed up")
    repository = _Repository(options)
    is_new = not repository.is_there()
    if is_new and not options["init"]:
        raise OpsError("refused", "there is no repository of restic, and init is false; nothing was written")
    if check and is_new:
        line = f"would make a repository and back up {text.count(len(folders), 'folder')}"
        return {"changed": True, "dataset": _row("", {}), "line": line, "findings": [], "cost": meter.read()}
    if is_new:
        repository.ask("init")
    excluded = [f"--exclude={pattern}" for pattern in options["exclude"]]
    words = ["--json", f"--host={options['platform']}", "--tag=agent-platform.ops", *excluded]
    done = repository.ask("backup", *words, *(["--dry-run"] if check else []), "--", *folders, accepted=(0, 3))
    summary = restic.summary_of(done.stdout, done.stderr)
    if not check:
        subset = options["read_data_subset"]
        repository.ask("check", *([f"--read-data-subset={subset}"] if subset else []))
    return {**_told(summary, done.returncode == restic.OK, check=check), "cost": meter.read()}


def restore(options: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
    """{changed, line} of writing a snapshot into a new folder; restic reads every file again.

    :raises OpsError: then the folder holds what was written so far, under another name
    """
    snapshot = restic.require_snapshot(options["snapshot"])
    dest = Path(options["dest"])
    if os.path.lexists(dest):
        raise OpsError("refused", f"dest: {dest} is there already; nothing was written")
    if not dest.parent.is_dir():
        raise OpsError("invalid", f"dest: the folder {dest.parent} is not there")
    repository = _Repository(options)
    if not repository.is_there():
        raise OpsError("invalid", "there is no repository of restic there")
    making = dest.with_name(f".{dest.name}.restoring")
    host = [f"--host={options['platform']}"] if snapshot == "latest" else []
    dry = ["--dry-run"] if check else ["--verify"]
    repository.ask("restore", snapshot, *host, f"--target={making}", "--overwrite=if-changed", *dry)
    if not check:
        os.rename(making, dest)
    return {"changed": True, "line": f"{'would write' if check else 'wrote'} snapshot {snapshot} into {dest}"}


class _Repository:
    """A repository, asked by the program."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._program = find_program("restic", options["restic"])
        self._timeout = options["timeout"]
        backup_options.private_file(options["password_file"], "password_file")
        self._environment = {"RESTIC_PASSWORD_FILE": options["password_file"], **_place(options)}

    def is_there(self) -> bool:
        """:raises OpsError: also when the password is not its own"""
        codes = (restic.OK, restic.NO_REPOSITORY, restic.WRONG_PASSWORD)
        done = self.ask("cat", "config", accepted=codes)
        if done.returncode == restic.WRONG_PASSWORD:
            raise OpsError("forbidden", "password_file does not open the repository of restic")
        return done.returncode == restic.OK

    def ask(self, *words: str, accepted: tuple[int, ...] = (0,)) -> CompletedProcess[str]:
        return run_program(
            [self._program, "--no-cache", "--retry-lock=5m", *words],
            timeout=self._timeout,
            environment=self._environment,
            credentials=_CREDENTIALS,
            accepted=accepted,
        )


def _place(options: Mapping[str, Any]) -> dict[str, str]:
    """Where the repository is, as restic's environment says it."""
    repository, file = options["repository"], options["repository_file"]
    if bool(repository) == bool(file):
        raise OpsError("invalid", "one of repository and repository_file is needed, and not both")
    if file:
        backup_options.private_file(file, "repository_file")
        return {"RESTIC_REPOSITORY_FILE": file}
    return {"RESTIC_REPOSITORY": restic.require_no_user(repository)}


def _folder(path: str) -> str:
    if not os.path.isabs(path) or not os.path.isdir(path):
        raise OpsError("invalid", f"folders: {path!r:.200} is no folder; absolute paths of folders are taken")
    return path


def _told(summary: Summary, is_whole: bool, *, check: bool) -> dict[str, Any]:
    """The result of a backup. One that lacks files is there, and critical."""
    words = f"{text.count(summary.files, 'file')}, {summary.new:,} new, {summary.changed:,} changed"
    ending = "" if check else f" · {as_bytes(summary.added)} added · checked"
    line = f"{'would back up ' if check else ''}{words}{ending}"
    about = subject("Snapshot", "", summary.id[:8] or PROVIDER)
    findings = [finding(PROVIDER, "critical", about, f"not in the backup: {one}") for one in summary.problems]
    if not is_whole and not findings:
        findings = [finding(PROVIDER, "critical", about, "restic could not read every file")]
    if is_whole and not check:
        findings = [finding(PROVIDER, "ok", about, line)]
    facts = {"files": summary.files, "bytes": summary.bytes, "added": summary.added, "whole": is_whole}
    return {"changed": True, "dataset": _row(summary.id, facts), "line": line, "findings": findings}


def _row(name: str, facts: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "provider": PROVIDER, "facts": facts}
