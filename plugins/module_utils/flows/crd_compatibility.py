# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a scratch API server with newer definitions whether it would take the objects of a platform. Private API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.compare import lost
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_definitions import Definition, read
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import conditions, counted, short
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import cluster_uid
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

CHECK = "crd_compatibility"
_SHOWN = 20  # objects of a kind that are told by name
_FIELDS = 5
_PAUSE = 0.2  # seconds between two looks at a definition
_HOME = "default"
_OWN_NAMESPACES = ("default", "kube-system", "kube-public", "kube-node-lease")


@dataclass(slots=True)
class Seen:
    """What became of the objects of one kind. refused, pruned: subject and why, the first of them."""

    kind: str
    looked: int = 0
    refused_count: int = 0
    pruned_count: int = 0
    refused: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    pruned: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    unknown: str = ""


def prepare(options: dict[str, Any], connect_scratch: Callable[[], Client]) -> looking.Look:
    """:raises OpsError: invalid, for definitions that cannot be read"""
    rows = [one for one in read(options["definitions"], _HOME).rows if one.kind == "CustomResourceDefinition"]
    if not rows:
        raise OpsError("invalid", "definitions: they hold no CustomResourceDefinition, so there is nothing to compare")
    return lambda client: _look(client, connect_scratch(), rows, options["wait"])


def _look(client: Client, scratch: Client, rows: list[Definition], wait: float) -> dict[str, Any]:
    _require_scratch(client, scratch)
    for one in rows:
        scratch.apply(one.path, one.body)
    seen = []
    for one in rows:
        _await_established(scratch, one, wait)
        seen.append(_kind(client, scratch, one))
    findings = worst_first([row for one in seen for row in _findings(one)])
    bad = sum(one.refused_count + one.pruned_count for one in seen)
    looked = sum(one.looked for one in seen)
    unknown = sum(bool(one.unknown) for one in seen)
    words = (
        f"{bad:,} of {counted(looked, 'object')} would be refused or lose fields"
        if bad
        else f"{counted(looked, 'object')} fit"
    )
    return {
        "line": words + (f" · {counted(unknown, 'kind')} not looked at" if unknown else ""),
        "objects": looked,
        "refused": sum(one.refused_count for one in seen),
        "pruned": sum(one.pruned_count for one in seen),
        "findings": findings,
    }


def _require_scratch(client: Client, scratch: Client) -> None:
    """The definitions are really applied there, so nothing of anybody may live in it."""
    if cluster_uid(client) == cluster_uid(scratch):
        raise OpsError("refused", "the scratch API server is that of the platform itself; start one of its own")
    names = {item["metadata"]["name"] for page in scratch.pages(resource("v1", "namespaces")) for item in page}
    if more := sorted(names - set(_OWN_NAMESPACES)):
        raise OpsError("refused", f"the scratch API server is in use: it holds namespace {more[0]}; start an empty one")


def _await_established(scratch: Client, one: Definition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while conditions(scratch.get(one.path)).get("Established", {}).get("status") != "True":
        if time.monotonic() >= deadline:
            raise OpsError("unverified", f"the scratch API server does not serve {one.name} after {seconds:g} s")
        time.sleep(_PAUSE)


def _kind(client: Client, scratch: Client, new: Definition) -> Seen:
    """Every object of one kind, in pages; of those that do not fit the first are kept."""
    spec = mapping(new.body.get("spec"))
    names = mapping(spec.get("names"))
    seen = Seen(text(names.get("kind")))
    try:
        live = client.get_or_none(new.path)
        if live is None:
            return seen  # the platform has none of it
        version = _common(live, new.body)
        if version is None:
            seen.unknown = "the platform and the newer definition serve no version in common"
            return seen
        api, plural = f"{text(spec.get('group'))}/{text(version.get('name'))}", text(names.get("plural"))
        namespaced = spec.get("scope") != "Cluster"
        target = resource(api, plural, _HOME if namespaced else None)
        apart = "status" in mapping(version.get("subresources"))
        ask = partial(_ask, scratch, target, namespaced, apart)
        for page in client.pages(resource(api, plural)):
            bodies = ({**item, "apiVersion": api, "kind": seen.kind} for item in page)
            for body, answer in scratch.each(ask, bodies):
                _note(seen, body, answer)
    except OpsError as error:
        seen.unknown = error.message
    return seen


def _common(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any] | None:
    """A version that both serve, as the newer definition has it."""
    served = [
        {text(mapping(one).get("name")): mapping(one) for one in sequence(mapping(each.get("spec")).get("versions"))
         if mapping(one).get("served") is True}
        for each in (old, new)
    ]  # fmt: skip
    return next((version for name, version in served[1].items() if name in served[0]), None)


def _ask(scratch: Client, path: str, namespaced: bool, status_apart: bool, item: dict[str, Any]) -> list[str]:
    """Paths of the fields that the server drops.

    :raises OpsError: when it refuses the object
    """
    meta = mapping(item.get("metadata"))
    kept = {name: meta[name] for name in ("name", "labels", "annotations") if name in meta}
    wanted = {key: value for key, value in item.items() if key != "metadata" and not (status_apart and key == "status")}
    home = {"namespace": _HOME} if namespaced else {}
    answer = scratch.create(path, {**wanted, "metadata": {**kept, **home}}, dry_run=True)
    return list(lost(wanted, answer))


def _note(seen: Seen, item: Mapping[str, Any], answer: list[str] | OpsError) -> None:
    meta = mapping(item.get("metadata"))
    about = subject(seen.kind, text(meta.get("namespace")), text(meta.get("name")))
    seen.looked += 1
    if isinstance(answer, OpsError):
        if answer.status not in (400, 422):
            raise answer
        seen.refused_count += 1
        if len(seen.refused) < _SHOWN:
            seen.refused.append((about, short(answer.message)))
    elif answer:
        seen.pruned_count += 1
        if len(seen.pruned) < _SHOWN:
            more = f" and {len(answer) - _FIELDS} more" if len(answer) > _FIELDS else ""
            seen.pruned.append((about, ", ".join(map(short, answer[:_FIELDS])) + more))


def _findings(seen: Seen) -> Iterator[dict[str, Any]]:
    about = subject("CustomResourceDefinition", name=seen.kind)
    if seen.unknown:
        yield finding(CHECK, "unknown", about, f"{seen.kind}: {seen.unknown}")
    for named, why in seen.refused:
        yield finding(CHECK, "critical", named, f"the newer definition refuses it: {why}")
    for named, why in seen.pruned:
        yield finding(CHECK, "critical", named, f"the newer definition drops {why}")
    left = seen.refused_count - len(seen.refused) + seen.pruned_count - len(seen.pruned)
    if left:
        yield finding(CHECK, "critical", about, f"{left:,} more objects of kind {seen.kind} do not fit")
    if not (seen.unknown or seen.refused or seen.pruned):
        yield finding(CHECK, "ok", about, f"{seen.kind}: {counted(seen.looked, 'object')} fit", value=seen.looked)
