# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what CodeRuns do, and where they contradict themselves, their Jobs or each other. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import contradictions
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import STATES, CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.contradictions import Limits, Work
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.jobs import Works
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent, folded
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import coderun_select, workflows
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.looking import tally
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import (
    finding,
    subject,
    worst,
    worst_first,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

CHECK = "coderun_contradictions"
#: the page that says what to do about each contradiction
TREATED_BY = "retry_coderun"
FINDINGS = 200
_JOBS, _PODS = ("batch/v1", "jobs"), ("v1", "pods")
_OF_JOBS = "batch.kubernetes.io/job-name"
_BY_WORRY = ("unknown", "not_picked_up", "failed", "pending", "running", "succeeded")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """Which CodeRuns are asked about; what is empty narrows nothing. All of a namespace are read and compared."""

    namespaces: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    selector: str = ""
    agent: Agent | None = None
    workflow: str = ""
    task: str = ""
    states: frozenset[str] = frozenset(STATES)

    def fits(self, run: CodeRun, selected: frozenset[str] | None) -> bool:
        return (
            (not self.names or run.name in self.names)
            and (selected is None or run.uid in selected)
            and (self.agent is None or folded(run.agent) in self.agent.known_as)
            and self.workflow in ("", run.workflow)
            and self.task in ("", run.task)
        )


@dataclass(slots=True)
class Answer:
    """CodeRuns by state, a row for each that was asked for, findings worst first."""

    counts: dict[str, int]
    rows: list[Row] = field(default_factory=list)
    findings: list[dict] = field(default_factory=list)

    @property
    def line(self) -> str:
        """One line for people: "1 failed · 4 running"; states that none is in are left out."""
        return tally(self.counts, _BY_WORRY) or "no CodeRuns"


class _Items:
    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def add(self, items: list[dict[str, Any]]) -> None:
        self.found += items


def look(client: Client, asked: Question, now: datetime, limits: Limits) -> Answer:
    """:raises OpsError: when CodeRuns, Jobs or pods could not be read: half a look is none"""
    runs = coderun_select.read_all(client, asked.namespaces)
    works = Works(_read(client, _JOBS, asked), _read(client, _PODS, asked, label_selector=_OF_JOBS))
    selected = None
    if asked.selector:
        selected = workflows.read_selected(client, asked.namespaces, asked.selector, CODERUN)
    meant = sorted((run for run in runs if asked.fits(run, selected)), key=lambda run: (run.namespace, run.name))
    counts = Counter(run.state for run in meant)
    answer = Answer({state: counts[state] for state in STATES})
    found: list[dict] = []
    for run in meant:
        work = works.of(run)
        told = list(contradictions.find(run, work, now, limits))
        found += _findings(run, told)
        if run.state in asked.states:
            answer.rows.append(_row(run, work, now, [words for _status, words in told]))
    found += _duplicates(runs, {run.uid for run in meant})
    answer.findings = worst_first(found)[:FINDINGS]
    return answer


def _read(client: Client, kind: tuple[str, str], asked: Question, **options: str) -> Iterator[dict[str, Any]]:
    paths = workflows.collections(kind, asked.namespaces)
    for _path, result in client.each(lambda path: client.read(path, _Items, **options), paths):
        if isinstance(result, OpsError):
            raise result
        yield from result.found


def _row(run: CodeRun, work: Work, now: datetime, told: list[str]) -> Row:
    since = run.changed_at or run.created_at
    return {
        **_subject(run),
        "uid": run.uid,
        "state": run.state,
        "phase": run.phase,
        "message": run.message or run.problem,
        "since": format_time(since) if since else "",
        "age": int((now - since).total_seconds()) if since else None,
        "agent": run.agent,
        "service": run.service,
        "task": run.task,
        "stage": run.stage,
        "workflow": run.workflow,
        "attempt": run.context_version,
        "retries": run.retries,
        "retry_limit": run.retry_limit,
        "pull_request": run.pull_request,
        "job": {"name": run.job, "exists": work.job is not None, "active": work.job == "active", "end": work.end},
        "pods": work.pods,
        "deleting": run.deleting,
        "contradictions": told,
    }


def _findings(run: CodeRun, told: list[tuple[str, str]]) -> Iterator[dict]:
    told = [*told, *([("unknown", run.problem)] if run.state == "unknown" else [])]
    if told:
        yield _finding(run, worst(status for status, _words in told), ", ".join(words for _status, words in told))


def _duplicates(runs: Iterable[CodeRun], meant: set[str]) -> Iterator[dict]:
    for what, group in contradictions.duplicates(runs):
        if any(run.uid in meant for run in group):
            first, others = group[0], [run.name for run in group[1:]]
            names = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
            yield _finding(
                first, "warning", f"the oldest of {len(group)} unfinished for {what}; the others are {names}"
            )


def _finding(run: CodeRun, status: str, words: str) -> dict:
    evidence = kubectl("get", "coderun", run.name, "-o", "yaml", namespace=run.namespace)
    message = f"CodeRun {run.namespace}/{run.name}: {words}"
    return finding(CHECK, status, _subject(run), message, evidence=evidence, runbook=TREATED_BY)


def _subject(run: CodeRun) -> dict:
    return subject(CODERUN.kind, run.namespace, run.name)
