# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that look right and cannot work on this platform. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CUSTOM = r"(?:workflows?|wf|coderuns?|cr)(?:\.[\w.]+)?"
_CONTROLLED = r"(?:sensors?|eventsources?|workflows?|wf|coderuns?)(?:\.[\w.]+)?"
_PODS = r"(?:pods?|po|jobs?|logs)"
_LABEL = r"(?:-l|--selector)[= ]*['\"]?\S*\b"


@dataclass(frozen=True, slots=True)
class Trap:
    """A command that is refused, or that ends with 0 and does nothing: how it looks, why, what to write."""

    pattern: re.Pattern[str]
    reason: str
    mend: str


def _trap(pattern: str, reason: str, mend: str) -> Trap:
    return Trap(re.compile(pattern), reason, mend)


TRAPS: tuple[Trap, ...] = (
    _trap(
        rf"kubectl\b(?=.*\s{_CUSTOM}(?:\s|$|/)).*--field-selector[= ]*['\"]?status\.",
        "the API server refuses field selectors on the status of custom resources",
        "Select by a label, such as -l workflows.argoproj.io/phase=Running, or filter the output.",
    ),
    _trap(
        rf"kubectl\b(?=.*\s{_PODS}\s).*{_LABEL}workflow-name=",
        "pods and jobs carry no label workflow-name, so nothing matches and the command ends with 0",
        "Select by -l workflows.argoproj.io/workflow=<name>.",
    ),
    _trap(
        rf"kubectl\b(?=.*\s{_PODS}\s).*{_LABEL}(?:github-app|agent)=",
        "pods of agents carry neither label github-app nor agent, so nothing matches and the command ends with 0",
        "Select by -l github-user=5dlabs-<agent>, in lower case.",
    ),
    _trap(
        rf"kubectl\b.*\sscale\s(?:.*\s)?{_CONTROLLED}(?:\s|/|$)",
        "custom resources of this platform have no scale",
        "Scale the Deployment that the controller made, found by -l sensor-name=<name> or -l eventsource-name=<name>.",
    ),
    _trap(
        rf"kubectl\b.*\srollout\s+\w+\s(?:.*\s)?{_CONTROLLED}(?:\s|/|$)",
        "only Deployments, StatefulSets and DaemonSets have a rollout",
        "Name the Deployment that the controller made, found by -l sensor-name=<name> or -l eventsource-name=<name>.",
    ),
    _trap(
        r"(?:^|[;&|]\s*)argo\s+(?!version)(?!.*\s(?:-n|--namespace|-A|--all-namespaces)\b)",
        "without a namespace, argo looks at the current one of the kubeconfig",
        "Add -n <namespace>.",
    ),
    _trap(
        r"deployments?(?:\.apps)?[/ ]+eventsource-controller\b",
        "there is no Deployment eventsource-controller; each EventSource has one of its own",
        "Find it with kubectl -n argo get deployments -l eventsource-name=<name>.",
    ),
    _trap(
        rf"{_LABEL}app=argo-workflows-server\b",
        "nothing carries label app=argo-workflows-server",
        "Name it: kubectl -n argo get deployment argo-workflows-server.",
    ),
    _trap(
        r"kubectl\b.*\spatch\s.*\bsuspend[\"']?\s*:\s*false",
        "a node of type Suspend stays Running when spec.suspend is set to false",
        "Resume the workflow with argo resume -n <namespace> <name>.",
    ),
    _trap(
        r"/input\b.*[\"']message\\?[\"']\s*:",
        "the input bridge of an agent knows neither message nor priority and answers 422",
        'Send {"text": "..."}.',
    ),
)


def traps(command: str) -> Iterator[Trap]:
    """The traps that a command falls into."""
    line = " ".join(command.split())
    return (trap for trap in TRAPS if trap.pattern.search(line))
