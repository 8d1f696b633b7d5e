# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module workflow: what is asked for, and who carries it out. Private API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import resume, retry, shutdown
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Mark
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.parameters import as_text
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import (
    Acted,
    actor_of,
    error_of,
    require_texts,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_changes import Decide, Verb, carry_out
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_remove import remove
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_select import Selection
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_submit import submit
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

_VERBS = {
    "suspended": Verb("suspend", "suspended"),
    "resumed": Verb("resume", "resumed"),
    "stopped": Verb("stop", "stopped", gone_is_done=True),
    "terminated": Verb("terminate", "terminated", gone_is_done=True),
    "retried": Verb("retry", "retried"),
}
_NEED_REASON = {"stopped": "stopped", "terminated": "terminated", "absent": "deleted"}
#: options that have a meaning in some states alone
_ONLY = {
    "node": ("resumed", "retried"),
    "all_holds": ("resumed",),
    "note": ("resumed", "stopped", "terminated"),
    "outputs": ("resumed",),
    "release": ("stopped", "terminated"),
    "restart_successful": ("retried",),
    "parameters": ("submitted", "retried"),
    "live": ("absent",),
}
_SUBMITS = ("template", "cluster_template", "workflow", "resubmit", "name", "generate_name", "labels")


def act(client: Client, options: dict[str, Any], check: bool) -> Acted:
    """Do what the options of the module ask for.

    :raises OpsError: before anything is touched, when they make no sense
    """
    require_sense(options)
    fence = Fence.from_option(client, options["lock"])
    mark = Mark(options["reason"], actor_of(options), format_time(datetime.now(UTC)))
    state = options["state"]
    if state == "submitted":
        acted = submit(client, options, mark, fence, check)
    else:
        chosen = Selection.of(options)
        limits = {"fence": fence, "max_changes": options["max_changes"], "wait": options["wait"], "check": check}
        if state == "absent":
            acted = remove(client, chosen, live=options["live"], **limits)
        else:
            acted = carry_out(client, chosen, _decide(options, mark), _VERBS[state], **limits)
    acted.error = acted.error or error_of(acted.actions)
    return acted


def require_sense(options: dict[str, Any]) -> None:
    """:raises OpsError: invalid, naming the option and the accepted form"""
    state = options["state"]
    strangers = [name for name, states in _ONLY.items() if options[name] and state not in states]
    strangers += [name for name in _SUBMITS if options[name] and state != "submitted"]
    if strangers:
        meant = " or ".join(_ONLY.get(strangers[0], ("submitted",)))
        raise OpsError("invalid", f"{strangers[0]} has no meaning with state {state}; it goes with {meant}")
    needed = f"the workflow is {_NEED_REASON[state]}" if state in _NEED_REASON else ""
    require_texts(options, ("reason", "note", "actor"), needed)
    for name, least, most in (("wait", 1, 3600), ("max_changes", 1, 100_000)):
        if not least <= options[name] <= most:
            raise OpsError("invalid", f"{name} is {options[name]}; it must lie between {least:,} and {most:,}")
    if options["restart_successful"] != bool(state == "retried" and options["node"]):
        raise OpsError("invalid", "restart_successful and node belong together: node names the one that is run anew")
    if options["node"] and options["all_holds"]:
        raise OpsError("invalid", "node names one hold and all_holds means all of them; give one of both")


def _decide(options: dict[str, Any], mark: Mark) -> Decide:
    texts = {str(name): as_text(value) for name, value in (options["parameters"] or {}).items()}
    shut_down = {"release": options["release"], "message": options["note"]}
    resumed = resume.Wish(options["node"], options["all_holds"], options["note"], options["outputs"] or {})
    deciders: dict[str, Callable[..., Any]] = {
        "suspended": partial(shutdown.suspend, mark=mark),
        "stopped": partial(shutdown.shut_down, mark=mark, strategy=shutdown.STOP, **shut_down),
        "terminated": partial(shutdown.shut_down, mark=mark, strategy=shutdown.TERMINATE, **shut_down),
        "resumed": partial(resume.resume, mark=mark, wish=resumed),
        "retried": partial(retry.retry, mark=mark, wish=retry.Wish(options["node"], texts)),
    }
    return deciders[options["state"]]
