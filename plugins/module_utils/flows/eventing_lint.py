# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What module argo_events_lint does: read objects from files and a cluster, judge them, report. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import documents, schema
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.lint import lint
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.rules import Rule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import eventing_files
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_info import WORST_FIRST
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_read import Kept, Unit, reason
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import all_well
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import (
    STATUSES,
    finding,
    subject,
    tally,
    worst,
    worst_first,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import Part
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

_API = "argoproj.io/v1alpha1"
PARTS = tuple(
    Part(plural, _API, plural, kind)
    for plural, kind in (("sensors", "Sensor"), ("eventsources", "EventSource"), ("eventbus", "EventBus"))
)
_NOUNS = {"Sensor": "sensor", "EventSource": "event source", "EventBus": "EventBus object"}
_MEASURED = {"critical": "Critical findings", "warning": "Warnings"}


@dataclass(slots=True)
class Sight:
    """Everything that was looked at.

    complete: (kind, namespace) that were read as a whole. told: findings on what could not be read.
    """

    documents: list[Document] = field(default_factory=list)
    complete: set[tuple[str, str]] = field(default_factory=set)
    told: list[dict] = field(default_factory=list)
    files: int = 0
    left_out: int = 0


def look_at_files(sight: Sight, paths: Sequence[str], base: str = "") -> None:
    """Add what stands in files.

    :raises OpsError: invalid, for a path that is not there
    """
    found = eventing_files.read(paths, base)
    sight.documents += found.documents
    sight.files, sight.left_out = found.files, found.left_out
    for one in found.unreadable:
        words = f"{one.reason}. {one.hint}".strip() if one.hint else one.reason
        place = {"file": one.file, "line": one.line, "mend": one.hint}
        sight.told.append(_untold(subject("File", name=one.file), words, f"{one.file}:{one.line}", place))


def look_at_cluster(sight: Sight, client: Client, namespaces: Sequence[str]) -> None:
    """Add what the cluster has, all pieces at once.

    :param namespaces: none for the whole cluster
    :raises OpsError: when the API server does not answer at all, or does not accept the credentials
    """
    parts = {part.name: part for part in PARTS}
    units = [
        Unit(part.name, namespace, f"{part.plural}.argoproj.io", partial(_items, client, part, namespace))
        for part in PARTS
        for namespace in part.places(namespaces)
    ]
    answers = dict(client.each(lambda unit: unit.read(), units))
    failed = [answer for answer in answers.values() if isinstance(answer, OpsError)]
    if len(failed) == len(units) and all(error.status in (None, 401) for error in failed):
        raise failed[0]
    for unit in units:
        answer, kind = answers[unit], parts[unit.part].kind
        if isinstance(answer, OpsError):
            where = f" in namespace {unit.namespace}" if unit.namespace else ""
            words = f"{unit.part}{where} could not be read: {reason(answer, unit)}"
            sight.told.append(_untold(subject(kind, unit.namespace), words, "", {}))
        else:
            sight.documents += documents.of_cluster(kind, answer)
            sight.complete.add((kind, unit.namespace))


def report(sight: Sight, rules: Sequence[Rule]) -> dict:
    """{findings, counts, verdict, checks, seen, lines, line, measures} for module argo_events_lint."""
    found = [*lint(sight.documents, rules, sight.complete), *sight.told]
    found = worst_first([*found, *_well(sight, found)])
    counts, kinds = tally(found), Counter(one.kind for one in sight.documents)
    seen = {"files": sight.files, "left_out": sight.left_out, **{kind: kinds[kind] for kind in schema.KINDS}}
    return {
        "findings": found,
        "counts": counts,
        "verdict": worst(one["status"] for one in found),
        "checks": _by_rule(found, rules),
        "seen": seen,
        "lines": [_as_line(one) for one in found if one["status"] != "ok"],
        "line": _summary(seen, counts),
        "measures": [
            {"name": f"argo_events_lint.{status}", "label": label, "value": counts[status], "unit": "", "limit": None}
            for status, label in _MEASURED.items()
        ],
    }


def _items(client: Client, part: Part, namespace: str) -> list[dict]:
    return client.read(resource(part.api, part.plural, namespace or None), partial(Kept, part)).items


def _well(sight: Sight, found: Sequence[dict]) -> list[dict]:
    """One finding for all objects of a kind of which nothing is to be said."""
    if not sight.documents and not sight.told:
        words = "there is no Sensor, EventSource or EventBus in what was looked at, so nothing was judged"
        return [_untold(subject("Sensor"), words, "", {})]
    ill = {(one["file"], one["subject"]["kind"], one["subject"]["namespace"], one["subject"]["name"]) for one in found}
    good = Counter(
        one.kind for one in sight.documents if (one.file, one.kind, one.namespace, one.name) not in ill
    )  # fmt: skip
    return [
        _complete(all_well("lint", kind, good[kind], f"{counted(good[kind], _NOUNS[kind])}: no rule is broken"), {})
        for kind in schema.KINDS
        if good[kind]
    ]


def _untold(about: dict, words: str, evidence: str, place: dict) -> dict:
    return _complete(finding("readable", "unknown", about, words, evidence=evidence), place)


def _complete(told: dict, place: dict) -> dict:
    """A finding with the fields that those of rules have."""
    empty = {"file": "", "line": 0, "field": "", "sensor": "", "trigger": "", "mend": "", "reference": ""}
    return {**told, "rule": told["check"], **empty, **place}


def _by_rule(found: Sequence[dict], rules: Sequence[Rule]) -> list[dict]:
    """{name, title, status, ok, warning, critical, unknown} of each broken rule, worst first."""
    rows = []
    for rule in rules:
        own = [one for one in found if one["rule"] == rule.id]
        if own:
            status = worst(one["status"] for one in own)
            rows.append({"name": rule.id, "title": rule.title, "status": status, **tally(own)})
    return sorted(rows, key=lambda row: (-STATUSES.index(row["status"]), row["name"]))


def _as_line(one: dict) -> str:
    """file:line: status: message [rule], as editors and pipelines read it."""
    about = one["subject"]
    object_name = "/".join(word for word in (about["namespace"], about["name"]) if word)
    place = f"{one['file']}:{one['line']}" if one["file"] else f"{about['kind']} {object_name}".strip()
    return f"{place}: {one['status']}: {one['message']} [{one['rule']}]"


def _summary(seen: dict, counts: dict) -> str:
    objects = [counted(seen[kind], _NOUNS[kind]) for kind in schema.KINDS if seen[kind]]
    lead = ", ".join(([counted(seen["files"], "file")] if seen["files"] else []) + objects) or "nothing seen"
    words = " · ".join(f"{counts[status]:,} {status}" for status in WORST_FIRST if counts[status] and status != "ok")
    return f"{lead}: {words or 'no rule is broken'}"
