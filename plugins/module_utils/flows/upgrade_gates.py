# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold before an upgrade besides the platform itself: the moment, and a rehearsal. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options, looking, records
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import rehearsal, window


def look(options: Mapping[str, Any]) -> dict[str, Any]:
    """{findings}

    :raises OpsError: invalid, for an option of another form; else when the store cannot be read
    """
    now, zone = looking.moment(options), backup_options.zone_of(options)
    given, within = window.windows(options["windows"]), options["rehearsed_within"]
    seconds = parse_duration(within, "rehearsed_within") if within else 0
    found = [window.judge(given, now.astimezone(zone))]
    if seconds:
        store = backup_options.look_of(options)
        platform = backup_options.platform_of(options)
        earlier = records.earlier(store, platform, keep=rehearsal.kept, most=1000) if store else []
        found.append(rehearsal.judge(earlier, now, seconds))
    return {"findings": found}
