# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run amounts to: status of a step, verdict, what to do next. Pure. Private API."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import (
    STATUSES,
    badness,
    tally,
    worst,
    worst_first,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.text import count, listing, number, one_line

FAILED = ("failed", "refused")
REFUSALS = ("refused", "invalid")
"""Kinds of failure in which nothing was begun."""


def step_status(result: dict, error: dict | None) -> str:
    """ok, changed, warning, critical, unknown, failed or refused: the worst that the step's result says."""
    if error:
        return "refused" if error.get("kind") in REFUSALS else "failed"
    status = worst(one["status"] for one in result.get("findings") or ())
    if status == "ok" and (result.get("changes") or {}).get("total"):
        return "changed"
    return status


def step_error(failure: dict, platform: str) -> dict:
    """{kind, message, request, status} from what Ansible knows of a failed task; the platform is not in the message."""
    shaped = failure.get("error") if isinstance(failure.get("error"), dict) else {}
    message = one_line(failure.get("msg") or "the task failed without a message")
    return {
        "kind": shaped.get("kind") or "failed",
        "message": message.removeprefix(f"{platform}: "),
        "request": shaped.get("request"),
        "status": shaped.get("status"),
    }


def outcome(events: list[dict]) -> str:
    """finished, failed, refused or interrupted, from the events of a journal."""
    kinds = {event["event"] for event in events}
    if "refused" in kinds:
        return "refused"
    if "closed" not in kinds:
        return "interrupted"
    finished = [event for event in events if event["event"] == "step_finished"]
    verified = [one for event in events if event["event"] == "verified" for one in event["findings"]]
    broken = any(event["status"] in FAILED for event in finished) or any(
        one["status"] == "critical" for one in verified
    )
    return "failed" if broken or "broken" in kinds else "finished"


def verdict(result: str, findings: list[dict], steps: list[dict]) -> dict:
    """{status, ok, warning, critical, unknown, line}; a run that did not finish is never ok.

    :param result: the run's outcome
    """
    counts = tally(findings)
    status = (
        result
        if result != "finished"
        else worst([one["status"] for one in findings] + [step["status"] for step in steps if step["status"] in counts])
    )
    parts = [f"{counts[word]:,} {word}" for word in ("critical", "warning", "unknown", "ok") if counts[word]]
    return {"status": status, **counts, "line": f"{' · '.join(parts) or 'no findings'} — {status.upper()}"}


def failing(verdict: dict, fail_on: str) -> dict[str, int]:
    """{status: number} of the findings that fail a run that was carried out, worst first; empty when none does.

    :param fail_on: the least status that does, or "never"
    """
    if fail_on not in STATUSES[1:]:
        return {}
    ranks = reversed(STATUSES[STATUSES.index(fail_on) :])
    return {status: verdict[status] for status in ranks if verdict[status]}


def sentence(record: dict) -> str:
    """The one sentence that says why a run ends with a failure; empty when it does not."""
    name, platform = record["runbook"]["name"], record["platform"]
    if record["outcome"] == "finished":
        return _found(record) if record["fails"] else ""
    if record["outcome"] == "interrupted":
        how = "" if record["runbook"]["whole"] else "with -e runbook_take_up=true "
        return f"{platform}: {name} was interrupted; run it again {how}to go on where it stopped."
    if record["refusal"]:
        return record["refusal"]["message"]
    broken = [step for step in record["steps"] if step["status"] in FAILED]
    if broken:
        first, others = broken[0], len(broken) - 1
        more = f" ({count(others, 'more step')} did not end well)" if others else ""
        return f"{platform}: step {first['number']} {first['status']}: {first['error']['message']}{more}"
    unmet = [one for one in record["verified"] if one["status"] == "critical"]
    if unmet:
        return f"{platform}: {name} was carried out, but at the end this does not hold: {unmet[0]['message']}."
    return f"{platform}: {name} failed: {(record['breakage'] or {}).get('message', 'no reason is known')}"


def next_actions(record: dict, steps: list[dict]) -> list[dict]:
    """What a person does now, most pressing first: {subject, text, runbook}.

    :param steps: the runbook's own description of its steps
    """
    if record["outcome"] == "interrupted":
        how = "; it goes on where it stopped" if record["runbook"]["whole"] else " with -e runbook_take_up=true"
        actions = [{"subject": "this run", "text": f"run it again{how}", "runbook": record["runbook"]["name"]}]
    else:
        broken = [step for step in record["steps"] if step["status"] in FAILED]
        actions = [_about_step(record, step, steps[step["number"] - 1]) for step in broken]
    # The worst finding of each check speaks for it, and they come worst first already.
    first = {one["check"]: one for one in reversed(worst_first(record["findings"])) if badness(one["status"])}
    actions += [
        {"subject": check, "text": _remedy(one), "runbook": one["runbook"]}
        for check, one in sorted(first.items(), key=lambda pair: (-badness(pair[1]["status"]), pair[0]))
    ]
    return actions


def _found(record: dict) -> str:
    """ "lab: health_check found 2 critical and 1 unknown findings (it fails on unknown)"."""
    runbook = record["runbook"]
    counts = failing(record["verdict"], runbook["fail_on"])
    found = listing([f"{number(many)} {status}" for status, many in counts.items()])
    noun = "finding" if sum(counts.values()) == 1 else "findings"
    return f"{record['platform']}: {runbook['name']} found {found} {noun} (it fails on {runbook['fail_on']})"


def is_command(words: str) -> bool:
    """Whether a person can paste the words into a shell."""
    return words.startswith(("kubectl ", "curl "))


def _remedy(one: dict) -> str:
    """The command that shows more, where the evidence is one, else the finding with what it is about.

    A measure has a name for programs, and its message calls it by its label; the check is named before the words.
    """
    if is_command(one["evidence"]):
        return one["evidence"]
    name, message = one["subject"]["name"], one["message"]
    told = name in message or name == one["check"] or one["subject"]["kind"] == "Measure"
    return message if told else f"{name}: {message}"


def _about_step(record: dict, step: dict, described: dict) -> dict:
    hint = one_line(described.get("if_not") or "read the error above").removesuffix(".")
    later = any(other["number"] > step["number"] and other["status"] != "skipped" for other in record["steps"])
    part = "" if record["runbook"]["whole"] else f" with -e runbook_{'only' if later else 'start_at'}={step['number']}"
    return {
        "subject": f"step {step['number']}",
        "text": f"{hint}; then run it again{part}",
        "runbook": record["runbook"]["name"],
    }
