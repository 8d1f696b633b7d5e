# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the trees about agents, CodeRuns and slow workflows read besides lists of objects. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.paces import Paces, combine
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes.coderun_start import (
    LOCK_MAP,
    SETTINGS_MAPS,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.seen_pods import Seen, every, own
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.space import claim_of_workspace, of_df
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_sources import Order, Source
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import meta
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

#: pods of the agent, and of other agents, whose logs are read; how much of each
_OWN_LOGS, _OTHER_LOGS = 3, 10
_LOG_LINES, _LOG_BYTES = 400, 256 * 1024
_MOST_DISKS, _DF_SECONDS = 20, 10.0
_DF = ("env", "LC_ALL=C", "df", "-Pk", "/workspace")


def _agent_logs(client: Client, _order: Order, scene: Scene) -> list[dict[str, Any]]:
    """[{namespace, pod, container, node, github_user, text}]: of the agent, then the newest of each other agent."""
    mine = _looked(own, scene)[:_OWN_LOGS]
    newest: dict[str, Seen] = {}
    for one in _looked(every, scene):
        if one.pod.github_user != scene.subject.get("github_user"):
            newest.setdefault(one.pod.github_user, one)
    pods = [one for one in (*mine, *list(newest.values())[:_OTHER_LOGS]) if one.pod.main]

    def read(one: Seen) -> str:
        return client.log(one.pod.namespace, one.pod.name, one.pod.main, most=_LOG_BYTES, tailLines=_LOG_LINES)

    return [
        {"namespace": one.pod.namespace, "pod": one.pod.name, "container": one.pod.main, "node": one.pod.node,
         "github_user": one.pod.github_user, "text": log}
        for one, log in _all_that_answer(client, read, pods)
    ]  # fmt: skip


def _disks(client: Client, order: Order, scene: Scene) -> list[dict[str, Any]]:
    """[{namespace, pod, claim, used, capacity}] in bytes, of the workspaces of running agents."""
    if not order.look_inside:
        raise OpsError("refused", "nobody asked to run df in pods (diagnose_look_inside)")
    pods = _looked(own if scene.subject.get("github_user") else every, scene)
    running = [one for one in pods if one.pod.phase == "Running" and one.pod.main][:_MOST_DISKS]

    def read(one: Seen) -> dict[str, Any] | None:
        pod = one.pod
        ran = client.run_in_pod(pod.namespace, pod.name, pod.main, _DF, writes=False, seconds=_DF_SECONDS)
        row = of_df(ran.stdout)
        return row and {**row, "namespace": pod.namespace, "pod": pod.name, "claim": claim_of_workspace(one)}

    return [row for _one, row in _all_that_answer(client, read, running) if row]


def _controller_settings(client: Client, order: Order, _scene: Scene) -> dict[str, dict[str, int | None]]:
    """{namespace: {name: characters of its data, None where it is absent}}."""
    found: dict[str, dict[str, int | None]] = {}
    for (namespace, name), config_map in _config_maps(client, order, SETTINGS_MAPS):
        found.setdefault(namespace, {})[name] = None if config_map is None else _size(config_map)
    return found


def _integration_lock(client: Client, order: Order, _scene: Scene) -> list[dict[str, Any]]:
    """[{namespace, name, created}] of the lock of the Atlas integration."""
    return [
        {"namespace": namespace, "name": name, "created": meta(config_map).get("creationTimestamp")}
        for (namespace, name), config_map in _config_maps(client, order, (LOCK_MAP,))
        if config_map is not None
    ]


def _paces(client: Client, order: Order, scene: Scene) -> Paces:
    paths = [resource(*WORKFLOWS, namespace or None) for namespace in order.namespaces or ("",)]
    pieces = []
    for _path, piece in client.each(lambda path: client.read(path, lambda: Paces(scene.now)), paths):
        if isinstance(piece, OpsError):
            raise piece
        pieces.append(piece)
    return combine(pieces, scene.now)


def _installations(_client: Client, order: Order, _scene: Scene) -> list[Any]:
    if order.installations is None:
        raise OpsError("refused", "nobody gave the installations of GitHub Apps (diagnose_installations)")
    return list(order.installations)


def _looked(find: Callable[[Scene], list[Seen]], scene: Scene) -> list[Seen]:
    try:
        return find(scene)
    except CannotLook as reason:
        raise OpsError("refused", str(reason)) from reason


def _all_that_answer(client: Client, read: Callable[[Seen], Any], pods: list[Seen]) -> list[tuple[Seen, Any]]:
    """Answers in the order of the pods; those that do not answer are left out, but never all of them.

    :raises OpsError: none answered
    """
    answers = dict(client.each(lambda at: read(pods[at]), range(len(pods))))
    told = [(pods[at], answers[at]) for at in sorted(answers) if not isinstance(answers[at], OpsError)]
    refusals = [one for one in answers.values() if isinstance(one, OpsError)]
    if refusals and not told:
        raise OpsError("unreachable", refusals[0].message, status=refusals[0].status)
    return told


def _config_maps(
    client: Client, order: Order, names: Iterable[str]
) -> Iterable[tuple[tuple[str, str], dict[str, Any] | None]]:
    if not order.namespaces:
        raise OpsError("refused", "no namespace of the platform was named")
    wanted = [(namespace, name) for namespace in order.namespaces for name in names]
    for key, found in client.each(lambda key: client.get_or_none(resource("v1", "configmaps", *key)), wanted):
        if isinstance(found, OpsError):
            raise found
        yield key, found


def _size(config_map: dict[str, Any]) -> int:
    return sum(len(str(words)) for part in ("data", "binaryData") for words in mapping(config_map.get(part)).values())


#: what is read, by name
SOURCES: dict[str, Source] = {
    "agent_logs": Source("pods/log", _agent_logs, late=True),
    "disks": Source("pods/exec", _disks, late=True),
    "controller_settings": Source("configmaps", _controller_settings),
    "integration_lock": Source("configmaps", _integration_lock),
    "paces": Source("workflows.argoproj.io", _paces),
    "installations": Source("installations", _installations),
}
