# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests share: the order (quick ones first), the built collection, and one practice cluster.

The practice cluster starts in the background as soon as it is known that a chosen test needs it, so that it (and, the
first time, the build of its tools) gets ready while the quick tests run.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support import artifact as built
from tests.support.lab import Lab

HERE = Path(__file__).parent
ORDER = ("unit", "project", "lint", "docs", "sanity", "integration", "scenarios", "molecule")
NEED_LAB = {"integration", "scenarios", "molecule"}
LAB = pytest.StashKey[Lab]()


def _kind(item: pytest.Item) -> str:
    return item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: ORDER.index(_kind(item)) if _kind(item) in ORDER else len(ORDER))


def pytest_collection_finish(session: pytest.Session) -> None:
    if not session.config.option.collectonly and any(_kind(item) in NEED_LAB for item in session.items):
        session.config.stash[LAB] = Lab(os.environ.get("LAB_NAME", "test"))
        session.config.stash[LAB].start()


def pytest_sessionfinish(session: pytest.Session) -> None:
    # Here and not in the fixture: an interrupted run may end before any test has asked for the cluster.
    if LAB in session.config.stash:
        session.config.stash[LAB].stop()


@pytest.fixture(scope="session")
def artifact() -> built.Artifact:
    """The collection, built and unpacked once for the whole run."""
    return built.build()


@pytest.fixture(scope="session")
def lab(pytestconfig: pytest.Config) -> Lab:
    """The practice cluster with the small sample platform, ready."""
    pytestconfig.stash[LAB].wait()
    return pytestconfig.stash[LAB]
