# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a verification of backups says to a person: findings, one line, measures. Pure. Private API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.retention import CLOCK_SKEW
from ansible_collections.agent_platform.ops.plugins.module_utils.health import quantity
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

CHECK = "backup_verify"
SHOWN = 20  # problems of one backup that become findings


@dataclass(frozen=True, slots=True)
class Problem:
    """A part that is not what it should be. words: why, as the end of a sentence that begins with the resource."""

    resource: str
    path: str
    words: str


@dataclass
class Verdict:
    """What became of one backup.

    manifest: nothing when it is not believed; doubt says why. looked: its parts were read. deep: its objects were
    compared too. noted: a signed note says how it ended.
    """

    id: str
    place: str
    manifest: Manifest | None
    doubt: str = ""
    looked: bool = False
    deep: bool = False
    problems: list[Problem] = field(default_factory=list)
    noted: bool = False

    @property
    def ok(self) -> bool:
        return self.looked and not self.problems


def is_future(manifest: Manifest, now: datetime) -> bool:
    """Whether a backup says of itself that it was started later than any clock may be ahead."""
    started = parse_time(manifest.started)
    return started is None or started > now + timedelta(seconds=CLOCK_SKEW)


def told(verdicts: Sequence[Verdict], platform: str, wanted: str, now: datetime) -> dict[str, Any]:
    """{backups, findings, line, measures} of what was verified, newest first."""
    looked = [one for one in verdicts if one.looked]
    findings = [one for verdict in verdicts for one in _findings(verdict, platform, now)]
    if not looked:
        words = f"there is no backup of platform {platform} that can be used"
        findings.append(finding(CHECK, "critical", subject("Backup", platform), words))
    return {
        "backups": [_row(one) for one in verdicts],
        "findings": worst_first(findings),
        "line": _line(looked, len(verdicts) - len(looked)),
        "measures": _measures(looked[0].manifest, now) if looked and looked[0].manifest and wanted == "newest" else [],
    }


def nothing_seen(platform: str, reason: str) -> dict[str, Any]:
    """The same when nobody could look."""
    words = f"nobody could look at the backups: {reason}"
    return {
        "backups": [],
        "findings": [finding(CHECK, "unknown", subject("Backup", platform), words)],
        "line": words,
        "measures": [],
    }


def _findings(one: Verdict, platform: str, now: datetime) -> list[dict]:
    about = subject("Backup", platform, one.id)
    if one.manifest is None:
        return [finding(CHECK, "critical", about, f"backup {one.id} is not believed: {one.doubt}")]
    found = []
    if is_future(one.manifest, now):
        found.append(finding(CHECK, "warning", about, f"backup {one.id} says that it was started in the future"))
    lost = ", ".join(skipped.resource for skipped in one.manifest.skipped if skipped.lost)
    if lost:
        found.append(finding(CHECK, "warning", about, f"backup {one.id} is not complete: {lost} could not be read"))
    for problem in one.problems[:SHOWN]:
        words = f"backup {one.id}: {problem.resource} {problem.words}"
        found.append(finding(CHECK, "critical", about, words, evidence=problem.path))
    if len(one.problems) > SHOWN:
        words = f"backup {one.id}: {counted(len(one.problems) - SHOWN, 'other part')} not as they should be"
        found.append(finding(CHECK, "critical", about, words))
    return [*found, finding(CHECK, "ok", about, f"backup {one.id}: {_well(one)}")] if one.ok else found


def _well(one: Verdict) -> str:
    if one.manifest is None:
        return ""
    parts, size = counted(len(one.manifest.everything), "part"), quantity.as_bytes(one.manifest.bytes)
    inside = f", and {counted(one.manifest.objects, 'object')} as the index says" if one.deep else ""
    return f"{parts} of {size} are as they were written{inside}"


def _line(looked: Sequence[Verdict], doubted: int) -> str:
    """ "2026-11-21T08-00-00Z: 45 parts of 3.1 MiB are as they were written · 1 other cannot be used"."""
    bad = [one for one in looked if not one.ok]
    if not looked:
        said = ["there is no backup that can be used"]
    elif bad:
        first = bad[0].problems[0]
        more = len(bad[0].problems) - 1
        said = [f"{bad[0].id}: {first.resource} {first.words}" + (f", and {more:,} more" if more else "")]
        said += [f"{len(bad):,} of {counted(len(looked), 'backup')} cannot be restored"] if len(looked) > 1 else []
    elif len(looked) == 1:
        said = [f"{looked[0].id}: {_well(looked[0])}"]
    else:
        said = [f"{counted(len(looked), 'backup')} as they were written" + (" and indexed" if looked[0].deep else "")]
    return " · ".join([*said, *([f"{counted(doubted, 'other')} cannot be used"] if doubted else [])])


def _row(one: Verdict) -> dict[str, Any]:
    known = one.manifest
    return {
        "id": one.id,
        "place": one.place,
        "believed": known is not None,
        "doubt": one.doubt,
        "complete": known.is_complete if known else False,
        "verified": one.looked,
        "deep": one.looked and one.deep,
        "ok": one.ok,
        "noted": one.noted,
        "problems": [asdict(problem) for problem in one.problems],
        "objects": known.objects if known else 0,
        "parts": len(known.everything) if known else 0,
        "bytes": known.bytes if known else 0,
        "recipients": list(known.recipients) if known else [],
    }


def _measures(known: Manifest, now: datetime) -> list[dict[str, Any]]:
    started = parse_time(known.started)
    hours = round((now - started).total_seconds() / 3600, 1) if started else None
    rows = (("age", "Age of the newest backup", hours, "h"), ("bytes", "Size of a backup", known.bytes, "bytes"),
            ("objects", "Objects in a backup", known.objects, "objects"))  # fmt: skip
    return [
        {"name": f"backup.{name}", "label": label, "value": value, "unit": unit, "limit": None}
        for name, label, value, unit in rows
    ]
