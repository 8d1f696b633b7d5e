# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible packs for a module is packed once for all playbooks of the tests, not once for each.

Ansible keeps the archives of modules in a folder that goes with each run. Here that is a link to a folder that stays,
one for each state of what is packed: whatever is changed is packed anew.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import sys
from pathlib import Path

import ansible
from ansible import constants
from ansible.plugins.callback import CallbackBase

COLLECTION = "ansible_collections.agent_platform.ops"
PACKED = ("plugins/modules", "plugins/module_utils")


def key(collection: Path) -> str:
    """Names the state of the collection, and of the Ansible and the other collections that are installed."""
    files = sorted(path for part in PACKED for path in (collection / part).rglob("*.py"))
    said = [f"{path} {about.st_size} {about.st_mtime_ns}" for path in files if (about := path.stat())]
    installed = Path(ansible.__file__).parents[1]
    said += [sys.version, ansible.__version__, f"{installed} {installed.stat().st_mtime_ns}"]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


class CallbackModule(CallbackBase):
    """Makes the link before the first task of a run."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "shared_payloads"

    def __init__(self) -> None:
        super().__init__()
        if not sys.pycache_prefix:
            return
        collection = Path(os.path.realpath(importlib.import_module(COLLECTION).__path__[0]))
        folder = Path(sys.pycache_prefix) / "payloads" / key(collection)
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)  # tests/conftest.py removes what nobody has used for long
        Path(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache").symlink_to(folder)
