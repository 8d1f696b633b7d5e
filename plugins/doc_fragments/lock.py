# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The option by which a module that acts is told under which lock it runs."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  lock:
    description:
      - A lock as M(agent_platform.ops.runbook_lock) returned it.
      - A module that acts renews it before each batch, and stops when it is no longer held.
    type: dict
    suboptions:
      namespace:
        description: Namespace of the Lease, for a lock in the cluster.
        type: str
      store:
        description: URL of the store, for a lock in there.
        type: str
      store_options:
        description: Settings of the store's client.
        type: dict
      name:
        description: Name of the Lease, or of the platform whose lock is in the store.
        type: str
        required: true
      holder:
        description: Who holds it.
        type: str
        required: true
      transitions:
        description: Its fencing token, raised by one each time the lock changes hands.
        type: int
        required: true
"""
