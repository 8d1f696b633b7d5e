# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules that only look have in common: the moment to judge for, their rows, and how they end. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import connect
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import require_time

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

SPEC: dict[str, Any] = {"as_of": {"type": "str"}}
#: of those that return a row for each object
ROWS_SPEC: dict[str, Any] = {**SPEC, "rows_directory": {"type": "path"}}
Look = Callable[[Client], dict[str, Any]]


def moment(options: Mapping[str, Any]) -> datetime:
    """The moment to judge for; now by default.

    :raises OpsError: invalid, for what is no moment
    """
    return require_time(options["as_of"], "as_of") if options["as_of"] else datetime.now(UTC)


def shown(rows: Iterable[dict[str, Any]], options: Mapping[str, Any], name: str, now: datetime) -> dict[str, Any]:
    """{name: the first 1,000 rows, rows_file: "" or the file that holds every row}."""
    first, file = present(rows, options["rows_directory"], f"{name}-{now:%Y-%m-%dT%H-%M-%SZ}")
    return {name: first, "rows_file": file}


def tally(counts: Mapping[str, int], order: Iterable[str]) -> str:
    """How many are in each state, as one line for people: "2 stuck · 1,480 succeeded"; empty where there are none."""
    return " · ".join(f"{counts[state]:,} {state.replace('_', ' ')}" for state in order if counts[state])


def run(module: AnsibleModule, prepare: Callable[[dict[str, Any]], Look]) -> None:
    """Do the work of a module that only reads, and exit.

    :param prepare: judges the options before anything is read, and returns the look itself
    """
    try:
        look = prepare(module.params)
        client = connect(module, read_only=True)
        meter = Meter(client.cost)
        result = {**look(client), "cost": meter.read()}
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(changed=False, **result)
