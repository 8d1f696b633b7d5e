# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what was restored works: one judgement of each thing that was tried. Pure. Private API.

Each takes what a module returned, also where it failed, and gives (status, sentence). What nobody could look at is
unknown. A task that may fail registers failed as false, so a failure is known by what the module says of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text, whole

Judged = tuple[str, str]
_NAMED = 3
_NOT_SEEN = ("unreachable", "timeout")
_RESTORED = "the restored control plane"


def judge(seen: Mapping[str, Any]) -> dict[str, Judged]:
    """What was tried, by name.

    :param seen: mode (dry_run or full), own (whether the control plane was made for the drill), taken (of module
        workflow in check mode), controllers (why they could not be started, else empty), and what the others returned:
        workflow, restarts, coderun, coderun_removed, webhook, prometheus
    """
    if seen.get("mode") != "full":
        return {"workflow": dry_run(mapping(seen.get("taken")), _RESTORED)}
    returned = {name: mapping(seen.get(name)) for name in ("workflow", "restarts", "webhook", "prometheus")}
    made, removed = mapping(seen.get("coderun")), mapping(seen.get("coderun_removed"))
    judged = {
        "workflow": workflow(returned["workflow"]),
        "restarts": restarts(returned["restarts"]),
        "coderun": coderun(made, removed, controller=not seen.get("own")),
        "webhook": webhook(returned["webhook"]),
        "prometheus": prometheus(returned["prometheus"]),
    }
    if reason := text(seen.get("controllers")):
        told = ("unknown", f"nobody could look, since the controller could not be started: {reason}")
        judged |= dict.fromkeys(("workflow", "restarts", "prometheus"), told)
    return judged


def dry_run(taken: Mapping[str, Any], what: str) -> Judged:
    """Whether an API server would take a workflow.

    :param taken: of module workflow in check mode. what: whose API server that is
    """
    if _failed(taken) or taken.get("rows") is None:
        return "critical", f"{what} does not take a workflow: {_why(taken)}"
    return "ok", f"{what} would take a workflow (dry run)"


def workflow(result: Mapping[str, Any]) -> Judged:
    """Whether a workflow was carried out; result: of role workflow_validation."""
    found = [one for one in map(mapping, sequence(result.get("findings"))) if text(one.get("message"))]
    if not found:
        return "unknown", "nobody looked whether a workflow is carried out"
    return text(found[0].get("status")) or "unknown", text(found[0]["message"])


def restarts(looked: Mapping[str, Any]) -> Judged:
    """Whether anything that had ended runs again; looked: of module restored_work_info."""
    again, ended = whole(looked.get("again")), whole(looked.get("ended"))
    if again is None or ended is None:
        return "unknown", f"nobody knows whether something that had ended runs again: {_why(looked)}"
    if not again:
        return "ok", f"of {ended:,} workflows and CodeRuns that had ended none runs again"
    rows = [(mapping(row.get("subject")), text(row.get("why"))) for row in map(mapping, sequence(looked.get("rows")))]
    named = [f"{text(one.get('namespace'))}/{text(one.get('name'))} ({why})" for one, why in rows[:_NAMED]]
    return "critical", f"{again:,} of {ended:,} that had ended run again: {', '.join(named)}"


def coderun(made: Mapping[str, Any], removed: Mapping[str, Any], *, controller: bool) -> Judged:
    """Whether a CodeRun is accepted and, where a controller runs, taken up.

    :param made: of module coderun, {} when none was made. removed: of the same, for its deletion
    """
    if not made or made.get("skipped"):
        return "unknown", "no CodeRun was made: restore_drill_coderun does not say which one may be, where agents run"
    outcome = text(mapping(next(iter(sequence(made.get("rows"))), None)).get("outcome"))
    if outcome == "unverified":
        return "critical", f"a CodeRun is accepted, but no controller takes it up: {_why(made)}"
    if mapping(made.get("error")).get("kind") in _NOT_SEEN:
        return "unknown", f"nobody knows whether a CodeRun is accepted: {_why(made)}"
    if _failed(made) or outcome not in ("changed", "unchanged"):
        return "critical", f"a CodeRun is not accepted: {_why(made)}"
    if _failed(removed):
        return "warning", f"a CodeRun was accepted, but could not be removed: {_why(removed)}"
    return (
        "ok",
        "a CodeRun is accepted and taken up" if controller else "a CodeRun is accepted; no controller runs here",
    )


def webhook(pinged: Mapping[str, Any]) -> Judged:
    """Whether an event source takes what was signed with the restored secret, and nothing else.

    :param pinged: of module webhook_ping, {} when nobody could be asked
    """
    if not pinged or pinged.get("skipped"):
        return "unknown", "no event source runs here; restore_drill_webhook_url can name one that takes webhooks"
    if _failed(pinged):
        return "unknown", f"no webhook could be sent: {_why(pinged)}"
    to, forged, signed = text(pinged.get("to")), whole(pinged.get("forged")), whole(pinged.get("signed"))
    if _taken(forged):
        return "critical", f"{to} takes webhooks that nobody signed"
    if forged is None or signed is None:
        return "unknown", f"{to} gave no whole answer to a webhook: {text(pinged.get('problem')) or 'nobody knows why'}"
    if _taken(signed):
        return "ok", f"{to} takes a webhook that is signed with the restored secret, and refuses a forged one"
    return "critical", f"{to} answered {signed} to a webhook that is signed with the restored secret"


def prometheus(asked: Mapping[str, Any]) -> Judged:
    """Whether Prometheus answers and reaches its targets.

    :param asked: of module service_health_info, {} when nobody could be asked
    """
    if not asked or asked.get("skipped"):
        return "unknown", "no Prometheus watches this cluster; restore_drill_prometheus_url can name one"
    rows = [mapping(row) for row in sequence(asked.get("services"))]
    if not rows:
        return "unknown", f"Prometheus could not be asked: {_why(asked)}"
    said = text(mapping(next(iter(sequence(asked.get("findings"))), None)).get("message"))
    if rows[0].get("status") is None:
        return "unknown", f"Prometheus gives no answer: {said}"
    if rows[0].get("finding") in ("ok", "warning"):
        return "ok", "Prometheus answers, and reaches the targets that it watches"
    return "critical", f"Prometheus answers, but reaches none of the targets that it watches: {said}"


def _taken(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def _failed(returned: Mapping[str, Any]) -> bool:
    return bool(returned.get("failed") or returned.get("error") or returned.get("exception"))


def _why(returned: Mapping[str, Any]) -> str:
    return text(returned.get("msg")) or "nothing was tried"
