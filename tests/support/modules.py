# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules as Ansible runs them, each in a process of its own, against the practice cluster."""

from __future__ import annotations

import json
import sys
import tempfile
from typing import Any

from tests.support.commands import ROOT, environment, run

PACKAGE = "ansible_collections.agent_platform.ops.plugins.modules"


def run_module(name: str, /, *, check: bool = False, **options: Any) -> dict[str, Any]:
    """The result of one module; a failure is a result too."""
    arguments = {"ANSIBLE_MODULE_ARGS": {**options, "_ansible_check_mode": check}}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(arguments, file)
        file.flush()
        paths = {"PYTHONPATH": str(ROOT / "playbooks" / "collections")}
        done = run(sys.executable, "-m", f"{PACKAGE}.{name}", file.name, env=environment() | paths, expect=None)
    return json.loads(done.stdout.splitlines()[-1])
