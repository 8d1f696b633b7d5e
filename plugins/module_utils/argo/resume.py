# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which holds of a workflow are lifted, and how. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import change as c
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import effects
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Decision, Mark, Refused, Unchanged
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import Facts
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.parameters import as_text, merge_parameters
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import SPEC_SUSPEND
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be resumed.

    node: name, display name or id of one hold, or spec.suspend. outputs: values of the hold's supplied outputs.
    """

    node: str = ""
    all_holds: bool = False
    message: str = ""
    outputs: Mapping[str, Any] = field(default_factory=dict)


def resume(workflow: object, mark: Mark, wish: Wish) -> Decision:
    """Lift one hold, or all of them only when that is asked for."""
    facts = c.open_facts(workflow, "resumed")
    if isinstance(facts, Refused):
        return facts
    if shutdown := c.shutdown_of(facts):
        return Refused(f"it is being shut down ({shutdown:.40}) and cannot be resumed", applies=False)
    found = c.writable_nodes(facts)
    if isinstance(found, Refused):
        return found
    holds = {str(key): node for key, node in found.items() if _is_open(node)}
    chosen = _choose(facts, found, holds, wish)
    if isinstance(chosen, (Refused, Unchanged)):
        return chosen
    nodes = {key: _released(holds[key], mark, wish) for key in chosen if key}
    refusal = next((node for node in nodes.values() if isinstance(node, str)), "") or _strangers(
        wish, [name for key in nodes for name, _default in _supplied(holds[key])]
    )
    if refusal:
        return Refused(refusal)
    after = c.annotated(mapping(workflow), "resume", mark)
    if nodes:
        after["status"] = c.with_nodes(mapping(after.get("status")), {**found, **nodes})
        after["status"] = _with_global_outputs(after["status"], nodes)
    if "" in chosen:
        after["spec"] = {name: value for name, value in facts.spec.items() if name != "suspend"}
    names = {key: _name(key, node) for key, node in holds.items() if key in nodes}
    effect = effects.goes_on(after, names, lifted="" in chosen)
    return c.change(mapping(workflow), after, effect, _detail(facts, holds, chosen))


def _choose(
    facts: Facts, found: Mapping[str, dict], holds: Mapping[str, dict], wish: Wish
) -> list[str] | Refused | Unchanged:
    """Ids of the holds to lift; "" stands for spec.suspend."""
    every = [*holds, *([""] if c.is_suspended(facts) else [])]
    if wish.node:
        return _one(found, holds, every, wish.node)
    if not every:
        return Unchanged(f"nothing holds it; its phase is {facts.phase or 'empty'}{c.since(facts, 'resume')}")
    if len(every) > 1 and not wish.all_holds:
        named = _list(holds, every)
        return Refused(f"{len(every)} holds are open: {named}; say which one with node, or give all_holds: true")
    return every


def _one(
    found: Mapping[str, dict], holds: Mapping[str, dict], every: list[str], wanted: str
) -> list[str] | Refused | Unchanged:
    if wanted == SPEC_SUSPEND:
        return [""] if "" in every else Unchanged("spec.suspend is not set")
    meant = [key for key, node in holds.items() if wanted in _spellings(key, node)]
    if len(meant) == 1:
        return meant
    if meant:
        return Refused(f"{len(meant)} open holds are called {wanted:.80}; give the id of one: {', '.join(meant[:10])}")
    over = [
        node for key, node in found.items() if node.get("type") == "Suspend" and wanted in _spellings(str(key), node)
    ]
    if any(node.get("phase") == "Succeeded" for node in over):
        return Unchanged(f"hold {wanted:.80} is over")
    if over:
        return Refused(f"hold {wanted:.80} is {text(over[0].get('phase')) or 'without a phase'}, not open")
    return Refused(f"no hold is called {wanted!r:.80}; open are: {_list(holds, every) or 'none'}")


def _released(node: dict[str, Any], mark: Mark, wish: Wish) -> dict[str, Any] | str:
    """The node as it is when its hold is over, or why it cannot be."""
    said = wish.message or f"resumed by {mark.actor}" + (f": {mark.reason}" if mark.reason else "")
    earlier = text(node.get("message"))
    released = {
        **node,
        "phase": "Succeeded",
        "finishedAt": mark.time,
        "message": f"{earlier}; {said}" if earlier else said,
    }
    supplied = dict(_supplied(node))
    if not supplied:
        return released
    values = {}
    for name, default in supplied.items():
        if name not in wish.outputs and default is None:
            return f"its output {name:.80} must be given: name it in outputs"
        values[name] = as_text(wish.outputs.get(name, default))
    outputs = mapping(node.get("outputs"))
    released["outputs"] = {**outputs, "parameters": merge_parameters(outputs.get("parameters"), values)}
    return released


def _strangers(wish: Wish, known: list[str]) -> str:
    unknown = [name for name in wish.outputs if name not in known]
    if not unknown:
        return ""
    return f"no hold expects an output {unknown[0]!r:.80}; expected are: {', '.join(dict.fromkeys(known)) or 'none'}"


def _supplied(node: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """(name, default or None) of the outputs that somebody must supply."""
    for one in sequence(mapping(node.get("outputs")).get("parameters")):
        origin = mapping(mapping(one).get("valueFrom"))
        if "supplied" in origin and text(mapping(one).get("name")):
            yield one["name"], origin.get("default")


def _with_global_outputs(status: dict[str, Any], nodes: Mapping[str, dict]) -> dict[str, Any]:
    """Outputs with a globalName are outputs of the workflow too, as Argo itself writes them."""
    values = {
        one["globalName"]: one["value"]
        for node in nodes.values()
        for one in sequence(mapping(node.get("outputs")).get("parameters"))
        if isinstance(one, dict) and text(one.get("globalName")) and isinstance(one.get("value"), str)
    }
    if not values:
        return status
    outputs = mapping(status.get("outputs"))
    return {**status, "outputs": {**outputs, "parameters": merge_parameters(outputs.get("parameters"), values)}}


def _detail(facts: Facts, holds: Mapping[str, dict], chosen: list[str]) -> str:
    lifted = ", ".join(_called(facts, key, holds.get(key)) for key in chosen[:_NAMED])
    more = f" and {len(chosen) - _NAMED} more" if len(chosen) > _NAMED else ""
    rest = [key for key in [*holds, *([""] if c.is_suspended(facts) else [])] if key not in chosen]
    return f"resume {lifted}{more}" + (f"; still held at {_list(holds, rest)}" if rest else "")


def _called(facts: Facts, key: str, node: dict[str, Any] | None) -> str:
    if node is None:
        return SPEC_SUSPEND
    duration = _duration(facts, node)
    return _name(key, node) + (f" (timed, {duration:.20})" if duration else "")


def _duration(facts: Facts, node: dict[str, Any]) -> str:
    """How long a hold lasts by itself, empty for one that somebody must lift."""
    wanted = text(mapping(node.get("templateRef")).get("template")) or text(node.get("templateName"))
    stored = mapping(facts.status.get("storedWorkflowSpec"))
    known = [*sequence(facts.spec.get("templates")), *sequence(stored.get("templates"))]
    known += mapping(facts.status.get("storedTemplates")).values()
    for template in known:
        if isinstance(template, dict) and wanted and template.get("name") == wanted:
            length = mapping(template.get("suspend")).get("duration")
            if length not in (None, ""):
                return f"{length!s:.20}"
    return ""


def _list(holds: Mapping[str, dict], keys: list[str]) -> str:
    names = [_name(key, holds[key]) if key else SPEC_SUSPEND for key in keys]
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def _is_open(node: dict[str, Any]) -> bool:
    return node.get("type") == "Suspend" and node.get("phase") == "Running"


def _spellings(key: str, node: dict[str, Any]) -> set[str]:
    return {key, text(node.get("name")), text(node.get("displayName"))} - {""}


def _name(key: str, node: dict[str, Any]) -> str:
    return (text(node.get("displayName")) or text(node.get("name")) or key)[:120]
