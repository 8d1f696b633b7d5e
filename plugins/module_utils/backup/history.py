# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When objects became what they are, seen from a row of backups. Pure. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Key
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject

CHECK = "restore"
CHANGED, APPEARED, VANISHED = WHATS = ("changed", "appeared", "vanished")
#: instead of a backup's id: what is in the cluster
NOW = "now"
# How an object of the newest backup that is not the same in the cluster has changed since.
_SINCE = {"absent": VANISHED, "differs": CHANGED, "newer": CHANGED, "unfinished": CHANGED, "ending": VANISHED}
_INTERVALS, _NAMED = 100, 200


@dataclass(frozen=True, slots=True)
class Change:
    """One object, as it was in backup `after` and not any more in the next one, `by`."""

    key: Key
    what: str
    after: str
    by: str

    def as_dict(self) -> dict[str, Any]:
        resource, namespace, name = self.key
        return {
            "subject": {"kind": resource, "namespace": namespace, "name": name},
            "what": self.what,
            "after": self.after,
            "by": self.by,
        }


def compare(
    newer: Mapping[Key, str], older: Mapping[Key, str], kinds: frozenset[str], *, after: str, by: str
) -> Iterator[Change]:
    """What is another one in the newer of two backups, in the order of their keys.

    :param newer: digest of what is an object's own, by its key
    :param kinds: those that both hold; of others nobody can tell
    :param after: id of the older backup
    :param by: id of the newer one
    """
    for key in sorted(newer.keys() | older.keys()):
        was, now = older.get(key), newer.get(key)
        if was != now and key[0] in kinds:
            yield Change(key, APPEARED if was is None else VANISHED if now is None else CHANGED, after, by)


def line(changes: Sequence[Change], ids: Sequence[str]) -> str:
    """One line for people; a change needs two backups to be seen."""
    if len(ids) < 2:
        return f"no earlier backup to compare {ids[0]} with" if ids else "no backup to compare"
    counts = Counter(one.what for one in changes)
    told = " · ".join(f"{counts[what]:,} {what}" for what in WHATS if counts[what]) or "nothing changed"
    return f"{told} over {len(ids)} backups, {ids[-1]} to {ids[0]}"


def intervals(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """{after, by, resource, changed, appeared, vanished} for each pair of backups and kind, newest first."""
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for one in changes:
        counts.setdefault((one.after, one.by, one.key[0]), Counter())[one.what] += 1
    busiest_first = sorted(counts, key=lambda place: (-counts[place].total(), place[2]))
    return [
        {"after": place[0], "by": place[1], "resource": place[2], **{what: counts[place][what] for what in WHATS}}
        for place in sorted(busiest_first, key=lambda place: place[0], reverse=True)
    ]


def of_search(compared: Mapping[str, Any], history: Mapping[str, Any]) -> dict[str, Any]:
    """The result of role corruption_search.

    :param compared: what module restore_info returned for the newest backup, also when what was named is not in it
    :param history: what module backup_history_info returned
    """
    newest = history["backups"][0]
    since = list(_since(compared, newest))
    rows = [*(one.as_dict() for one in since), *history["rows"]]
    tables = (
        _intervals([*intervals(since), *history["intervals"]]),
        _objects(rows, len(since) + history["total"]),
    )
    return {
        "summary": f"{_number(compared)} not as in {newest} · {history['line']}",
        "findings": [_standing(compared, newest), *history["findings"]],
        "changes": {"total": 0, "rows": [], "rows_file": ""},
        "data": {"tables": [table for table in tables if table["rows"]], "cost": compared.get("cost") or {}},
    }


def _since(compared: Mapping[str, Any], newest: str) -> Iterator[Change]:
    """What changed after the newest backup, as far as it is in the result."""
    for row in compared.get("rows", ()):
        if row["state"] in _SINCE:
            about = row["subject"]
            yield Change((row["resource"], about["namespace"], about["name"]), _SINCE[row["state"]], newest, NOW)


def _number(compared: Mapping[str, Any]) -> str:
    states = (compared.get("plan") or {}).get("states", {})
    return f"{sum(states.get(state, 0) for state in _SINCE):,} objects"


def _standing(compared: Mapping[str, Any], newest: str) -> dict[str, Any]:
    about = subject("Backup", name=newest)
    if compared.get("rows") is None:
        why = text(compared.get("msg")) or "it was not tried"
        return finding(CHECK, "unknown", about, f"the cluster was not compared with it: {why}")
    lost = compared["plan"]["states"].get("unreadable", 0)
    if lost:
        return finding(CHECK, "unknown", about, f"of {lost:,} objects nobody could look whether they are as they were")
    return finding(CHECK, "ok", about, f"{_number(compared)} are not as they were in it")


def _intervals(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    columns = ["As it was in", "Another one in", "Kind", "Changed", "Appeared", "Vanished"]
    cells = [[one["after"], one["by"], one["resource"], *(f"{one[what]:,}" for what in WHATS)] for one in found]
    return _table("When it changed", columns, cells[:_INTERVALS], len(cells))


def _objects(rows: Sequence[Mapping[str, Any]], known: int) -> dict[str, Any]:
    columns = ["Kind", "Object", "What", "As it was in", "Another one in"]
    cells = []
    for row in rows[:_NAMED]:
        about = row["subject"]
        called = f"{about['namespace']}/{about['name']}".lstrip("/")
        cells.append([about["kind"], called, row["what"], row["after"], row["by"]])
    return _table("What changed", columns, cells, known)


def _table(title: str, columns: list[str], rows: list[list[str]], known: int) -> dict[str, Any]:
    return {"title": title, "columns": columns, "rows": rows, "more": max(0, known - len(rows))}
