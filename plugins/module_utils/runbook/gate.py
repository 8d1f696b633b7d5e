# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a run may begin: risk and emergency stop. Pure. Private API."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

NEEDS_CONFIRMATION = ("medium", "high", "critical")
STOP_LEVELS = {
    1: "no new agents",
    2: "workflows are suspended",
    3: "workflows are stopped",
    4: "controllers are halted",
}


def risk(runbook: dict, platform: str, confirm: str, check: bool) -> None:
    """Raise OpsError("refused") unless the risk is low, confirmed by the platform's name, or nothing is changed."""
    if check or not runbook.get("writes", True) or runbook["risk"] not in NEEDS_CONFIRMATION:
        return
    if confirm != platform:
        given = f"runbook_confirm is {confirm!r}" if confirm else "runbook_confirm is not set"
        raise OpsError(
            "refused",
            f"{runbook['name']} has risk {runbook['risk']} and {given}",
            hint=f"To carry it out here add -e runbook_confirm={platform}; to see what it would do add --check.",
        )


def emergency_stop(runbook: dict, level: int | None, message: str = "") -> None:
    """Raise OpsError("refused") while the emergency stop is on, or when nobody can tell whether it is.

    :param level: 0 is off, None is "cannot tell" with its reason in message
    """
    if runbook.get("during_emergency_stop", False) or level == 0:
        return
    if level is None:
        raise OpsError(
            "refused", f"cannot tell whether the emergency stop is on: {message or 'its level was not read'}"
        )
    raise OpsError(
        "refused",
        f"the emergency stop is on at level {level} ({STOP_LEVELS.get(level, 'unknown level')})",
        hint="Release it first; only runbooks with during_emergency_stop run meanwhile.",
    )
