# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How cert-manager Certificates stand. Pure. Private API.

| status   | when                                                                                                  |
|----------|-------------------------------------------------------------------------------------------------------|
| critical | expired, or expires within the critical time, or not Ready without a certificate that is still valid  |
| warning  | expires within the warning time, not Ready, or Ready although its renewal is overdue                  |
| unknown  | cert-manager said nothing about it, or said something that is no time                                 |
| ok       | none of the above                                                                                     |

A certificate whose whole life is short is judged by its life: the times are at most a quarter and an eighth of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Threshold,
    View,
    all_well,
    each,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, parse_time

NAME = "certificates"
PATIENCE = 3600
"""Seconds that a renewal may be late before it counts as overdue."""


def judge(certificate: dict, now: datetime, warning: float, critical: float) -> dict:
    """The finding of one Certificate.

    :param warning: seconds before the end from which it is a warning, critical likewise
    """
    meta, status = _dict(certificate.get("metadata")), _dict(certificate.get("status"))
    namespace, name = str(meta.get("namespace") or ""), str(meta.get("name") or "")
    about = subject("Certificate", namespace, name)
    evidence = kubectl("describe", "certificate", name, namespace=namespace)
    ready, reason = _ready(status)
    end, left = parse_time(status.get("notAfter")), None
    if ready is None and end is None:
        return finding(NAME, "unknown", about, f"{name}: cert-manager has said nothing about it", evidence=evidence)
    if status.get("notAfter") and end is None:
        message = f"{name}: its end {status['notAfter']!r} is no time"
        return finding(NAME, "unknown", about, message, evidence=evidence)
    if end:
        left = (end - now).total_seconds()
        warning, critical = _within_life(status, end, warning, critical)
    verdicts = [_of_time(left, ready, warning, critical), _of_readiness(ready, reason, left), _of_renewal(status, now)]
    told = [(word, text) for word, text in verdicts if text]
    message = f"{name}: {', '.join(text for _word, text in told)}"
    status_word = worst(word for word, _text in told)
    return finding(NAME, status_word, about, message, value=left, threshold=warning, evidence=evidence)


def judge_all(answer: dict, definition: dict, now: datetime, warning: float, critical: float) -> list[dict]:
    """Findings for what kubernetes.core.k8s_info returned; one unknown finding when it could not look.

    :param answer: the registered result for the Certificates, also that of a failed task
    :param definition: the registered result for their CustomResourceDefinition, asked when there were none: where it
        is gone, k8s_info gives an empty list as long as its own cache still knows it
    """
    about = subject("CustomResourceDefinition", name="certificates.cert-manager.io")
    resources = answer.get("resources")
    if answer.get("failed") or not isinstance(resources, list):
        return [finding(NAME, "unknown", about, f"Certificates could not be read: {_words(answer)}")]
    if not resources and not definition.get("resources"):
        return [finding(NAME, "unknown", about, "this cluster does not know cert-manager Certificates")]
    return [judge(one, now, warning, critical) for one in resources if isinstance(one, dict)]


def _words(answer: dict) -> str:
    """The API server's own words, where the module's message holds its answer."""
    message = " ".join(str(answer.get("msg") or "no answer").split())
    said = re.search(r'"message": ?"((?:[^"\\]|\\.)+)"', message.replace('\\"', "'"))
    return (said[1] if said else message)[:300]


def _of_time(left: float | None, ready: bool | None, warning: float, critical: float) -> tuple[str, str]:
    if left is None:
        return ("unknown", "its end is not known") if ready else ("ok", "")
    if left <= 0:
        return "critical", f"expired {format_age(-left)} ago"
    word = "critical" if left <= critical else "warning" if left <= warning else "ok"
    return word, f"{format_age(left)} left"


def _of_readiness(ready: bool | None, reason: str, left: float | None) -> tuple[str, str]:
    if ready:
        return "ok", ""
    if ready is None:
        return "unknown", "cert-manager does not say whether it is ready"
    usable = left is not None and left > 0
    return "warning" if usable else "critical", f"not ready{f' ({reason})' if reason else ''}"


def _of_renewal(status: dict, now: datetime) -> tuple[str, str]:
    due = parse_time(status.get("renewalTime"))
    late = (now - due).total_seconds() if due else 0
    return ("warning", f"renewal {format_age(late)} overdue") if late > PATIENCE else ("ok", "")


def _within_life(status: dict, end: datetime, warning: float, critical: float) -> tuple[float, float]:
    begin = parse_time(status.get("notBefore"))
    life = int((end - begin).total_seconds()) if begin else 0
    return (min(warning, life // 4), min(critical, life // 8)) if life > 0 else (warning, critical)


def _ready(status: dict) -> tuple[bool | None, str]:
    """(True, False or None when nobody says, the reason given)."""
    conditions = status.get("conditions")
    for condition in conditions if isinstance(conditions, list) else []:
        if isinstance(condition, dict) and condition.get("type") == "Ready":
            word = condition.get("status")
            return {"True": True, "False": False}.get(str(word)), str(condition.get("reason") or "")
    return None, ""


def _dict(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def _judge_view(view: View) -> Iterator[dict]:
    certificates, limits = view.items("certificates"), view.limits
    if not certificates:
        yield all_well(NAME, "Certificate", 0, "there are no certificates")
    yield from each(
        NAME,
        "Certificate",
        certificates,
        lambda one: [judge(one, view.now, limits["warning"], limits["critical"])],
    )


CHECK = Check(
    name=NAME,
    title="Certificates are valid, and renewed in time",
    why="An expired certificate cuts off webhooks and agents at once, and its renewal fails long before that unseen.",
    reads=("certificates",),
    judge=_judge_view,
    thresholds=(
        Threshold("warning", "14d", "cert-manager renews 30 days ahead: with 14 left it has failed for two weeks."),
        Threshold("critical", "7d", "A week is what it takes to have a new one issued by hand without haste."),
    ),
)
