# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.manifests import read_manifests
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import Clock

MANIFESTS = Path(__file__).parents[6] / "roles" / "lab" / "files" / "sample"


@pytest.fixture(scope="session")
def now():
    return datetime(2026, 11, 21, 8, tzinfo=UTC)


@pytest.fixture(scope="session")
def clock(now):
    return Clock(now)


@pytest.fixture(scope="session")
def manifests():
    """The static objects of the sample, by kind and name."""
    return {(one["kind"], one["metadata"]["name"]): one for one in read_manifests(str(MANIFESTS))}
