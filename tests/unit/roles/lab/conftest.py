# SPDX-License-Identifier: GPL-3.0-or-later
"""The supervisor's program files lie beside each other and find each other by their folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[4] / "roles" / "lab" / "files" / "supervisor"


@pytest.fixture(autouse=True, scope="session")
def _program_folder():
    sys.path.insert(0, str(SOURCES))
    yield
    sys.path.remove(str(SOURCES))
