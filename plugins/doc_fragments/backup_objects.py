# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With which key a backup is looked into, and which of its objects are meant."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  identity:
    description:
      - File with the private key of one of the recipients, an age identity or an OpenSSH key without a passphrase.
      - Needed for backups that are encrypted. Nobody but its owner may read it.
    type: path
  kinds:
    description: Only these kinds, as C(plural.group), plural, or name of the kind; all by default.
    type: list
    elements: str
    default: []
  namespaces:
    description: Only objects in these namespaces, and the namespaces themselves; all by default.
    type: list
    elements: str
    default: []
"""
