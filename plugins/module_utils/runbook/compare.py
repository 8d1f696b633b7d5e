# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run found against what was found before: since the last run, and before and after its own steps.

Pure. Private API.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import badness, complete, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text

KINDS = ("new", "worse", "better", "gone", "unseen")
"""How a finding differs; unseen was bad, and this time nobody could look or was asked to."""
MOST = 50
MOST_WORDS = 300
NOT_CARRIED_OUT = ("skipped", "failed", "refused")
CARRIED_OUT = ("finished", "failed")

_WORDS = {"unseen": "not looked at"}

Key = tuple[str, str, str, str]


def since(before: dict, now: dict) -> dict:
    """{id, started, note, counts, new, worse, better, gone, unseen} against an earlier record of the same runbook.

    The lists hold {check, status, subject, before, now, message} of at most 50 findings each; before and now are
    statuses or None, status is the last that is known. counts holds the whole numbers.
    """
    old, new = _worst(before), _worst(now)
    looked = _Looked(now)
    rows: dict[str, list[dict]] = {kind: [] for kind in KINDS}
    for key in {**old, **new}:
        kind = _kind(old.get(key), new.get(key), looked)
        if kind:
            rows[kind].append(_row(old.get(key), new.get(key)))
    return {
        **nothing(),
        "id": before["id"],
        "started": before["started"],
        "counts": {kind: len(found) for kind, found in rows.items()},
        **{kind: _sorted(found)[:MOST] for kind, found in rows.items()},
    }


def nothing(note: str = "") -> dict:
    """The comparison where there is nothing to compare with.

    :param note: why the earlier records could not be read
    """
    empty: dict[str, list] = {kind: [] for kind in KINDS}
    return {"id": "", "started": "", "note": text.one_line(note), "counts": dict.fromkeys(KINDS, 0), **empty}


def comparable(record: dict) -> bool:
    """Whether a run looked at the platform, so that it can be compared with an earlier one."""
    return record["outcome"] in CARRIED_OUT


def matter(record: dict) -> set[str]:
    """What the steps looked at, where a run looks at one thing of many: runs about others cannot be compared.

    A step says so in data.about, such as "Workflow argo/play-7".
    """
    data = (step.get("data") for step in record["steps"])
    return {str(one["about"]) for one in data if isinstance(one, dict) and one.get("about")}


def line(compared: dict) -> str:
    """ "2 new, 1 gone"; empty where there was nothing to compare with."""
    counts = [f"{text.number(compared['counts'][kind])} {word(kind)}" for kind in KINDS if compared["counts"][kind]]
    return (", ".join(counts) or "nothing changed") if compared["id"] else ""


def word(kind: str) -> str:
    """How a kind of difference is called."""
    return _WORDS.get(kind, kind)


def sides(record: dict) -> list[dict]:
    """{check, before, after} of each check that had to hold at the end; a side is {status, message} or None."""
    before, after = _by_check(record["preflight"]), _by_check(record["verified"])
    return [{"check": check, "before": before.get(check), "after": found} for check, found in after.items()]


def _by_check(findings: Iterable[dict]) -> dict[str, dict]:
    """The worst finding of each check, in their order."""
    found: dict[str, dict] = {}
    for one in findings:
        known = found.get(one["check"])
        if known is None or badness(one["status"]) > badness(known["status"]):
            found[one["check"]] = {"status": one["status"], "message": one["message"]}
    return found


def _found(record: dict) -> Iterator[tuple[str, dict]]:
    """(role, finding) of everything that was looked at; the role is empty for what had to hold at the end."""
    for step in record["steps"]:
        for one in step.get("findings") or ():
            yield step.get("role") or "", complete(one)
    for one in record.get("verified") or ():
        yield "", complete(one)


def _worst(record: dict) -> dict[Key, tuple[str, dict]]:
    found: dict[Key, tuple[str, dict]] = {}
    for role, one in _found(record):
        about = one["subject"]
        key = (one["check"], about["kind"], about["namespace"], about["name"])
        if key not in found or badness(one["status"]) > badness(found[key][1]["status"]):
            found[key] = (role, one)
    return found


class _Looked:
    """What a run looked at, to tell "gone" from "nobody looked"."""

    def __init__(self, record: dict) -> None:
        findings = [one for _role, one in _found(record)]
        self._blind = {one["check"] for one in findings if one["status"] == "unknown"}
        self._checks = {one["check"] for one in findings}
        self._roles = {step["role"] for step in record["steps"] if step["status"] not in NOT_CARRIED_OUT}

    def at(self, role: str, check: str) -> bool:
        """Whether a finding of that check would have been found again."""
        return check not in self._blind and (check in self._checks or role in self._roles)


def _kind(old: tuple[str, dict] | None, new: tuple[str, dict] | None, looked: _Looked) -> str:
    """One of KINDS, or empty where nothing changed or both are well."""
    before = badness(old[1]["status"]) if old else 0
    now = badness(new[1]["status"]) if new else 0
    if old and before and not new:
        return "gone" if looked.at(old[0], old[1]["check"]) else "unseen"
    if before == now:
        return ""
    if not before:
        return "new"
    if not now:
        return "gone"
    if new and new[1]["status"] == "unknown":
        return "unseen"
    return "worse" if now > before else "better"


def _row(old: tuple[str, dict] | None, new: tuple[str, dict] | None) -> dict:
    one = (new or old)[1]  # type: ignore[index]
    about = {field: one["subject"][field] for field in ("kind", "namespace", "name")}
    return {
        "check": one["check"],
        "subject": about,
        "before": old[1]["status"] if old else None,
        "now": new[1]["status"] if new else None,
        "message": text.shorten(text.one_line(one["message"]), MOST_WORDS),
    }


def _sorted(rows: list[dict]) -> list[dict]:
    """Worst first, by what holds now, or held when it was last seen."""
    return worst_first({**row, "status": row["now"] or row["before"]} for row in rows)
