# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a backup is due, by those that a store holds. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import retention
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_prune import look


def due(options: Mapping[str, Any], trusted: Trusted, now: datetime) -> tuple[tuple[str, ...], Manifest | None]:
    """The classes of which the period that runs has no good backup yet, and the newest good one.

    :raises OpsError: when the store does not answer
    """
    zone = backup_options.zone_of(options)
    store = backup_options.look_of(options)
    if store is None:
        return retention.CLASSES, None
    seen = look(store, options["platform"], trusted)
    backups = seen.backups
    newest = max((one.id for one in backups if one.good), default="")
    return retention.due(backups, zone, now), seen.manifest_of(newest) if newest else None
