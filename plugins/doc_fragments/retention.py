# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long what is kept by days, weeks, months and years stays."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  keep_daily:
    description: Days of which the newest one is kept.
    type: int
    default: 30
  keep_weekly:
    description: ISO weeks of which the newest one is kept.
    type: int
    default: 12
  keep_monthly:
    description: Months of which the newest one is kept.
    type: int
    default: 12
  keep_yearly:
    description: Years of which the newest one is kept.
    type: int
    default: 7
  keep_incomplete:
    description: How long one that is not complete is kept at least; it also stays while no good one came after it.
    type: str
    default: 7d
  floor:
    description: As many of the newest good ones stay whatever else holds.
    type: int
    default: 3
  pinned:
    description: Ids of those that stay.
    type: list
    elements: str
    default: []
  timezone:
    description: Time zone in which days, weeks, months and years begin.
    type: str
    default: UTC
  max_deletions:
    description: When more would be deleted than this, nothing is.
    type: int
    default: 20
"""
