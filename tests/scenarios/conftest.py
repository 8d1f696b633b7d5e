# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.integration.conftest import api, namespace
from tests.support.killing import SEED, Tally

__all__ = ["api", "namespace"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many kills there were, and with which seed they come again."""
    if Tally.all:
        terminalreporter.section(f"kills, SEED={SEED}")
        for tally in Tally.all:
            terminalreporter.line(str(tally))
