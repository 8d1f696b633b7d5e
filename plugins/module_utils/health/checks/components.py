# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controllers of the platform are there and available, and so is every other workload in its namespaces.

How one stands is told by health/workloads.py. The Deployments of sensors, event sources and the CodeRun controller
have checks of their own. One that the settings expect and that is not there is critical.
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    View,
    about,
    each,
    mapping,
    sequence,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import called, kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.health.workloads import (
    CODERUN_CONTROLLER,
    is_coderun_controller,
    is_generated,
    standing,
)

NAME = "components"
#: kind, namespace, name
Key = tuple[str, str, str]
PARTS = {"Deployment": "deployments", "StatefulSet": "statefulsets"}


def judge(view: View) -> Iterator[dict]:
    """One finding for each workload, and one for each that is expected and absent."""
    expected = [_expected(one) for one in sequence(view.settings.get("components"))]
    for kind, part in PARTS.items():
        own = [item for item in view.items(part) if not _has_a_check_of_its_own(kind, item)]
        yield from each(NAME, kind, own, lambda item, kind=kind: [_workload(item, kind, _key(kind, item) in expected)])
    present = {_key(kind, item) for kind, part in PARTS.items() for item in view.items(part)}
    for key in expected:
        if key not in present and (key[0], key[2]) != ("Deployment", CODERUN_CONTROLLER):
            yield _absent(view, *key)


def _expected(wanted: object) -> Key:
    one = mapping(wanted)
    return text(one.get("kind")), text(one.get("namespace")), text(one.get("name"))


def _key(kind: str, item: Item) -> Key:
    named = about(item)
    return kind, named["namespace"], named["name"]


def _has_a_check_of_its_own(kind: str, item: Item) -> bool:
    return kind == "Deployment" and (is_generated(item) or is_coderun_controller(item))


def _workload(item: Item, kind: str, needed: bool) -> dict:
    stands, named = standing({**item, "kind": kind}, needed), about(item, kind)
    evidence = kubectl("describe", kind.lower(), named["name"], namespace=named["namespace"])
    return finding(
        NAME,
        stands.status,
        named,
        f"{called(item, kind)}: {stands.words}",
        value=stands.available,
        threshold=stands.wanted,
        evidence=evidence,
    )


def _absent(view: View, kind: str, namespace: str, name: str) -> dict:
    named = subject(kind, namespace, name)
    words = f"{kind} {namespace}/{name}"
    if kind not in PARTS:
        return finding(NAME, "unknown", named, f"{words}: only {' and '.join(PARTS)} can be looked for")
    looked = sequence(view.settings.get("namespaces"))
    if looked and namespace not in looked:
        message = f"{words}: namespace {namespace} is none of the platform's namespaces, nobody looked there"
        return finding(NAME, "unknown", named, message)
    if not view.was_read(PARTS[kind], namespace):
        message = f"{words}: nobody could look for it"
        return finding(NAME, "unknown", named, message, evidence=kubectl("get", kind.lower(), namespace=namespace))
    evidence = kubectl("get", kind.lower(), namespace=namespace)
    return finding(NAME, "critical", named, f"{words}: does not exist", evidence=evidence)


CHECK = Check(
    name=NAME,
    title="The platform's controllers and services are there and available",
    why="Without its controllers the platform takes no events, starts no workflow and no agent, and says nothing.",
    reads=tuple(PARTS.values()),
    judge=judge,
)
