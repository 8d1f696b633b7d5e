# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge objects of Argo Events by rules. Pure. Private API."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document, Where
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.facts import Facts
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.record import Record
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.rules import Rule, fill
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import about
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl, short


def lint(
    documents: Sequence[Document], rules: Sequence[Rule], complete: Collection[tuple[str, str]] = ()
) -> list[dict]:
    """What is wrong, worst first: findings with file, line, field, sensor, trigger, rule, mend and reference besides.

    An object of a cluster has no file and line 0.

    :param complete: (kind, namespace) that were read as a whole, so that what is not there is missing; an empty
        namespace is the whole cluster
    """
    facts = Facts(documents, complete)
    return worst_first(found for document in documents for found in _document(document, facts, rules))


def _document(document: Document, facts: Facts, rules: Sequence[Rule]) -> Iterator[dict]:
    try:
        records = list(facts.of(document))
    except Exception as error:  # an object of a shape that nobody foresaw must not hide the others
        words = f"cannot be judged: {error.__class__.__name__}"
        yield _finding("readable", "unknown", document, (), words, "Look at the object by hand.", "", {})
        return
    for record in records:
        for rule in rules:
            if rule.scope == record.scope:
                yield from _judged(rule, record)


def _judged(rule: Rule, record: Record) -> Iterator[dict]:
    broken, doubt = rule.breaks(record)
    if broken or doubt:
        keys = tuple(key for key in fill(rule.place, record.facts).split(".") if key)
        words = fill(rule.message, record.facts) if broken else f"rule {rule.id} cannot be told: {doubt}"
        status = rule.severity if broken else "unknown"
        mend = fill(rule.mend, record.facts)
        where = (*record.where, *keys)
        yield _finding(rule.id, status, record.document, where, words, mend, rule.reference, record.facts)


def _finding(
    rule: str, status: str, document: Document, where: Where, words: str, mend: str, reference: str, facts: dict
) -> dict:
    line = document.line(where) if document.line else 0
    trigger, dependency = str(facts.get("trigger") or ""), str(facts.get("dependency") or "")
    lead = f"trigger {short(trigger)}: " if trigger else f"dependency {short(dependency)}: " if dependency else ""
    subject = about(document.item)
    show = kubectl("get", document.kind.lower(), document.name, "-o", "yaml", namespace=document.namespace)
    told = finding(
        rule, status, subject, f"{lead}{words}. {mend}", evidence=f"{document.file}:{line}" if document.file else show
    )
    return {
        **told,
        "rule": rule,
        "file": document.file,
        "line": line,
        "field": _dotted(where),
        "sensor": document.name if document.kind == "Sensor" else "",
        "trigger": trigger,
        "mend": mend,
        "reference": reference,
    }


def _dotted(where: Where) -> str:
    """spec.triggers[0].template"""
    words = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in where)
    return words.removeprefix(".")
