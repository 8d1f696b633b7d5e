# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import HealthCheck, settings

# A busy machine is slow, not wrong: how long an example takes says nothing about a decision.
settings.register_profile("decisions", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("decisions")
