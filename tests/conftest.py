# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests share: the order (quick ones first) and the built collection."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import artifact as built

HERE = Path(__file__).parent
ORDER = ("unit", "project", "lint", "docs", "sanity", "integration", "scenarios", "molecule")


def _rank(item: pytest.Item) -> int:
    kind = item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""
    return ORDER.index(kind) if kind in ORDER else len(ORDER)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_rank)


@pytest.fixture(scope="session")
def artifact() -> built.Artifact:
    """The collection, built and unpacked once for the whole run."""
    return built.build()
