# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be seen in a workflow before an action on it counts as done. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Effect
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell, nodes
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text

#: types of nodes that wait for something outside the controller: it need not say a word while one is under way
_LEAVES = frozenset({"Pod", "Container", "HTTP", "Plugin", "Suspend"})
_UNDER_WAY = frozenset({"", "Pending", "Running"})


def suspended(workflow: dict[str, Any]) -> str:
    """spec.suspend is set, and it did not end in the same moment."""
    phase = phase_of(workflow)
    if phase in FINISHED:
        return f"it ended ({phase}) before it was held"
    return "" if mapping(workflow.get("spec")).get("suspend") is True else "spec.suspend is not set in the object"


def ended(workflow: dict[str, Any]) -> str:
    """The phase says so; labels are not believed."""
    phase = phase_of(workflow)
    return "" if phase in FINISHED else f"its phase is {phase or 'empty'}: no controller has ended it"


def picked_up(workflow: dict[str, Any]) -> str:
    """A controller has given it a phase."""
    return "" if phase_of(workflow) else "no controller has picked it up"


def phase_of(workflow: dict[str, Any]) -> str:
    return text(mapping(workflow.get("status")).get("phase"))


def goes_on(after: dict[str, Any], resumed: Mapping[str, str], *, lifted: bool) -> Effect:
    """The holds are over in the object and the controller has gone on from there.

    :param after: the workflow as it was written
    :param resumed: ids of the nodes that were resumed, with their names
    :param lifted: spec.suspend was taken away
    """
    written = phases(after)
    waits = _suspended(after) or any(_waits(node) for node in _nodes(after).values())

    def missing(workflow: dict[str, Any]) -> str:
        found = _nodes(workflow)
        for node, name in resumed.items():
            phase = mapping(found.get(node)).get("phase")
            if phase != "Succeeded":
                return f"hold {name} is {phase or 'gone'} in the object, not Succeeded"
        if lifted and _suspended(workflow):
            return "spec.suspend is still set in the object"
        # Beside another hold or a pod at work the controller may have nothing to do, and nothing to write.
        return "" if waits else _moved(workflow, written)

    return missing


def moved(after: dict[str, Any]) -> Effect:
    """The controller has gone on from what was written: it started or ended a node, or ended the whole."""
    written = phases(after)
    return lambda workflow: _moved(workflow, written)


def _moved(workflow: dict[str, Any], written: Mapping[str, str]) -> str:
    if phase_of(workflow) in FINISHED or phases(workflow) != written:
        return ""
    return "no controller has gone on with it"


def phases(workflow: dict[str, Any]) -> dict[str, str]:
    """Phases by id of the node."""
    return {key: text(node.get("phase")) for key, node in _nodes(workflow).items()}


def _nodes(workflow: dict[str, Any]) -> dict[str, dict]:
    found = nodes(workflow.get("status"))
    return {} if isinstance(found, CannotTell) else found


def _waits(node: dict[str, Any]) -> bool:
    return node.get("type") in _LEAVES and text(node.get("phase")) in _UNDER_WAY


def _suspended(workflow: dict[str, Any]) -> bool:
    return mapping(workflow.get("spec")).get("suspend") is True
