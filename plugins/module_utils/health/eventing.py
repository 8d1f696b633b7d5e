# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the controllers of Argo Events say of a sensor or an event source, and the Deployment that runs it.

| status   | when                                                                                            |
|----------|-------------------------------------------------------------------------------------------------|
| critical | a condition is False, no Deployment runs it, none of its replicas is available, or none is wanted |
| warning  | its Deployment has too few replicas or does not roll out                                        |
| unknown  | no conditions, one that nobody has looked at, or the Deployments could not be read       |

An invalid sensor gets a Deployment all the same, and a good one can lose it: both are looked at. Pure. Private API.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, View, about
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import badness, finding
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import (
    because,
    called,
    conditions,
    judge_many,
    kubectl,
    label,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.workloads import standing


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of Argo Events.

    label: on its Deployment, with its name. infix: between its name and the hash in the name of the Deployment.
    """

    check: str
    kind: str
    part: str
    label: str
    infix: str
    noun: str


#: status, clause, name of the Deployment to look at
Told = tuple[str, str, str]


def judge(view: View, source: Source) -> Iterator[dict]:
    """One finding for each that is not well, one for all the others."""
    by_place: dict[str, list[Item]] = {}
    for deployment in view.items("deployments"):
        by_place.setdefault(about(deployment)["namespace"], []).append(deployment)

    def one(item: Item) -> Iterator[dict]:
        own = [each for each in by_place.get(about(item)["namespace"], ()) if _runs(each, item, source)]
        return _one(item, own, source, seen=view.was_read("deployments", about(item)["namespace"]))

    well = "conditions hold and Deployments are available"
    return judge_many(source.check, source.kind, view.items(source.part), one, source.noun, well)


def _one(item: Item, own: list[Item], source: Source, seen: bool) -> Iterator[dict]:
    named = about(item, source.kind)
    told = [*_of_conditions(item), *_of_deployments(named, own, seen)]
    told = sorted((one for one in told if one[0] != "ok"), key=lambda one: -badness(one[0]))
    if told:
        status, _words, deployment = told[0]
        show = ("deployment", deployment) if deployment else (source.kind.lower(), named["name"])
        evidence = kubectl("describe", *show, namespace=named["namespace"])
        message = f"{called(item, source.kind)}: {', '.join(words for _status, words, _deployment in told)}"
        yield finding(source.check, status, named, message, evidence=evidence)


def _of_conditions(item: Item) -> Iterator[Told]:
    found = conditions(item)
    if not found:
        yield "unknown", "Argo Events says nothing about it", ""
    for kind, condition in sorted(found.items()):
        if condition.get("status") == "False":
            yield "critical", f"not {kind:.60}{because(condition)}", ""
        elif condition.get("status") != "True":
            yield "unknown", f"nobody knows whether it is {kind:.60}{because(condition)}", ""


def _of_deployments(named: dict, own: list[Item], seen: bool) -> Iterator[Told]:
    if not own and seen:
        yield "critical", "no Deployment runs it", ""
    elif not own:
        yield "unknown", f"nobody could look for its Deployment in namespace {named['namespace']}", ""
    for deployment in own:
        stands, name = standing(deployment, needed=True), about(deployment)["name"]
        yield stands.status, f"its Deployment {name}: {stands.words}", name


def _runs(deployment: Item, item: Item, source: Source) -> bool:
    name, marked = about(item)["name"], label(deployment, source.label)
    return marked == name if marked else about(deployment)["name"].startswith(f"{name}-{source.infix}-")
