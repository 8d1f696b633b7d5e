# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an API server's refusal means. Pure; private API."""

from __future__ import annotations

import json

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError


class GoneError(OpsError):
    """410: the resourceVersion of a list or watch is too old; only a fresh read helps."""


class NotFoundError(OpsError):
    """404: no such object, or no such kind on this server."""


class BudgetError(OpsError):
    """429 of an eviction: a disruption budget lets no pod go now; nothing is overloaded."""


_KINDS = {400: "invalid", 404: "invalid", 408: "timeout", 409: "conflict", 410: "conflict", 422: "invalid"}
_CLASSES = {404: NotFoundError, 410: GoneError}


def failure(status: int, data: bytes, request: str) -> OpsError:
    """The error for an answer of 400 and above, in the server's own words."""
    if held := budget_words(status, data):
        return BudgetError("refused", held, request=request, status=status)
    words = _words(data) or f"HTTP {status}"
    hint = None
    kind = _KINDS.get(status, "timeout" if status == 504 else "unreachable")
    if status == 401:
        kind, hint = "forbidden", "The credentials are expired or belong to another cluster; renew the kubeconfig."
        words = f"the API server does not accept the credentials ({words})"
    elif status == 403:
        kind, hint = "forbidden", _hint_of_refusal(words)
    elif status == 429:
        kind, hint = "unreachable", "The API server is overloaded; try again later or lower concurrency."
    return _CLASSES.get(status, OpsError)(kind, words, request=request, status=status, hint=hint)


def _hint_of_refusal(words: str) -> str:
    """Quotas refuse with the status of missing rights, and with words that have stayed the same for years."""
    if "exceeded quota:" in words:
        return "Raise this quota of the namespace, or remove what is not needed any more."
    if "status unknown for quota:" in words:
        return "This quota is not counted yet; try again when 'kubectl describe quota' shows what is used."
    return "Grant the Role of this runbook (playbooks/rbac/) to the user named here."


def budget_words(status: int, data: bytes) -> str:
    """What the disruption budget that forbids an eviction says; empty for every other answer."""
    if status != 429:
        return ""
    try:
        causes = json.loads(data)["details"]["causes"]
        said = [one.get("message") for one in causes if one.get("reason") == "DisruptionBudget"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
    return " ".join(str(said[0] or "a disruption budget allows no eviction").split()).rstrip(".")[:500] if said else ""


def is_transient(status: int, repeatable: bool) -> bool:
    """True where the same request may be sent again: never begun (429), or harmless to repeat."""
    return status == 429 or (repeatable and status in (500, 502, 503, 504))


def retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header; a date or nonsense counts as not said."""
    try:
        return max(0.0, float(value)) if value else None
    except ValueError:
        return None


def _words(data: bytes) -> str:
    try:
        answer = json.loads(data)
        words = answer["message"] if isinstance(answer, dict) else ""
    except (ValueError, KeyError):
        words = data.decode("utf-8", "replace")
    return " ".join(str(words).split())[:500]
