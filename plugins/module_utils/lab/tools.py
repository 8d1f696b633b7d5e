# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ensure the tool sets of a practice cluster. Private API."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.build import build
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.cache import Cache
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.download import download
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.toolsets import (
    ToolSet,
    build_key,
    download_entries,
    download_key,
    downloaded_prefix,
    host_platform,
    pinned_version,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress

AUTO, BUILD, DOWNLOAD, CACHED = "auto", "build", "download", "cached"


@dataclass(frozen=True)
class Wanted:
    """One tool set, its pinned Go module's folder, and the folder of the cache that is to hold it."""

    toolset: ToolSet
    folder: Path
    version: str
    key: str


@dataclass(frozen=True)
class Made:
    """What was made: where it came from and how long it took."""

    name: str
    version: str
    source: str
    seconds: float


class Tools:
    """The wanted tool sets in one cache."""

    def __init__(
        self,
        cache: Cache,
        toolsets: tuple[ToolSet, ...],
        folders: dict[str, Path],
        source: str,
        downloads: list[dict[str, str]],
    ) -> None:
        """:param folders: the Go module's folder by tool set name"""
        self._cache = cache
        self._source = source
        self._entries = download_entries(downloads, toolsets) if source == DOWNLOAD else {}
        self._wanted = [self._want(toolset, folders[toolset.name]) for toolset in toolsets]
        self.faults: list[str] = []

    def missing(self) -> list[Wanted]:
        """The sets that have to be made; what is broken in the cache is noted in ``faults``."""
        self.faults = []
        return [wanted for wanted in self._wanted if not self._usable(wanted)]

    def ensure(self) -> list[Made]:
        """Make what is missing, one set after another.

        :raises OpsError: also when nothing may be made and something is missing
        """
        missing = self.missing()
        if missing and self._source == CACHED:
            names = ", ".join(f"{wanted.toolset.name} {wanted.version}" for wanted in missing)
            raise OpsError(
                "invalid",
                f"the cache of tools lacks {names}, and nothing is to be made",
                hint="Make them at a quiet hour: ansible-playbook playbooks/lab_up.yml",
            )
        progress = Progress("lab_tools", len(missing))
        return [made for position, wanted in enumerate(missing, 1) if (made := self._make(wanted, position, progress))]

    def result(self) -> dict[str, object]:
        """{root, platform, versions {set: version}, binaries {name: path}, manifests {set: path}}."""
        folders = [(wanted, self._cache.folder(wanted.key)) for wanted in self._wanted]
        return {
            "root": str(self._cache.root),
            "platform": host_platform(),
            "versions": {wanted.toolset.name: wanted.version for wanted, _folder in folders},
            "binaries": {
                name: str(folder / "bin" / name)
                for wanted, folder in folders
                for name in wanted.toolset.binaries.values()
            },
            "manifests": {
                wanted.toolset.name: str(folder / "manifests") for wanted, folder in folders if wanted.toolset.manifests
            },
        }

    def _want(self, toolset: ToolSet, folder: Path) -> Wanted:
        try:
            go_mod, go_sum = (folder / "go.mod").read_bytes(), (folder / "go.sum").read_bytes()
        except OSError as error:
            raise OpsError("invalid", f"tool set {toolset.name}: {error.filename} cannot be read") from error
        version = pinned_version(toolset, go_mod.decode("utf-8", "replace"))
        if self._source == DOWNLOAD:
            return Wanted(toolset, folder, version, download_key(toolset, version, host_platform(), self._entries))
        key = build_key(toolset, version, host_platform(), go_mod, go_sum)
        if self._source in (AUTO, CACHED) and not self._cache.folder(key).is_dir():
            downloaded = self._cache.find(downloaded_prefix(toolset, version, host_platform()))
            key = downloaded[0] if downloaded else key
        return Wanted(toolset, folder, version, key)

    def _usable(self, wanted: Wanted) -> bool:
        fault = self._cache.fault(wanted.key, wanted.toolset)
        if fault:
            self.faults.append(f"{fault}; {wanted.toolset.name} is made again")
        return fault is None

    def _make(self, wanted: Wanted, position: int, progress: Progress) -> Made | None:
        """None when another set-up made it while we waited."""
        name = f"{wanted.toolset.name} {wanted.version}"
        doing, done = ("downloading", "downloaded") if self._source == DOWNLOAD else ("building", "built")
        with self._cache.making(lambda: progress.step(0, f"another set-up makes tools; {name} waits for it")) as lock:
            if self._cache.fault(wanted.key, wanted.toolset) is None:
                progress.step(1, f"{name} was made by another set-up")
                return None
            progress.step(0, f"{doing} {name} ({position}/{progress.total}), {self._expectation(wanted.toolset)}")
            started = time.monotonic()
            with self._cache.install(wanted.key, wanted.toolset) as target:
                self._fill(wanted, target, lock)
        seconds = time.monotonic() - started
        progress.step(1, f"{done} {name} in {seconds:.0f} s")
        return Made(wanted.toolset.name, wanted.version, done, round(seconds, 1))

    def _fill(self, wanted: Wanted, target: Path, lock: int) -> None:
        if self._source == DOWNLOAD:
            download(wanted.toolset, self._entries, target)
        else:
            log = self._cache.root / f"{wanted.toolset.name}.log"
            build(wanted.toolset, wanted.version, wanted.folder, target, log, lock)

    def _expectation(self, toolset: ToolSet) -> str:
        if self._source == DOWNLOAD:
            return f"{len(toolset.needed())} files"
        return f"about {toolset.cold_seconds} s with cold caches"
