# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agents of a platform, found by any spelling of their names. Pure. Private API.

The GitHub App (5DLabs-Rex), its login (5DLabs-Rex[bot]), the label of its pods (5dlabs-rex) and the word that people
use (Rex) are one agent. The inventory lists them; nothing is guessed from a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9_.]{0,61}[a-z0-9])?", re.ASCII)

_AGENTS: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "name": {"type": "str", "required": True},
        "github_app": {"type": "str", "required": True},
        "spellings": {"type": "list", "elements": "str", "default": []},
        "workspace": {"type": "str", "choices": ["shared", "isolated"], "default": "isolated"},
        "input": {"type": "str", "choices": ["claude", "none"], "default": "claude"},
    },
}
#: option agents of the modules, as variable platform_agents of an inventory; where it is needed, and where not always
AGENTS_SPEC: dict[str, Any] = {**_AGENTS, "required": True}
OPTIONAL_AGENTS_SPEC: dict[str, Any] = {**_AGENTS, "default": []}


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent.

    name: what people call it, such as rex. github_app: as CodeRuns name it, such as 5DLabs-Rex.
    github_user: the label github-user of its Jobs and pods. workspace: shared or isolated.
    input: the protocol of its live input, or none.
    """

    name: str
    github_app: str
    spellings: tuple[str, ...] = ()
    workspace: str = "isolated"
    input: str = "claude"

    @property
    def github_user(self) -> str:
        return as_label(self.github_app)

    @property
    def known_as(self) -> frozenset[str]:
        """Every spelling, folded."""
        return frozenset(map(folded, (self.name, self.github_app, self.github_user, *self.spellings)))


def folded(name: str) -> str:
    """A spelling without what does not tell agents apart: case, and the [bot] of a login."""
    return name.strip().lower().removesuffix("[bot]")


def as_label(name: str) -> str:
    """The form in which the controller writes a GitHub App into labels: 5DLabs-Rex[bot] -> 5dlabs-rex."""
    return re.sub(r"[^a-z0-9_.-]", "-", folded(name)).strip("-_.")[:63]


def table(rows: Iterable[Mapping[str, Any]]) -> tuple[Agent, ...]:
    """The agents of an inventory.

    :param rows: {name, github_app, spellings, workspace, input}
    :raises OpsError: invalid, when two agents share a spelling or a name cannot be a label
    """
    agents = tuple(
        Agent(
            row["name"],
            row["github_app"],
            tuple(row.get("spellings") or ()),
            row.get("workspace") or "isolated",
            row.get("input") or "claude",
        )
        for row in rows
    )
    if not agents:
        raise OpsError("invalid", "agents: the list is empty, so no agent is known", hint="Set platform_agents.")
    owners: dict[str, str] = {}
    for agent in agents:
        if not _LABEL.fullmatch(agent.name) or not agent.github_user:
            raise OpsError(
                "invalid", f"agents: {agent.name!r:.80} ({agent.github_app!r:.80}) cannot be the name of an agent"
            )
        for spelling in sorted(agent.known_as):
            if owners.setdefault(spelling, agent.name) != agent.name:
                both = f"{owners[spelling]} and {agent.name}"
                raise OpsError("invalid", f"agents: {both} are both known as {spelling}")
    if len({agent.name for agent in agents}) != len(agents):
        raise OpsError("invalid", "agents: a name stands in the list twice")
    return agents


def find(spelling: str, agents: Iterable[Agent]) -> Agent:
    """The agent that is meant.

    :raises OpsError: invalid, naming the agents that there are
    """
    known = tuple(agents)
    wanted = folded(spelling)
    for agent in known:
        if wanted and wanted in agent.known_as:
            return agent
    there = ", ".join(f"{agent.name} ({agent.github_app})" for agent in known)
    raise OpsError(
        "invalid",
        f"no agent of this platform is called {spelling!r:.80}",
        hint=f"It has {there}; others belong into platform_agents.",
    )


def of_label(github_user: str, agents: Iterable[Agent]) -> Agent | None:
    """The agent whose pods carry this label github-user, None for a stranger."""
    wanted = folded(github_user)
    return next((agent for agent in agents if wanted and wanted in agent.known_as), None)
