# SPDX-License-Identifier: GPL-3.0-or-later
"""Step roles as a play of their own, without a runbook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.commands import environment, run

PLAY = """
- name: Carry out a step
  hosts: platforms
  gather_facts: false
  roles:
    - agent_platform.ops.{role}
  post_tasks:
    - name: Keep its result
      ansible.builtin.copy:
        content: "{{{{ {role}_result | to_json }}}}"
        dest: "{kept}"
        mode: "0600"
      check_mode: false
"""


class Step(NamedTuple):
    """Exit code, what was printed, and the result that the role set ({} if it set none)."""

    rc: int
    stdout: str
    result: dict[str, Any]

    @property
    def findings(self) -> dict[str, tuple[str, str]]:
        """(status, message) by the name of the subject."""
        return {one["subject"]["name"]: (one["status"], one["message"]) for one in self.result["findings"]}


def run_step(
    folder: Path, role: str, *arguments: str, inventories: tuple[str, ...] = ("lab",), **variables: str
) -> Step:
    """Run one step role on inventories of the collection, with these environment variables."""
    play, kept = folder / f"{role}.yml", folder / f"{role}.json"
    play.write_text(PLAY.format(role=role, kept=kept))
    kept.unlink(missing_ok=True)
    places = [word for name in inventories for word in ("-i", f"inventories/{name}")]
    env = environment(ANSIBLE_COLLECTIONS_PATH="playbooks/collections", **variables)
    done = run("ansible-playbook", play, *places, *arguments, env=env, expect=None)
    result = json.loads(kept.read_text()) if kept.exists() else {}
    return Step(done.returncode, done.stdout + done.stderr, result)
