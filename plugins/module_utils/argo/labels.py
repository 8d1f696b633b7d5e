# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Labels that decisions about workflows look at. Private API."""

from __future__ import annotations

from collections.abc import Mapping

#: protects any object from every deletion of ours, also from one that would only go along
KEEP = "ops.agent-platform/keep"

COMPLETED = "workflows.argoproj.io/completed"
PHASE = "workflows.argoproj.io/phase"
ARCHIVING = "workflows.argoproj.io/workflow-archiving-status"
INSTANCE = "workflows.argoproj.io/controller-instanceid"
#: with the value "true" on what is held while something else is at work, such as a restore
HELD = "ops.agent-platform/held"
#: where a workflow came from, in the order in which they are believed
TEMPLATES = (
    "workflows.argoproj.io/workflow-template",
    "workflows.argoproj.io/cluster-workflow-template",
    "workflows.argoproj.io/cron-workflow",
)


def is_pinned(labels: Mapping[str, str] | None) -> bool:
    """Whether an object with these labels must survive every deletion of ours."""
    return bool(labels) and labels.get(KEEP) == "true"
