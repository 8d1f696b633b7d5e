# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow an agent from a pod that goes to the one that takes its place. Private API."""

from __future__ import annotations

import queue
import time

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns, pods, restart
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import as_label
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.restart import Found
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import watch
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.watch import Notice, Source, Watches

_PODS, _RUNS = "pods", "coderuns"


def follow(client: Client, old: AgentPod, run: CodeRun | None, seconds: float) -> tuple[Found, bool]:
    """(what took its place, whether it is gone), as soon as both are settled or the time is over."""
    namespace = run.namespace if run else old.namespace
    user = as_label(run.agent) if run else old.github_user
    sources = [Source(_PODS, resource("v1", "pods", namespace), {"labelSelector": f"{pods.SELECTOR}={user}"})]
    if run:
        only = {"fieldSelector": f"metadata.name={run.name}"}
        sources.append(Source(_RUNS, resource(*CODERUN.at, namespace), only))
    view, deadline = _View(run), time.monotonic() + max(seconds, 1.0)
    with Watches(client, sources, deadline) as watches:
        while (left := deadline - time.monotonic()) > 0:
            try:
                view.take(watches.notices.get(timeout=left))
            except queue.Empty:
                break
            if view.listed < len(sources):
                continue
            found, gone = view.found(old), old.uid not in view.pods
            if seconds <= 0 or (gone and found.state in (restart.READY, restart.LOST)):
                return found, gone
    return view.found(old), old.uid not in view.pods


class _View:
    """The newest that is known of the agent's pods, by uid, and of the CodeRun."""

    def __init__(self, run: CodeRun | None) -> None:
        self.run = run
        self.pods: dict[str, AgentPod] = {}
        self.listed = 0

    def take(self, notice: Notice) -> None:
        """:raises OpsError: when a source may not be read"""
        if notice.error and notice.final:
            raise notice.error
        if notice.kind == watch.LISTED:
            self.listed += 1
        if notice.source == _RUNS:
            for item in notice.items if notice.kind != watch.DELETED else ():
                self.run = coderuns.read(item)
            return
        if notice.kind == watch.LISTED:
            self.pods = {}
        for pod in map(pods.read, notice.items):
            if notice.kind == watch.DELETED:
                self.pods.pop(pod.uid, None)
            else:
                self.pods[pod.uid] = pod

    def found(self, old: AgentPod) -> Found:
        return restart.replacement(old.uid, old.job, self.run, self.pods.values())
