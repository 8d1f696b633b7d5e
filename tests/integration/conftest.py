# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from tests.support.cluster import Namespace, client
from tests.support.lab import Lab


@pytest.fixture(scope="session")
def api(lab: Lab):
    """The collection's client with the rights of the administrator."""
    return client(lab.kubeconfig)


@pytest.fixture
def namespace(api):
    """A fresh namespace; it is left to the end of the cluster, since deleting one takes longer than most tests."""
    return Namespace(api)
