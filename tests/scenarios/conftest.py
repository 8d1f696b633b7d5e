# SPDX-License-Identifier: GPL-3.0-or-later
from tests.integration.conftest import api, namespace

__all__ = ["api", "namespace"]
