# SPDX-License-Identifier: GPL-3.0-or-later
"""Images, sizes and costs of many pods, and the times of many workflows, each in one pass, against reading the same
objects and doing nothing with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from benchmarks import load
from benchmarks.measure import Row, module, peer
from tests.support.lab import Lab
from tests.support.services import Reply, serve

NAMESPACE = "bench-usage"
PODS = 10_000
_IMAGES, _AGENTS = 40, 200
_TELL = {"container_cpu": "0.05", "count_over_time": "2016", "memory": "104857600"}


def images(lab: Lab, count: int) -> Iterator[Row]:
    """Tell every image, without a scanner."""
    yield _row(lab, count, "tell the images of", "image_info", scan="never")


def sizes(lab: Lab, count: int) -> Iterator[Row]:
    """Recommend sizes from a stand-in of Prometheus that has a history of every container."""
    with serve(_history(count)) as prometheus:
        yield _row(lab, count, "size", "resource_tuning_info", prometheus_url=prometheus.url())


def costs(lab: Lab, count: int) -> Iterator[Row]:
    """What of them nobody uses, from the same history."""
    with serve(_history(count)) as prometheus:
        yield _row(lab, count, "price", "cost_info", prometheus_url=prometheus.url(), prices={"cpu_month": 20})


def times(lab: Lab, count: int) -> Iterator[Row]:
    """How long workflows and their stages took, from all that ended in a window that holds them all."""
    path = load.workflows(str(lab.kubeconfig), "bench-times", count)
    window = f"{2 * load.LONG_AGO.days}d"
    ours = module("performance_info", kubeconfig=str(lab.kubeconfig), namespaces=["bench-times"], window=window)
    raw = peer("list", str(lab.kubeconfig), path)
    words = f"tell the times of {count:,} workflows"
    yield Row(words, ours.seconds, ours.mb, "raw paged GET", raw.seconds, 1.5 * raw.seconds)


def _row(lab: Lab, count: int, words: str, name: str, **options: Any) -> Row:
    kubeconfig = str(lab.kubeconfig)
    path = resource("v1", "pods", NAMESPACE)
    load.create(kubeconfig, NAMESPACE, path, map(_pod, range(count)))
    ours = module(name, kubeconfig=kubeconfig, namespaces=[NAMESPACE], **options)
    raw = peer("list", kubeconfig, resource("v1", "pods"))
    return Row(f"{words} {count:,} pods", ours.seconds, ours.mb, "raw paged GET", raw.seconds, 2 * raw.seconds)


def _name(index: int) -> str:
    return f"usage-{index:05}"


def _pod(index: int) -> dict[str, Any]:
    """One that no scheduler takes, so that nothing writes it while it is read."""
    image = f"ghcr.io/example/image-{index % _IMAGES}:1.{index % 7}"
    containers = [
        {"name": name, "image": image, "resources": {"requests": {"cpu": "1", "memory": "1Gi"}}}
        for name in ("main", "sidecar")
    ]
    # An owner would be looked for by the garbage collector, and is not there; the agents' label stands for workloads.
    labels = {"app": "bench", "github-user": f"agent-{index % _AGENTS}"}
    meta = {"name": _name(index), "labels": labels}
    spec = {"schedulerName": "nobody", "containers": containers}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def _history(count: int) -> Callable[[str], Reply]:
    """A number for each container, as Prometheus writes it."""

    def answer(path: str) -> Reply:
        value = next((said for lead, said in _TELL.items() if lead in unquote(path)), "0")
        series = [
            {"metric": {"namespace": NAMESPACE, "pod": _name(index), "container": name}, "value": [0, value]}
            for index in range(count if "kubelet" not in path else 0)
            for name in ("main", "sidecar")
        ]
        data = {"resultType": "vector", "result": series}
        return Reply(json.dumps({"status": "success", "data": data}).encode())

    return answer
