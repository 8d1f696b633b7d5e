# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person is told of a backup: its facts, one line, findings. Pure. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest, Skipped, path_of
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.retention import CLOCK_SKEW
from ansible_collections.agent_platform.ops.plugins.module_utils.health import quantity
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, parse_time

COVERAGE = "backup_coverage"
LISTED = "backups"


def facts(manifest: Manifest) -> dict[str, Any]:
    """What a backup says of itself, as JSON."""
    return {
        "id": manifest.id,
        "path": path_of(manifest.platform, manifest.id),
        "started": manifest.started,
        "finished": manifest.finished,
        "cluster_uid": manifest.cluster_uid,
        "complete": manifest.is_complete,
        "classes": list(manifest.classes),
        "reason": manifest.reason,
        "before": manifest.before,
        "actor": manifest.actor,
        "recipients": list(manifest.recipients),
        "objects": manifest.objects,
        "bytes": manifest.bytes,
        "parts": [
            {
                "resource": part.resource,
                "objects": part.objects,
                "bytes": part.bytes,
                "plain_bytes": part.plain_bytes,
                "left_out": dict(part.left_out),
            }
            for part in manifest.parts
        ],
        "skipped": [{"resource": one.resource, "why": one.why, "lost": one.lost} for one in manifest.skipped],
        "left_out": dict(sorted(_left_out(manifest).items())),
    }


def line(manifest: Manifest, new_bytes: int, *, check: bool) -> str:
    """One line for people.

    :param new_bytes: what had to be written
    :param check: nothing was stored
    """
    what = f"{counted(manifest.objects, 'object')} of {counted(len(manifest.parts), 'kind')}"
    if check:
        plain = sum(part.plain_bytes for part in manifest.everything)
        told = [f"{what}, {quantity.as_bytes(plain)} before compression, would be stored"]
    else:
        told = [f"{what} in {manifest.id}", f"{quantity.as_bytes(manifest.bytes)}, {quantity.as_bytes(new_bytes)} new"]
    left = sum(_left_out(manifest).values())
    told += [f"{left:,} left out"] if left else []
    lost = [one.resource for one in manifest.skipped if one.lost]
    told += [f"NOT COMPLETE: {', '.join(lost)}"] if lost else []
    return " · ".join(told)


def coverage(manifest: Manifest, wanted: Collection[str]) -> list[dict]:
    """What is missing from a backup, worst first, and one finding for what is in it.

    :param wanted: resources that a site named itself, so that it is told when there are none such
    """
    bad = [one for skipped in manifest.skipped if (one := _missing(skipped, wanted))]
    words = f"{counted(manifest.objects, 'object')} of {counted(len(manifest.parts), 'kind')} are in the backup"
    return worst_first(
        [*bad, finding(COVERAGE, "ok", subject("Backup", name=manifest.id), words, value=manifest.objects)]
    )


def _left_out(manifest: Manifest) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part in manifest.parts:
        counts.update(part.left_out)
    return counts


def _missing(skipped: Skipped, wanted: Collection[str]) -> dict | None:
    about = subject("Resource", name=skipped.resource)
    if skipped.lost:
        words = f"{skipped.resource} are not in the backup: {skipped.why}"
        return finding(COVERAGE, "critical", about, words, evidence=f"kubectl auth can-i list {skipped.resource} -A")
    if skipped.resource == "secrets":
        return finding(COVERAGE, "warning", about, f"secrets are not in the backup, {skipped.why}")
    if skipped.resource in wanted:
        words = f"{skipped.resource} are to be backed up, but {skipped.why}"
        return finding(COVERAGE, "warning", about, words, evidence="kubectl api-resources")
    return None


def newest(rows: Iterable[Mapping[str, Any]], now: datetime) -> Mapping[str, Any] | None:
    """The newest backup that can be used: believed, complete, not taken before a restore, and not from the future.

    :param rows: as backup_info returns them, newest first
    """
    good = (row for row in rows if row["believed"] and row["complete"] and not row["before"])
    return next((row for row in good if not _is_future(row, now)), None)


def listed(rows: Iterable[Mapping[str, Any]], usable: Mapping[str, Any] | None, now: datetime) -> list[dict]:
    """Findings about the backups of a store, worst first.

    :param usable: the newest one that can be used
    """
    found = [one for row in rows if (one := _doubt(row, now))]
    if usable is None:
        found.append(finding(LISTED, "critical", subject("Backup"), "there is no backup that can be used"))
    else:
        words = f"backup {usable['id']} is the newest that can be used: {counted(usable['objects'], 'object')}"
        found.append(finding(LISTED, "ok", subject("Backup", name=usable["id"]), words, value=usable["age"]))
    return worst_first(found)


def listed_line(rows: Sequence[Mapping[str, Any]], usable: Mapping[str, Any] | None) -> str:
    """One line for people."""
    if usable is None:
        return f"{counted(len(rows), 'backup')}, and none that can be used"
    ago = format_age(usable["age"] or 0)
    doubted = sum(1 for row in rows if not row["believed"])
    told = [counted(len(rows), "backup"), f"the newest that can be used is {usable['id']}, {ago} old"]
    return " · ".join([*told, *([f"{doubted:,} not believed"] if doubted else [])])


def _doubt(row: Mapping[str, Any], now: datetime) -> dict | None:
    """Why a backup cannot be used."""
    about = subject("Backup", name=row["id"])
    if not row["believed"]:
        return finding(LISTED, "critical", about, row["problem"])
    if _is_future(row, now):
        return finding(LISTED, "warning", about, f"backup {row['id']} says that it was started in the future")
    if not row["complete"]:
        lost = ", ".join(one["resource"] for one in row["skipped"] if one["lost"])
        return finding(LISTED, "warning", about, f"backup {row['id']} is not complete: {lost} could not be read")
    return None


def _is_future(row: Mapping[str, Any], now: datetime) -> bool:
    started = parse_time(row["started"])
    return started is None or started > now + timedelta(seconds=CLOCK_SKEW)
