# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Words that checks share: what an object is called, since when, and the command that shows it. Pure. Private API."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Item,
    about,
    all_well,
    each,
    mapping,
    sequence,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time


def kubectl(verb: str, *words: str, namespace: str = "") -> str:
    """A command that a person can paste; names that are not plain are quoted."""
    place = ("-n", namespace) if namespace else ()
    return " ".join(["kubectl", *(shlex.quote(" ".join(word.split())) for word in (*place, verb, *words) if word)])


def called(item: Item, kind: str) -> str:
    """How messages begin: "Pod argo/x", "Node y"; "Pod without a name" where it has none."""
    named = about(item, kind)
    name = "/".join(part for part in (named["namespace"], named["name"]) if part)
    return f"{named['kind']} {name}" if named["name"] else f"{named['kind']} without a name"


def meta(item: Item) -> dict:
    """The metadata, whatever its type is."""
    return mapping(item.get("metadata"))


def label(item: Item, *names: str) -> str:
    """The first of these labels that is set, else nothing."""
    labels = mapping(meta(item).get("labels"))
    return next((labels[name] for name in names if text(labels.get(name))), "")


def age(moment: object, now: datetime) -> float | None:
    """Seconds since an RFC 3339 time; 0 for one in the future, None for what is no time."""
    parsed = parse_time(moment)
    return max(0.0, (now - parsed).total_seconds()) if parsed else None


def conditions(item: Item) -> dict[str, dict]:
    """status.conditions by type; of several of one type the last."""
    found = (one for one in sequence(mapping(item.get("status")).get("conditions")) if isinstance(one, dict))
    return {one["type"]: one for one in found if text(one.get("type"))}


def short(words: object, most: int = 160) -> str:
    """Text on one line, cut with an ellipsis; nothing for what is no text."""
    line = " ".join(text(words).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def bracketed(*words: object) -> str:
    """The first of these that says anything, in brackets: " (insufficient memory)"."""
    said = next((line for line in map(short, words) if line), "")
    return f" ({said})" if said else ""


def because(condition: dict) -> str:
    """A condition's own words in brackets, the message before the reason."""
    return bracketed(condition.get("message"), condition.get("reason"))


def counted(number: int, noun: str) -> str:
    """ "1 pod", "1,200 pods"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def judge_many(
    check: str, kind: str, items: list[Item], judge: Callable[[Item], Iterable[dict]], noun: str, well: str
) -> Iterator[dict]:
    """What is not well, each by itself, and one finding for all the others.

    :param noun: what one is called, such as "pod"
    :param well: what holds for the others, such as "containers run or ended as they should"
    """
    ill = 0
    for item in items:
        found = list(each(check, kind, [item], judge))
        ill += bool(found)
        yield from found
    others = len(items) - ill
    if others:
        yield all_well(check, kind, others, f"{counted(others, noun)}: {well}")
    elif not items:
        yield all_well(check, kind, 0, f"there are no {noun}s")
