# SPDX-License-Identifier: GPL-3.0-or-later
"""Every health check over many workflows and pods, against other ways to read what they look at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.health.catalogue import CHECKS
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import PARTS
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

from benchmarks import load
from benchmarks.life_cycle import ANSIBLE_PLAYBOOK
from benchmarks.measure import Measured, Row, module, peer, run
from tests.support.lab import Lab

NAMESPACE = "bench-health"
PODS = 300
# The health check and the quick assessment of the platform's handbook, in a namespace that holds the load. Its field
# selector on the phase of workflows is left out, since the API server refuses it.
KUBECTL = (
    "get pods -n argo -l app=argo-workflows-server",
    "get deployment -n argo argo-workflows-server",
    "get pods -n argo-events -l app=argo-events",
    "get sensor -n argo-events github-webhook-sensor --ignore-not-found",
    "get pods -n agent-platform -l app=coderun-controller",
    "get workflows -A",
    "top nodes",
    "get resourcequota -n agent-platform",
    "get nodes",
    "get pods -A",
    "get deployment -n agent-platform",
    "get deployment -n argo-events",
)
KINDS = (
    ("v1", "Node"),
    ("v1", "Namespace"),
    ("v1", "Pod"),
    ("v1", "ResourceQuota"),
    ("v1", "PersistentVolumeClaim"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("argoproj.io/v1alpha1", "Workflow"),
    ("argoproj.io/v1alpha1", "Sensor"),
    ("agents.platform/v1", "CodeRun"),
    ("cert-manager.io/v1", "Certificate"),
)


def against_raw(lab: Lab, count: int) -> Iterator[Row]:
    """Read and judge everything, against reading the same objects at once and doing nothing with them."""
    kubeconfig = _stock(lab, count)
    read = {part for check in CHECKS for part in check.reads}
    paths = [resource(*WORKFLOWS, NAMESPACE)]
    for part in (PARTS[name] for name in sorted(read & set(PARTS))):
        paths += [resource(part.api, part.plural, namespace or None) for namespace in part.places([NAMESPACE])]
    ours = _ours(kubeconfig)
    raw = peer("read", kubeconfig, *paths)
    yield Row(_work(count), ours.seconds, ours.mb, "raw concurrent GETs", raw.seconds, 1.5 * raw.seconds)


def against_kubectl(lab: Lab, count: int) -> Iterator[Row]:
    """Against the commands of the platform's handbook, which a person would then have to read."""
    kubeconfig = _stock(lab, count)
    ours = _ours(kubeconfig)
    command = (str(lab.program("kubectl")), "--kubeconfig", kubeconfig)
    seconds = sum(run(*command, *words.split()).seconds for words in KUBECTL)
    yield Row(_work(count), ours.seconds, ours.mb, f"{len(KUBECTL)} kubectl commands", seconds, seconds)


def against_tasks(lab: Lab, count: int) -> Iterator[Row]:
    """One task against tasks that read kind by kind; what a playbook without them takes is left out on both sides."""
    kubeconfig = _stock(lab, count)
    one = {"agent_platform.ops.health_info": {"kubeconfig": kubeconfig, "namespaces": [NAMESPACE], "components": []}}
    many = [
        {
            "kubernetes.core.k8s_info": {
                "kubeconfig": kubeconfig,
                "api_version": api,
                "kind": kind,
                "namespace": NAMESPACE,
            }
        }
        for api, kind in KINDS
    ]
    with tempfile.TemporaryDirectory() as folder:
        empty, ours, theirs = (playbook(Path(folder), lab, tasks) for tasks in ([], [one], many))
    seconds = theirs.seconds - empty.seconds
    peer_name, limit = f"{len(KINDS)} k8s_info tasks", seconds / 12
    yield Row(_work(count), ours.seconds - empty.seconds, ours.mb, peer_name, seconds, limit)


def _stock(lab: Lab, count: int) -> str:
    """Make what is to be read; returns the kubeconfig."""
    kubeconfig = str(lab.kubeconfig)
    load.workflows(kubeconfig, NAMESPACE, count)
    load.pods(kubeconfig, NAMESPACE, min(count, PODS))
    return kubeconfig


def _ours(kubeconfig: str) -> Measured:
    return module("health_info", kubeconfig=kubeconfig, namespaces=[NAMESPACE], components=[])


def _work(count: int) -> str:
    return f"check the health of {count:,} workflows and {min(count, PODS):,} pods"


def playbook(folder: Path, lab: Lab, tasks: list[dict[str, Any]]) -> Measured:
    """A play of these tasks alone."""
    named = [{"name": f"Look {number}", **task, "register": f"look_{number}"} for number, task in enumerate(tasks)]
    play = {"name": "Look", "hosts": "platforms", "gather_facts": False, "tasks": named}
    path = folder / f"look-{len(tasks)}.yml"
    path.write_text(yaml.safe_dump([play], sort_keys=False))
    return run(str(ANSIBLE_PLAYBOOK), str(path), *lab.options)
