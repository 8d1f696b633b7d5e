# SPDX-License-Identifier: GPL-3.0-or-later
"""What all tests share: their order, the built collection, and one practice cluster for each worker.

The practice cluster starts in the background as soon as it is known that a chosen test needs it, so that it (and, the
first time, the build of its tools) gets ready while those run that need none.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.support import artifact as built
from tests.support.commands import ROOT, WORKER
from tests.support.lab import Lab

HERE = Path(__file__).parent
# The many short ones last: they fill up whatever time a worker has left when the long ones are done.
ORDER = (
    "project", "sanity", "docs", "lint", "molecule", "scenarios",
    "integration/test_upgrade_kubernetes.py", "integration", "unit/plugins/modules", "unit",
)  # fmt: skip
NEED_LAB = {"integration", "scenarios", "molecule"}
PAYLOADS_KEPT = 24 * 3600  # seconds
LAB = pytest.StashKey[Lab]()


def _kind(item: pytest.Item) -> str:
    return item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""


def _place(item: pytest.Item) -> int:
    """Among all tests, by the folder that it is in."""
    places = (number for number, folder in enumerate(ORDER) if item.path.is_relative_to(HERE / folder))
    return next(places, len(ORDER))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)


def pytest_sessionstart() -> None:
    """Remove what was packed of earlier states, unless another run may still use it."""
    for folder in (ROOT / ".cache" / "bytecode" / "payloads").glob("*"):
        if not WORKER and time.time() - folder.stat().st_mtime > PAYLOADS_KEPT:
            shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_finish(session: pytest.Session) -> None:
    if not session.config.option.collectonly and any(_kind(item) in NEED_LAB for item in session.items):
        name = os.environ.get("LAB_NAME", "test")
        session.config.stash[LAB] = Lab(f"{name}-{WORKER}" if WORKER else name)
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
