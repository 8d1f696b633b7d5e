# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is left of workflows that were cancelled."""

from __future__ import annotations

DOCUMENTATION = r"""
name: workflow_left_result
short_description: What is left of workflows that were cancelled
version_added: 0.1.0
description:
  - Makes the result of entry point C(left) of role P(agent_platform.ops.workflow_cancel#role) from what
    M(kubernetes.core.k8s_info) returned of pods and CodeRuns. What still works is a warning, what could not be read is
    V(unknown).
options:
  _input:
    description: The result of the module for the pods, also when it failed or was skipped.
    type: dict
    required: true
  coderuns:
    description: The same for the CodeRuns.
    type: dict
    required: true
  workflows:
    description: The workflows, each with C(namespace) and C(name).
    type: list
    elements: dict
    required: true
  check:
    description: Whether nothing was cancelled, so that nobody expects the rest to be gone.
    type: bool
    default: false
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    workflow_cancel_result: >-
      {{ pods | agent_platform.ops.workflow_left_result(coderuns, [{'namespace': 'argo', 'name': 'play-7'}]) }}
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from collections.abc import Iterator
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns as coderun
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.text import count, listing, one_line

CHECK = "left_of_cancelled"
LABEL = "workflows.argoproj.io/workflow"


def result(pods: dict, coderuns: dict, workflows: list[dict], check: bool = False) -> dict:
    living = [_pod(one, check) for one in _items(pods) if _is_living(one, workflows)]
    unfinished = [_coderun(one, check) for one in _items(coderuns) if not coderun.read(one).is_finished]
    unknown = [*_unread(pods, "pods"), *_unread(coderuns, "CodeRuns")]
    parts = [count(len(found), noun) for found, noun in ((living, "pod"), (unfinished, "CodeRun")) if found]
    said = f"{listing(parts)} {'at work' if check else 'left'}" if parts else ""
    if unknown:
        said = " · ".join(part for part in (said, "not everything could be read") if part)
    return {
        "summary": said or ("nothing is left" if workflows else "no workflow, so nothing to look for"),
        "findings": worst_first([*unknown, *living, *unfinished]),
        "changes": {"total": 0, "rows": [], "rows_file": ""},
        "data": {},
    }


def _items(answer: dict) -> list[dict]:
    return [mapping(one) for one in sequence(answer.get("resources"))]


def _is_living(pod: dict, workflows: list[dict]) -> bool:
    meta = mapping(pod.get("metadata"))
    owner = {"namespace": text(meta.get("namespace")), "name": text(mapping(meta.get("labels")).get(LABEL))}
    return owner in workflows and mapping(pod.get("status")).get("phase") not in ("Succeeded", "Failed")


def _pod(pod: dict, check: bool) -> dict:
    meta = mapping(pod.get("metadata"))
    phase = text(mapping(pod.get("status")).get("phase")) or "without a phase"
    ending = ", and is being deleted" if meta.get("deletionTimestamp") else ""
    return _finding("Pod", meta, f"{phase}{ending}", check)


def _coderun(item: dict, check: bool) -> dict:
    read = coderun.read(item)
    return _finding("CodeRun", mapping(item.get("metadata")), read.state.replace("_", " "), check, "cancel_coderun")


def _finding(kind: str, meta: dict, state: str, check: bool, runbook: str = "") -> dict:
    namespace, name = text(meta.get("namespace")), text(meta.get("name"))
    return finding(
        CHECK,
        "ok" if check else "warning",
        subject(kind, namespace, name),
        f"{kind} {namespace}/{name} is {'' if check else 'still '}{state}",
        evidence=f"kubectl -n {namespace} get {kind.lower()} {name}",
        runbook="" if check else runbook,
    )


def _unread(answer: dict, what: str) -> Iterator[dict[str, Any]]:
    # A cluster that knows no CodeRuns has none left.
    if not answer.get("skipped") and answer.get("failed") and answer.get("api_found", True):
        words = one_line(answer.get("msg") or "no reason is known")
        yield finding(CHECK, "unknown", subject(name=what), f"the {what} could not be read: {words}")


class FilterModule:
    def filters(self) -> dict:
        return {"workflow_left_result": result}
