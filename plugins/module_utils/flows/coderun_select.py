# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the CodeRuns that are meant, by name, label, workflow or task. Private API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun, read
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import workflows
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client

_WAYS = ("names", "selector", "workflow", "task")
_NAMED = 5


class _Runs:
    def __init__(self) -> None:
        self.found: list[CodeRun] = []

    def add(self, items: list[dict[str, Any]]) -> None:
        self.found += map(read, items)


@dataclass(frozen=True, slots=True)
class Selection:
    """Exactly one of names, label selector, workflow and task; all namespaces where none is given."""

    namespace: str = ""
    names: tuple[str, ...] = ()
    selector: str = ""
    workflow: str = ""
    task: str = ""

    @classmethod
    def of(cls, options: dict[str, Any]) -> Selection:
        """:raises OpsError: invalid, naming the options"""
        given = [name for name in _WAYS if options[name]]
        if len(given) != 1:
            said = f"{' and '.join(given)} are given" if given else "none is given"
            raise OpsError("invalid", f"one of {', '.join(_WAYS)} says which CodeRuns are meant; {said}")
        if not all(options["names"]):
            raise OpsError("invalid", "names: one of them is empty")
        names = tuple(dict.fromkeys(options["names"]))
        return cls(options["namespace"], names, options["selector"], options["workflow"], options["task"])

    def fits(self, run: CodeRun) -> bool:
        """Whether it is meant, as far as that can be told from the object; the server applies the selector."""
        if self.names:
            return run.name in self.names
        if self.workflow:
            return run.workflow == self.workflow
        return not self.task or run.task == self.task


def read_all(client: Client, namespaces: Iterable[str], selector: str = "") -> list[CodeRun]:
    """The CodeRuns of these namespaces, of all of them without one.

    :raises UnknownKindError: when the cluster has no CodeRuns
    """
    parts = workflows.read_pages(client, namespaces, _Runs, kind=CODERUN, label_selector=selector or None)
    return [run for part in parts for run in part.found]


def find(client: Client, selection: Selection, *, absent_is_well: bool = False) -> list[CodeRun]:
    """Those that are meant, by namespace and name.

    :param absent_is_well: leave a named one out that is not there
    :raises OpsError: invalid, naming those that are not there or are there twice
    """
    namespaces = [selection.namespace] if selection.namespace else []
    found = [run for run in read_all(client, namespaces, selection.selector) if selection.fits(run)]
    if selection.names:
        _require_one_each(selection, found, absent_is_well)
    return sorted(found, key=lambda run: (run.namespace, run.name))


def _require_one_each(selection: Selection, found: list[CodeRun], absent_is_well: bool) -> None:
    there = [run.name for run in found]
    missing = [name for name in selection.names if name not in there]
    if missing and not absent_is_well:
        place = f"in namespace {selection.namespace}" if selection.namespace else "in any namespace"
        raise OpsError(
            "invalid",
            f"there is no CodeRun {_listed(missing)} {place}; nothing was changed",
            hint="kubectl get coderuns -A shows all of them.",
        )
    twice = sorted({name for name in there if there.count(name) > 1})
    if twice:
        places = ", ".join(sorted(run.namespace for run in found if run.name == twice[0]))
        raise OpsError("invalid", f"CodeRun {twice[0]:.80} is there in {places}; say which one with namespace")


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(f"{name:.80}" for name in sorted(names)[:_NAMED]) + more
