# SPDX-License-Identifier: GPL-3.0-or-later
"""An empty control plane of a test's own, beside the practice cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.commands import environment, run
from tests.support.lab import Lab

_PLAY = """
- name: Ensure a control plane
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Ensure it
      ansible.builtin.include_role:
        name: agent_platform.ops.lab
        tasks_from: "{entry}"
      vars:
        ansible_python_interpreter: "{{{{ ansible_playbook_python }}}}"
        lab_name: {name}
        lab_directory: "{directory}"
"""


class Plane(Lab):
    """A control plane that runs nothing; its kubeconfig and audit log are used as those of a practice cluster."""

    def __init__(self, name: str, directory: Path) -> None:
        super().__init__(name)
        self.directory = directory

    def ensure(self, entry: str) -> None:
        """Carry out one entry point of role lab."""
        play = self.directory.parent / f"{self.name}-{entry}.yml"
        play.write_text(_PLAY.format(entry=entry, name=self.name, directory=self.directory))
        env = environment(ANSIBLE_COLLECTIONS_PATH="playbooks/collections")
        run("ansible-playbook", "-i", "localhost,", play, env=env, timeout=120)


@contextmanager
def empty_plane(name: str, folder: Path) -> Iterator[Plane]:
    """One that lives until the block ends."""
    plane = Plane(name, folder / "plane")
    try:
        plane.ensure("control_plane")
        yield plane
    finally:
        plane.ensure("absent")
