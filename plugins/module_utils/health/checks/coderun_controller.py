# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller that turns CodeRuns into Jobs is there and available. How it stands: health/workloads.py."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    View,
    about,
    each,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import called, kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.health.workloads import is_coderun_controller, standing

NAME = "coderun_controller"


def judge(view: View) -> Iterator[dict]:
    """One finding for each controller, or one that there is none."""
    found = [item for item in view.items("deployments") if is_coderun_controller(item)]
    yield from each(NAME, "Deployment", found, lambda item: [_controller(item)])
    if not found:
        unseen = not view.was_read("deployments")
        where = " where it was possible to look" if unseen else " in the platform's namespaces"
        message = f"CodeRun controller: there is no Deployment of that name{where}"
        evidence = kubectl("get", "deployments", "-A", "-l", "app.kubernetes.io/name=controller")
        named = subject("Deployment", name="controller")
        yield finding(NAME, "unknown" if unseen else "critical", named, message, evidence=evidence)


def _controller(item: Item) -> dict:
    named, stands = about(item, "Deployment"), standing(item, needed=True)
    evidence = kubectl("describe", "deployment", named["name"], namespace=named["namespace"])
    return finding(
        NAME,
        stands.status,
        named,
        f"{called(item, 'Deployment')}: {stands.words}",
        value=stands.available,
        threshold=stands.wanted,
        evidence=evidence,
    )


CHECK = Check(
    name=NAME,
    title="The CodeRun controller is there and available",
    why="Without it no agent is started, none is retried, and the finalizer of a deleted CodeRun is never taken off.",
    reads=("deployments",),
    judge=judge,
    runbook="diagnose_coderun_not_started",
)
