# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where backups are, and whose signatures count."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  store:
    description:
      - URL of the store, such as C(s3://bucket/prefix), C(gs://bucket/prefix), C(az://container/prefix) or C(file:///srv/platform).
      - Credentials come from the environment.
    type: str
    required: true
  store_options:
    description: Settings of the store's client, such as V(endpoint) and V(region); no credentials.
    type: dict
    default: {}
  trusted_keys:
    description:
      - Public keys of those whose backups are believed, each as C(ssh-ed25519 AAAA...).
      - They come from the inventory and never from the store.
    type: list
    elements: str
    required: true
"""
