# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which event ends a hold of the play template, and what its sensor looks for. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Awaited:
    """An event of GitHub.

    action: of its payload. stage: the label current-stage that the helper of its sensor selects workflows by.
    fields: further values of its payload, by their path.
    """

    event: str
    action: str
    stage: str
    fields: Mapping[str, str] = field(default_factory=dict)


_APPROVAL = Awaited("pull_request_review", "submitted", "waiting-pr-approved", {"review.state": "approved"})
_MERGED = {"pull_request.merged": "true"}
_AWAITED = {
    "wait-pr-created": Awaited("pull_request", "opened", "waiting-pr-created"),
    "wait-ready-for-qa": Awaited("pull_request", "labeled", "waiting-ready-for-qa", {"label.name": "ready-for-qa"}),
    "wait-pr-approved": _APPROVAL,
    "wait-for-tess-approval": _APPROVAL,
    "wait-pr-merged": Awaited("pull_request", "closed", "waiting-pr-merged", _MERGED),
    "wait-merge-to-main": Awaited("pull_request", "closed", "waiting-merge-to-main", _MERGED),
    "wait-atlas-integration": Awaited("pull_request", "closed", "waiting-atlas-integration", _MERGED),
}


def awaited(hold: str) -> Awaited | None:
    """The event that ends a hold; None for one that is not of the play template."""
    return _AWAITED.get(hold)


def stage_for(hold: str) -> str:
    """The stage that a workflow at this hold must be labelled with; empty where none is known."""
    known = _AWAITED.get(hold)
    return known.stage if known else ""
