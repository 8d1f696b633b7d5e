# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds that retention prunes, and the words for them. Private API."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """One prunable kind.

    plural: in paths. noun: of several of them, for people. check: what its findings are called.
    module: the module that prunes it. group: of what the newest are kept.
    held_hint: what to ask when a finalizer holds one, empty when nothing is known.
    """

    kind: str
    api: str
    plural: str
    noun: str
    check: str
    module: str
    group: str
    held_hint: str = ""

    @property
    def at(self) -> tuple[str, str]:
        """API version and plural, as paths are made of."""
        return self.api, self.plural

    @property
    def full_name(self) -> str:
        """As a CustomResourceDefinition is named."""
        return f"{self.plural}.{self.api.partition('/')[0]}"


WORKFLOW = Kind(
    "Workflow", "argoproj.io/v1alpha1", "workflows", "workflows", "workflow_retention", "workflow_prune", "template"
)
CODERUN = Kind(
    "CodeRun",
    "agents.platform/v1",
    "coderuns",
    "CodeRuns",
    "coderun_retention",
    "coderun_prune",
    "agent and service",
    "is the CodeRun controller running?",
)
