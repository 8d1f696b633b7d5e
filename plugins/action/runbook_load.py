# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook declares about its runbook, as a variable; documented in the module of the same name."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

_PACKAGE = "ansible_collections.agent_platform.ops"


class ActionModule(ActionBase):
    """Read the runbook inside the playbook: only there do its templates stay templates."""

    TRANSFERS_FILES = False
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict:
        result = super().run(tmp, task_vars)
        _validated, arguments = self.validate_argument_spec({"name": {"type": "str", "required": True}})
        path = _find(arguments["name"], (task_vars or {}).get("playbook_dir") or "")
        runbook = _declared(self._read(path), arguments["name"])
        if runbook is None:
            raise AnsibleActionFail(f"{path} declares no runbook {arguments['name']}.")
        return {**result, "changed": False, "path": str(path), "ansible_facts": {"_runbook_loaded": runbook}}

    def _read(self, path: Path) -> Any:
        try:
            return self._loader.load_from_file(str(path), cache="none", trusted_as_template=True)
        except TypeError as error:
            raise AnsibleActionFail("To carry out a runbook from its file needs ansible-core 2.19 or newer.") from error


def _find(name: str, playbook_dir: str) -> Path:
    """The playbook beside the one that runs, else the one of the collection."""
    if not name.isidentifier():
        raise AnsibleActionFail(f"{name!r:.80} is no name of a runbook.")
    places = [Path(playbook_dir)] if playbook_dir else []
    places += [Path(folder) / "playbooks" for folder in import_module(_PACKAGE).__path__]
    found = next((place / f"{name}.yml" for place in places if (place / f"{name}.yml").is_file()), None)
    if found is None:
        raise AnsibleActionFail(f"There is no playbook {name}.yml in {' or '.join(map(str, places))}.")
    return found


def _declared(plays: Any, name: str) -> dict | None:
    for play in plays if isinstance(plays, list) else ():
        runbook = (play.get("vars") or {}).get("runbook") if isinstance(play, dict) else None
        if isinstance(runbook, dict) and runbook.get("name") == name:
            return runbook
    return None
