# SPDX-License-Identifier: GPL-3.0-or-later
"""How agents are told of, against other ways to read the same facts."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import SELECTOR
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.agent_read import METRICS, PARTS
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from benchmarks import load
from benchmarks.health import playbook
from benchmarks.measure import Measured, Row, module, peer
from tests.support.agents import MAIN, TABLE, pod_labels
from tests.support.coderun_objects import CODERUNS, coderun
from tests.support.lab import Lab

NAMESPACE = "bench-agents"
PODS = 300
_SERVICES = 20
_QUERIES = {"label_selector": "labelSelector", "field_selector": "fieldSelector"}
TASKS: tuple[dict[str, Any], ...] = (
    {"api_version": "v1", "kind": "Pod", "label_selectors": [SELECTOR]},
    {"api_version": METRICS, "kind": "PodMetrics", "label_selectors": [SELECTOR]},
    {"api_version": "v1", "kind": "Event", "field_selectors": ["involvedObject.kind=Pod", "type=Warning"]},
    {"api_version": "v1", "kind": "PersistentVolumeClaim"},
    {"api_version": "agents.platform/v1", "kind": "CodeRun"},
    {"api_version": "batch/v1", "kind": "Job", "label_selectors": [SELECTOR]},
)


def against_raw(lab: Lab, count: int) -> Iterator[Row]:
    """Read, tell and judge, against reading the same objects at once and doing nothing with them."""
    _stock(lab, count)
    paths = []
    for _part, api, plural, chosen in PARTS:
        query = urlencode({_QUERIES[name]: value for name, value in chosen.items()})
        paths.append(resource(api, plural, NAMESPACE) + (f"?{query}" if query else ""))
    ours = _ours(lab)
    raw = peer("read", str(lab.kubeconfig), *paths)
    yield Row(_work(count), ours.seconds, ours.mb, "raw concurrent GETs", raw.seconds, 1.5 * raw.seconds)


def against_tasks(lab: Lab, count: int) -> Iterator[Row]:
    """One task against tasks that read kind by kind; what a playbook without them takes is left out on both sides."""
    _stock(lab, count)
    one = {"agent_platform.ops.agent_info": _options(lab)}
    common = {"kubeconfig": str(lab.kubeconfig), "namespace": NAMESPACE}
    many = [{"kubernetes.core.k8s_info": {**common, **task}} for task in TASKS]
    with tempfile.TemporaryDirectory() as folder:
        empty, ours, theirs = (playbook(Path(folder), lab, tasks) for tasks in ([], [one], many))
    seconds = theirs.seconds - empty.seconds
    peer_name = f"{len(TASKS)} k8s_info tasks"
    yield Row(_work(count), ours.seconds - empty.seconds, ours.mb, peer_name, seconds, seconds / 5)


def _stock(lab: Lab, count: int) -> None:
    """Pods of agents, a CodeRun for each, a workspace for each service, and a warning for every third pod."""
    for api, plural, bodies in (
        ("v1", "pods", map(_pod, range(count))),
        (*CODERUNS, (coderun(_name(index), agent=_agent(index), task=index) for index in range(count))),
        ("v1", "persistentvolumeclaims", map(_claim, range(_SERVICES))),
        ("v1", "events", map(_event, range(0, count, 3))),
    ):
        load.create(str(lab.kubeconfig), NAMESPACE, resource(api, plural, NAMESPACE), bodies)


def _name(index: int) -> str:
    return f"bench-{index:04}"


def _agent(index: int) -> str:
    return str(TABLE[index % len(TABLE)]["github_app"])


def _pod(index: int) -> dict[str, Any]:
    container = {"name": MAIN, "image": "busybox:1.36", "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}}}
    labels = pod_labels(_agent(index), f"service-{index % _SERVICES}", str(index), **{"job-name": _name(index)})
    meta = {"name": _name(index), "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [container]}}


def _claim(index: int) -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}
    meta = {"name": f"workspace-service-{index}", "labels": {"agent": "rex", "service": f"service-{index}"}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": meta, "spec": spec}


def _event(index: int) -> dict[str, Any]:
    about = {"kind": "Pod", "namespace": NAMESPACE, "name": _name(index)}
    told = {"type": "Warning", "reason": "FailedMount", "message": "no volume yet", "count": 2}
    return {"apiVersion": "v1", "kind": "Event", "metadata": {"name": _name(index)}, "involvedObject": about, **told}


def _options(lab: Lab) -> dict[str, Any]:
    return {"kubeconfig": str(lab.kubeconfig), "namespaces": [NAMESPACE], "agents": TABLE}


def _ours(lab: Lab) -> Measured:
    return module("agent_info", **_options(lab))


def _work(count: int) -> str:
    return f"look at {count:,} pods of agents"
