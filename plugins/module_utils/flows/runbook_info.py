# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What module runbook_info does: read the runbooks, judge them, report. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import runbook_files
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import lint
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.catalog import Description
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.text import count
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.verbs import VERBS


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to read and how to judge it. every: days from one review to the next."""

    paths: Sequence[str]
    today: date
    every: int = 92
    skip: Collection[str] = ()
    verbs: Collection[str] = ()
    checks: Collection[str] = ()
    collections: Sequence[str] = ()


def report(wanted: Wanted) -> dict:
    """{runbooks, findings, counts, line} for module runbook_info.

    :raises OpsError: invalid, for a path that is not there or a rule that is not known
    """
    lint.require_known(wanted.skip)
    found = runbook_files.read_all(wanted.paths)
    findings = [one for one in found.findings if one["rule"] not in wanted.skip]
    for one in found.runbooks:
        findings += lint.lint(one, _facts(one, wanted), wanted.skip)
    runbooks = [_entry(one, wanted) for one in found.runbooks]
    what = f"{count(len(runbooks), 'runbook')}, {count(len(findings), 'finding')}"
    counts = {"runbooks": len(runbooks), "findings": len(findings), "rules": dict(Counter(map(_rule, findings)))}
    return {"runbooks": runbooks, "findings": findings, "counts": counts, "line": what}


def refusal(findings: Sequence[dict]) -> OpsError:
    """The failure of a strict look, with the first findings in its sentence."""
    first = " ".join(lint.as_line(one) for one in findings[:5])
    more = f" And {len(findings) - 5} more." if len(findings) > 5 else ""
    return OpsError("invalid", f"{count(len(findings), 'finding')}: {first}{more}")


def _facts(one: Description, wanted: Wanted) -> lint.Facts:
    return lint.Facts(
        today=wanted.today,
        every=wanted.every,
        roles=runbook_files.role_reasons(one, wanted.collections),
        syntax=runbook_files.syntax(command for _where, command in one.commands()),
        missing=runbook_files.missing_files(one),
        verbs=VERBS | {verb.lower() for verb in wanted.verbs},
        checks={*lint.CHECKS, *wanted.checks},
    )


def _entry(one: Description, wanted: Wanted) -> dict:
    due = one.due(wanted.every)
    review = {"due": due.isoformat() if due else "", "days_left": (due - wanted.today).days if due else None}
    return {**one.as_dict(), "review": review}


def _rule(one: dict) -> str:
    return one["rule"]
