# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""For whom data that is no object of the cluster is kept, and who signs it."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  platform:
    description: Name of the platform; it names the folder in the store.
    type: str
    required: true
  signing_key:
    description:
      - File with the Ed25519 key that signs what is kept, as OpenSSH or PEM without a passphrase.
      - Its public key is among O(trusted_keys), and nobody else may read it.
    type: path
    required: true
  recipients:
    description: Public keys for which the data is encrypted, as C(age1...), C(ssh-ed25519 ...) or C(ssh-rsa ...).
    type: list
    elements: str
    default: []
requirements:
  - obstore (Python)
  - cryptography (Python)
  - pyrage (Python)
"""
