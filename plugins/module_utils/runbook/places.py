# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where this machine keeps state. It looks at the environment and at files. Private API."""

from __future__ import annotations

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def state_directory(configured: str = "") -> str:
    """The folder for journals, row files and, by default, the store.

    From a checkout its .state folder, else $XDG_STATE_HOME/agent_platform_ops.
    """
    if configured:
        return os.path.abspath(os.path.expanduser(configured))
    if (ROOT / "pyproject.toml").is_file() and (ROOT / "galaxy.yml").is_file():
        return str(ROOT / ".state")
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return os.path.join(base, "agent_platform_ops")


def store_url(configured: str, state: str) -> str:
    """The store's URL; without one the state folder is the store."""
    return configured or f"file://{state}"


def version() -> str:
    """The version of this collection, from its manifest or from the checkout."""
    for name, pattern in (("MANIFEST.json", r'"version":\s*"([^"]+)"'), ("galaxy.yml", r"^version:\s*(\S+)")):
        try:
            match = re.search(pattern, (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        except OSError:
            continue
        if match:
            return match[1]
    return "unknown"
