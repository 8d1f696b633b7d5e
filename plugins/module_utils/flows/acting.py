# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules that act on named objects have in common: their result, and how they end. Private API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import LOCK_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import connect
from ansible_collections.agent_platform.ops.plugins.module_utils.process import user
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import actions
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

SPEC: dict[str, Any] = {
    "reason": {"type": "str", "default": ""},
    "actor": {"type": "str", "default": ""},
    "rows_directory": {"type": "path"},
    "lock": LOCK_SPEC,
}
#: the same where a reason is needed
REASON_REQUIRED_SPEC: dict[str, Any] = {**SPEC, "reason": {"type": "str", "required": True}}
#: further options of those that act on several objects
SEVERAL_SPEC: dict[str, Any] = {
    "max_changes": {"type": "int", "default": 20},
    "wait": {"type": "int", "default": 30},
}
LONGEST_TEXT = 1000


@dataclass
class Acted:
    """What was done, and why it ended early; more goes into the module's result as it is."""

    actions: list[Action]
    error: OpsError | None = None
    more: dict[str, Any] = field(default_factory=dict)


def require_texts(options: Mapping[str, Any], names: Sequence[str] = ("reason", "actor"), needed: str = "") -> None:
    """Make sure that the texts can be kept with what is done.

    :param needed: what a reason is needed for, as in "the agent is restarted"; none is needed by default
    :raises OpsError: invalid, naming the option and the accepted form
    """
    for name in names:
        if len(options[name]) > LONGEST_TEXT:
            long = f"{len(options[name]):,} characters"
            raise OpsError("invalid", f"{name}: it has {long}; at most {LONGEST_TEXT:,} are taken")
    if needed and not options["reason"].strip():
        raise OpsError("invalid", f"reason: it is empty; say why {needed}, it stays in the record")


def actor_of(options: Mapping[str, Any]) -> str:
    """Who asks for it; the user who runs the module by default."""
    return options["actor"] or user()


def why_of(options: Mapping[str, Any], needed: str = "") -> dict[str, str]:
    """Reason and actor as they are recorded.

    :raises OpsError: as require_texts
    """
    require_texts(options, needed=needed)
    return {"reason": options["reason"], "actor": actor_of(options)}


def require_max_changes(count: int, most: int, noun: str) -> None:
    """:raises OpsError: refused, before the first write, when more would be changed than was allowed"""
    if count > most:
        raise OpsError(
            "refused",
            f"{count:,} {noun} would be changed, but max_changes is {most:,}; nothing was changed",
            hint="Look at them first with check mode; then narrow the selection, or raise max_changes.",
        )


def run(module: AnsibleModule, act: Callable[[Client], Acted], check: str) -> None:
    """Do the work of a module that takes the options of SPEC, and exit.

    The module fails when its work ended early or any object did not become as it was wished; what was done is in the
    result all the same.

    :param check: what its findings are called
    """

    def work() -> tuple[Acted, Meter]:
        client = connect(module)
        meter = Meter(client.cost)
        return act(client), meter

    _run(module, work, check)


def run_on_store(module: AnsibleModule, act: Callable[[], Acted], check: str) -> None:
    """As run, for modules whose work is in a store and needs no cluster."""

    def work() -> tuple[Acted, Meter]:
        meter = Meter()
        return act(), meter

    _run(module, work, check)


def _run(module: AnsibleModule, work: Callable[[], tuple[Acted, Meter]], check: str) -> None:
    result: dict[str, Any] = {}
    try:
        acted, meter = work()
        result, error = _report(module, acted, meter, check), acted.error
    except OpsError as refusal:
        error = refusal
    if error:
        module.fail_json(**{**result, **error.as_result(module.params["platform"])})
    module.exit_json(**result)


def _report(module: AnsibleModule, acted: Acted, meter: Meter, check: str) -> dict[str, Any]:
    done = actions.worst_of(acted.actions)
    rows, rows_file = present((one.row() for one in done), module.params["rows_directory"], check)
    return {
        "changed": actions.changed(done),
        "line": actions.line(done),
        "total": sum(1 for one in done if one.outcome in ("changed", "planned", "unverified")),
        "rows": rows,
        "rows_file": rows_file,
        "findings": actions.findings(done, check),
        "diff": actions.diff(done[:100]),
        "cost": meter.read(),
        **acted.more,
    }


def error_of(done: list[Action]) -> OpsError | None:
    """The failure that the worst outcome amounts to, None when everything became as it was wished."""
    bad = [one for one in actions.worst_of(done) if one.outcome in ("failed", "unverified", "refused")]
    if not bad:
        return None
    first, others = bad[0], len(bad) - 1
    kind = {"failed": "unreachable", "unverified": "unverified", "refused": "refused"}[first.outcome]
    more = f" (and {others:,} more did not end well)" if others else ""
    return OpsError(kind, f"{first.called}: {first.reason}{more}")
