# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of modules that only look; one more where they return a row for each object."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  as_of:
    description: The moment to judge for, RFC 3339; now by default.
    type: str
"""
    ROWS = r"""
options:
  as_of:
    description: The moment to judge for, RFC 3339; now by default.
    type: str
  rows_directory:
    description: Folder for the file with all rows when there are more than 1,000.
    type: path
"""
