# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long finished workflows stay. Private API."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration


@dataclass(frozen=True, slots=True)
class Policy:
    """How long finished workflows stay, in seconds by phase, and what stays anyway."""

    succeeded: int = 7 * 86_400
    failed: int = 14 * 86_400
    error: int = 14 * 86_400
    keep_newest: int = 5
    failed_with_workspace: str = "keep"
    max_deletions: int = 2_000

    def __post_init__(self) -> None:
        for option in ("succeeded", "failed", "error", "keep_newest", "max_deletions"):
            value = getattr(self, option)
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise OpsError("invalid", f"{option}: {value!r:.80} is not a whole number of 0 or more")
        if self.failed_with_workspace not in ("keep", "delete"):
            shown = f"{self.failed_with_workspace!r:.80}"
            raise OpsError("invalid", f"failed_with_workspace: {shown} is neither keep nor delete")

    @classmethod
    def parse(cls, succeeded: object, failed: object, error: object, **others: object) -> Policy:
        """A policy from durations as people write them, such as 7d; the other fields as they are."""
        ages = {"succeeded": succeeded, "failed": failed, "error": error}
        return cls(**{option: parse_duration(value, option) for option, value in ages.items()}, **others)
