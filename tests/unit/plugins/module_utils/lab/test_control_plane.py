# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import control_plane
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.cluster import Cluster, Programs
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.control_plane import COMPONENTS
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import Layout
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.processes import Running

ETCDUTL = """#!/bin/sh
for word; do case "$word" in --data-dir=*) mkdir -p "${word#*=}" && echo back > "${word#*=}/db";; esac; done
"""


class Plane(Cluster):
    """A cluster that notes what is started and runs everything that is not ended."""

    def __init__(self, folder: Path, monkeypatch) -> None:
        super().__init__(Layout(folder, "lab"))
        self.state = {"ports": {"etcd_peer": 2380}}
        self.runs = {"etcd", *COMPONENTS}
        self.log: list[str] = []
        self.bin = self.layout.cluster / "bin"
        self.bin.mkdir(parents=True)
        for name in COMPONENTS:
            (self.bin / name).symlink_to(f"/old/{name}")
        (self.layout.cluster / "etcd").mkdir()
        (self.layout.cluster / "etcd" / "db").write_text("now")
        monkeypatch.setattr(control_plane.processes, "running", lambda _folders: [Running(1, one) for one in self.runs])
        monkeypatch.setattr(control_plane.processes, "end_program", self._end)
        monkeypatch.setattr(control_plane.processes, "end", lambda *_args, **_more: self.runs.clear())

    def start(self, wanted: Programs, renewed: tuple[str, ...]) -> None:
        for name in renewed:
            (self.bin / name).unlink()
            (self.bin / name).symlink_to(wanted.paths[name])
        self.log.append(f"start {','.join(renewed)}")
        self.runs = {"etcd", *COMPONENTS}

    def _end(self, _folders: object, program: str) -> None:
        self.log.append(f"end {program}")
        self.runs.discard(program)


@pytest.fixture
def plane(tmp_path: Path, monkeypatch) -> Plane:
    return Plane(tmp_path / "lab", monkeypatch)


WANTED = Programs({name: f"/new/{name}" for name in COMPONENTS}, "v1.35.4")


def free() -> None:
    """Nothing keeps it from going on."""


def test_components_move_one_after_the_other_the_api_server_first(plane: Plane) -> None:
    assert control_plane.move(plane, WANTED, free) == list(COMPONENTS)
    assert plane.log[:3] == ["end kube-apiserver", "start kube-apiserver", "end kube-controller-manager"]
    assert {os.readlink(plane.bin / name) for name in COMPONENTS} == set(WANTED.paths.values())
    assert control_plane.move(plane, WANTED, free) == []


def test_what_a_killed_one_left_half_moved_or_down_is_finished(plane: Plane) -> None:
    plane.start(WANTED, COMPONENTS[:1])
    plane.runs = {"etcd"}
    assert control_plane.outdated(plane, WANTED) == list(COMPONENTS)
    control_plane.move(plane, WANTED, free)
    assert control_plane.outdated(plane, WANTED) == []


def test_without_the_lock_the_next_component_stays(plane: Plane) -> None:
    def lost() -> None:
        if plane.log:
            raise OpsError("refused", "the lock is another's")

    with pytest.raises(OpsError):
        control_plane.move(plane, WANTED, lost)
    assert control_plane.outdated(plane, WANTED) == list(COMPONENTS[1:])


def test_the_data_of_a_snapshot_takes_the_place_of_the_data(plane: Plane, tmp_path: Path) -> None:
    program = tmp_path / "etcdutl"
    program.write_text(ETCDUTL)
    program.chmod(0o700)
    control_plane.restore(plane, WANTED, str(program), tmp_path / "snapshot.db", free)
    assert (plane.layout.cluster / "etcd" / "db").read_text() == "back\n"
    assert plane.log == [f"start {','.join(COMPONENTS)}"]
    # As after a kill between the two: the data is away.
    (plane.layout.cluster / "etcd" / "db").unlink()
    (plane.layout.cluster / "etcd").rmdir()
    control_plane.restore(plane, WANTED, str(program), tmp_path / "snapshot.db", free)
    assert (plane.layout.cluster / "etcd" / "db").read_text() == "back\n"


def test_a_second_restore_goes_beyond_all_that_was_written_since_the_first(
    plane: Plane, tmp_path: Path, monkeypatch
) -> None:
    program, said = tmp_path / "etcdutl", tmp_path / "said"
    program.write_text(ETCDUTL + f'for word; do echo "$word" >> {said}; done\n')
    program.chmod(0o700)
    for moment in (1_790_000_000.0, 1_790_000_001.5):
        monkeypatch.setattr(control_plane.time, "time", lambda moment=moment: moment)
        control_plane.restore(plane, WANTED, str(program), tmp_path / "snapshot.db", free)
    bumps = [int(line.partition("=")[2]) for line in said.read_text().splitlines() if line.startswith("--bump-rev")]
    assert bumps[1] - bumps[0] == 150_000
    assert bumps[0] > 1_000_000_000, "beyond what was written since the snapshot"


def test_a_snapshot_that_cannot_be_restored_touches_nothing(plane: Plane, tmp_path: Path) -> None:
    for program in ("/bin/false", str(tmp_path / "none")):
        with pytest.raises(OpsError, match="could not restore") as caught:
            control_plane.restore(plane, WANTED, program, tmp_path / "snapshot.db", free)
        assert caught.value.kind == "unverified"
    assert (plane.layout.cluster / "etcd" / "db").read_text() == "now"
    assert plane.log == []


def test_a_program_that_does_not_run_tells_its_version_too(plane: Plane) -> None:
    with pytest.raises(OpsError, match="does not tell its version"):
        control_plane.version(plane)
    (plane.bin / COMPONENTS[0]).unlink()
    (plane.bin / COMPONENTS[0]).write_text("#!/bin/sh\necho Kubernetes v1.34.4\n")
    (plane.bin / COMPONENTS[0]).chmod(0o700)
    assert control_plane.version(plane) == "v1.34.4"
