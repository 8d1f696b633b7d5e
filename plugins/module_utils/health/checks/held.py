# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing was left held by a run that brought the platform to rest and did not let it go.

| status   | when                                                                                                     |
|----------|----------------------------------------------------------------------------------------------------------|
| critical | a schedule, controller, autoscaler or automatic sync is held for much too long                           |
| warning  | it is held for longer than any restore should take, or nobody can tell since when                        |

What is held carries the label ops.agent-platform/held; since when, the API server has noted with that label.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, Item, Threshold, View, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import age
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

NAME = "held"


def judge(view: View) -> Iterator[dict]:
    """One finding for each kind of which something is held for long, and one for the rest."""
    kinds: dict[str, list[Item]] = defaultdict(list)
    for one in view.items("held"):
        kinds[text(one.get("kind"))].append(one)
    fresh = 0
    for kind, items in sorted(kinds.items()):
        late = [one for one in items if _status(one, view) != "ok"]
        fresh += len(items) - len(late)
        if late:
            yield _of_kind(kind, late, view)
    words = f"{fresh} held, none for long: a run is at work" if fresh else "nothing else is held"
    yield finding(NAME, "ok", subject("Platform"), words if kinds else "nothing is held")


def _of_kind(kind: str, late: list[Item], view: View) -> dict:
    first = max(late, key=lambda one: _age(one, view) or 0)
    status = "critical" if any(_status(one, view) == "critical" for one in late) else "warning"
    since = _age(first, view)
    name = "/".join(filter(None, (text(first.get("namespace")), text(first.get("name")))))
    how_long = f"for {format_age(since)}" if since is not None else "since nobody knows when"
    more = f", and {len(late) - 1} more" if len(late) > 1 else ""
    return finding(
        NAME,
        status,
        subject(kind, text(first.get("namespace")), text(first.get("name"))),
        f"{kind} {name} is held {how_long}{more}: it does not act by itself",
        value=since,
        threshold=view.limits["warning"],
        evidence=f"kubectl get {kind.lower()}s -A -l ops.agent-platform/held=true",
    )


def _age(one: Item, view: View) -> float | None:
    return age(one.get("since"), view.now)


def _status(one: Item, view: View) -> str:
    since = _age(one, view)
    if since is None:
        return "warning"
    return "critical" if since > view.limits["critical"] else "warning" if since > view.limits["warning"] else "ok"


CHECK = Check(
    name=NAME,
    title="Nothing was left held by a run that is over",
    why="A restore that was killed leaves schedules suspended and controllers at 0: nothing fails or happens.",
    reads=("held",),
    runbook="release_platform",
    judge=judge,
    needs_all=False,
    thresholds=(
        Threshold("warning", "30m", "A restore of 20,000 objects takes minutes."),
        Threshold("critical", "2h", "Nobody restores for so long without knowing that the platform rests."),
    ),
)
