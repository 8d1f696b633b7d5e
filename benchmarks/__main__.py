# SPDX-License-Identifier: GPL-3.0-or-later
"""Run every measurement on a practice cluster and write build/bench.json."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import agents, backup, control, health, load, nodes, restore, usage, verify
from benchmarks.life_cycle import seconds as playbook
from benchmarks.measure import Row, module, peer, run
from tests.support.lab import Lab

OUTPUT = Path(__file__).resolve().parent.parent / "build" / "bench.json"
STEPS = 12
COLUMNS = ("work", "ours_seconds", "ours_mb", "peer", "peer_seconds", "limit_seconds", "ratio_to_limit",
           "speedup_over_peer")  # fmt: skip


def decide(lab: Lab, count: int) -> Iterator[Row]:
    """Read all and decide what goes, against reading the same bytes."""
    path = load.workflows(str(lab.kubeconfig), "bench-ours", count)
    ours = module("workflow_prune", check=True, **_prune(lab, count))
    raw = peer("list", str(lab.kubeconfig), path)
    yield Row(
        f"decide over {count:,} finished workflows",
        ours.seconds,
        ours.mb,
        "raw paged GET",
        raw.seconds,
        1.5 * raw.seconds,
    )


def delete(lab: Lab, count: int) -> Iterator[Row]:
    """Read, decide, delete with preconditions and verify, against listing and raw concurrent deletes."""
    path = load.workflows(str(lab.kubeconfig), "bench-raw", count)
    load.workflows(str(lab.kubeconfig), "bench-ours", count)
    ours = module("workflow_prune", **_prune(lab, count))
    raw = peer("delete", str(lab.kubeconfig), path)
    yield Row(
        f"delete {count:,} of them", ours.seconds, ours.mb, "raw concurrent DELETE", raw.seconds, raw.seconds / 0.9
    )


def kubectl(lab: Lab, count: int) -> Iterator[Row]:
    """The same number deleted by kubectl, which waits for each."""
    load.workflows(str(lab.kubeconfig), "bench-kubectl", count)
    load.workflows(str(lab.kubeconfig), "bench-ours", count)
    ours = module("workflow_prune", **_prune(lab, count))
    command = [str(lab.directory / "bin" / "kubectl"), "--kubeconfig", str(lab.kubeconfig), "-n", "bench-kubectl"]
    theirs = run(*command, "delete", "workflows", "-l", "workflows.argoproj.io/completed=true")
    yield Row(
        f"delete {count:,} finished workflows",
        ours.seconds,
        ours.mb,
        "kubectl delete -l",
        theirs.seconds,
        theirs.seconds / 50,
    )


def life_cycle(lab: Lab, steps: int) -> Iterator[Row]:
    """Seconds a step, from playbooks with one and with many steps, so that starting Ansible does not count."""
    with tempfile.TemporaryDirectory() as folder:
        took = {
            (kind, number): playbook(Path(folder), lab.options, kind, number)
            for kind in ("bare", "runbook")
            for number in (1, steps + 1)
        }
    bare, ours = ((took[kind, steps + 1].seconds - took[kind, 1].seconds) / steps for kind in ("bare", "runbook"))
    yield Row("a step in the life cycle", ours, took["runbook", steps + 1].mb, "bare include_role", bare, bare + 0.2)


def _prune(lab: Lab, count: int) -> dict[str, Any]:
    return {
        "kubeconfig": str(lab.kubeconfig),
        "namespaces": ["bench-ours"],
        "keep_newest": 0,
        "max_deletions": count,
        "rows_directory": str(lab.state / "rows"),
    }


def show(rows: list[dict[str, Any]]) -> None:
    table = [
        COLUMNS,
        *([f"{row[name]:,}" if not isinstance(row[name], str) else row[name] for name in COLUMNS] for row in rows),
    ]
    widths = [max(len(line[column]) for line in table) for column in range(len(COLUMNS))]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--workflows", type=int, default=10_000, help="for decide, delete, health and times")
    parser.add_argument("--many", type=int, default=50_000, help="for memory; 0 leaves it out")
    parser.add_argument("--kubectl", type=int, default=500, help="deleted by kubectl too")
    parser.add_argument("--control", type=int, default=500, help="changed by one call")
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of the life cycle")
    parser.add_argument("--objects", type=int, default=20_000, help="workflows in a backup")
    parser.add_argument("--verify", type=int, default=256, help="MiB of the backup that is verified")
    parser.add_argument("--pods", type=int, default=usage.PODS, help="whose images, sizes and costs are told")
    parser.add_argument("--lab", default="bench", help="name of the practice cluster")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    lab = Lab(options.lab, sample="small")
    lab.start()
    rows: list[dict[str, Any]] = []
    try:
        lab.wait()
        works: list[tuple[Callable[[Lab, int], Iterator[Row]], int]] = [
            (life_cycle, options.steps),
            (kubectl, options.kubectl),
            (decide, options.workflows),
            (delete, options.workflows),
            (decide, options.many),
            (control.bulk, options.control),
            (control.stop, options.control),
            (health.against_raw, options.workflows),
            (health.against_kubectl, options.workflows),
            (health.against_tasks, options.workflows),
            (agents.against_raw, agents.PODS),
            (agents.against_tasks, agents.PODS),
            (backup.against_raw, options.objects),
            (backup.against_kubectl, options.objects),
            (verify.against_obstore, options.verify),
            (restore.against_raw, options.workflows),
            (nodes.against_parsing, nodes.PODS),
            (usage.images, options.pods),
            (usage.sizes, options.pods),
            (usage.costs, options.pods),
            (usage.times, options.workflows),
        ]
        for work, count in works:
            if count:
                rows += [row.as_dict() for row in work(lab, count)]
                print(f"measured: {rows[-1]['work']}", flush=True)
    finally:
        lab.stop()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(rows, indent=2) + "\n")
    show(rows)


if __name__ == "__main__":
    main()
