# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of modules that act on named objects; further ones where a reason is needed, and for several objects."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  reason:
    description: Why, for the record; any text of at most 1,000 characters.
    type: str
    default: ''
  actor:
    description: Who asks for it; the user who runs the module by default.
    type: str
    default: ''
  rows_directory:
    description: Folder for the file with all rows when there are more than 1,000.
    type: path
"""
    REASON_REQUIRED = r"""
options:
  reason:
    description: Why, for the record; any text of at most 1,000 characters that says something.
    type: str
    required: true
  actor:
    description: Who asks for it; the user who runs the module by default.
    type: str
    default: ''
  rows_directory:
    description: Folder for the file with all rows when there are more than 1,000.
    type: path
"""
    SEVERAL = r"""
options:
  max_changes:
    description: When more than this would be changed, nothing is.
    type: int
    default: 20
  wait:
    description: Seconds to wait for the effect.
    type: int
    default: 30
"""
