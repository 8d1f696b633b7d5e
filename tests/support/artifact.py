# SPDX-License-Identifier: GPL-3.0-or-later
"""The collection as it is published: built, and installed from that archive into a folder of its own."""

from __future__ import annotations

import tarfile
from dataclasses import dataclass
from pathlib import Path

from tests.support.commands import CACHE, ROOT, WORKER, emptied, environment, run


@dataclass(frozen=True)
class Artifact:
    """The archive, and the folder with ansible_collections/ into which it was installed."""

    archive: Path
    path: Path

    @property
    def collection(self) -> Path:
        return self.path / "ansible_collections" / "agent_platform" / "ops"

    def names(self) -> set[str]:
        with tarfile.open(self.archive) as archive:
            return set(archive.getnames())


def build() -> Artifact:
    folder = emptied(CACHE / f"artifact{WORKER}")
    env = environment(private_home=True, ANSIBLE_HOME=folder / "ansible", ANSIBLE_COLLECTIONS_PATH=folder)
    run("ansible-galaxy", "collection", "build", "--output-path", folder, ROOT, cwd=folder, env=env)
    (archive,) = folder.glob("agent_platform-ops-*.tar.gz")
    run(
        "ansible-galaxy", "collection", "install", "--offline", "--no-deps", "--collections-path", folder, archive,
        cwd=folder, env=env,
    )  # fmt: skip
    return Artifact(archive, folder)
