# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that a diagnosis looks at: what was read once, and why the rest could not be. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health import run
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, Item, about
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot

#: what a diagnosis can be about; every one is text, empty where it was not given
SUBJECT = ("workflow", "task", "agent", "github_user", "github_app", "service", "coderun", "namespace")


class CannotLook(Exception):  # noqa: N818 - an answer that a probe gives, not a failure of it
    """What a probe needs was not read; the reason is one clause."""


@dataclass(slots=True)
class Scene:
    """What was read at one moment.

    subject: by the names of SUBJECT. settings: namespaces of the platform, components, operations_namespace.
    values: of each source that was read. unread: reason by source.
    """

    now: datetime
    subject: Mapping[str, str] = field(default_factory=dict)
    snapshot: Snapshot = field(default_factory=Snapshot)
    values: dict[str, Any] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def value(self, source: str) -> Any:
        """What a source gave.

        :raises CannotLook: it could not be read
        """
        if source not in self.values:
            raise CannotLook(self.unread.get(source, f"{source} was not asked for"))
        return self.values[source]

    def items(self, part: str, namespace: str = "") -> list[Item]:
        """Every object of a part, of one namespace where it is given: an empty list means that there is none.

        :raises CannotLook: a piece of it could not be read
        """
        missing = [one for one in self.snapshot.missing(part) if not namespace or one.namespace in ("", namespace)]
        if missing:
            where = f" in namespace {missing[0].namespace}" if missing[0].namespace else ""
            raise CannotLook(f"{part}{where} could not be read: {missing[0].reason}")
        return self.seen(part, namespace)

    def seen(self, part: str, namespace: str = "") -> list[Item]:
        """The objects that could be read; an empty list means nothing."""
        found = self.snapshot.parts.get(part, [])
        return [one for one in found if not namespace or about(one)["namespace"] == namespace]

    def findings(self, check: Check) -> list[dict]:
        """What a health check says of the same objects, worst first; what could not be read is an unknown finding."""
        limits = {check.name: check.limits({})}
        return run.judge([check], self.snapshot, limits, self.now, self.settings)
