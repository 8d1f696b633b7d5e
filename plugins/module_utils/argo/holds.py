# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the holds of a play wait for. Pure. Private API."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import SPEC_SUSPEND

_RESUMED_WHEN = {
    "wait-pr-created": "the pull request is opened",
    "wait-ready-for-qa": "the pull request gets the label ready-for-qa",
    "wait-pr-approved": "5DLabs-Tess approves the pull request",
    "wait-for-tess-approval": "5DLabs-Tess approves the pull request",
    "wait-pr-merged": "the pull request is merged",
    "wait-merge-to-main": "the pull request is merged to main",
    "wait-atlas-integration": "Atlas has integrated the pull request",
    SPEC_SUSPEND: "somebody takes spec.suspend away",
}
_REVIEWS = {
    "wait-ready-for-qa": "the quality review by 5DLabs-Cleo",
    "wait-pr-approved": "the approval by 5DLabs-Tess",
    "wait-for-tess-approval": "the approval by 5DLabs-Tess",
    "wait-pr-merged": "the merge of the pull request",
    "wait-merge-to-main": "the merge of the pull request",
    "wait-atlas-integration": "the integration by Atlas",
}


def resumed_when(hold: str) -> str:
    """The event that ends a hold, as the end of "it goes on when …"; empty for one that is not of the play template."""
    return _RESUMED_WHEN.get(hold, "")


def review_of(hold: str) -> str:
    """What has not taken place when somebody ends a hold by hand; empty where nobody decides anything at it."""
    return _REVIEWS.get(hold, "")
