# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not as it should be with the images that run. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import all_well
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.end_of_life import Line, line_of
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.images import Image
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.scans import Scan

PINS, TAGS, REGISTRIES, LIFE = "image_pins", "image_tags", "image_registries", "image_end_of_life"
AGE, HOLES = "image_age", "image_vulnerabilities"
DIGEST, TAG = "digest", "tag"
#: by name and digest, as images.py tells them
Scans = Mapping[tuple[str, str], Scan]


@dataclass(frozen=True, slots=True)
class Policy:
    """What is wanted of images.

    registries: where they may come from; nothing is said of that when empty. pinned_by: digest or tag.
    moving_tags: those that mean another image tomorrow. end_of_life: what is known of versions. soon: how long
    before the end it is told. oldest: the longest time since an image was built, None for no limit.
    """

    registries: tuple[str, ...]
    pinned_by: str
    moving_tags: frozenset[str]
    end_of_life: tuple[Line, ...]
    soon: timedelta
    oldest: timedelta | None = None


def judge(images: list[Image], policy: Policy, scans: Scans, unscanned: str, now: datetime) -> list[dict]:
    """Findings about every image.

    :param scans: what a scanner said of those that it was asked about
    :param unscanned: why nobody was asked, empty when a scanner is there, or nobody wants one
    """
    found = [*_strangers(images, policy), *_pins(images, policy), *_several(images), *_lives(images, policy, now)]
    return [*found, *_scanned(images, scans, unscanned), *_ages(images, scans, policy, now)]


def _about(image: Image) -> dict:
    return subject("Image", "", image.reference.words if image.reference else image.written)


def _users(image: Image) -> str:
    users = sorted(image.users.items(), key=lambda one: (-one[1], one[0]))
    more = f" and {len(users) - 1} more" if len(users) > 1 else ""
    return f"used by {users[0][0].words}{more}" if users else "used by nobody"


def _strangers(images: Iterable[Image], policy: Policy) -> Iterator[dict]:
    known = 0
    for image in images:
        if image.reference is None:
            yield finding(REGISTRIES, "unknown", _about(image), f"{image.written!r:.200} is no reference of an image")
        elif policy.registries and not any(_within(image.reference.name, one) for one in policy.registries):
            words = f"comes from {image.reference.registry}, which is not among the registries of this platform"
            allowed = ", ".join(policy.registries)
            yield finding(REGISTRIES, "warning", _about(image), f"{words}; {_users(image)}", threshold=allowed)
        else:
            known += 1
    if known and policy.registries:
        yield all_well(REGISTRIES, "Image", known, f"{counted(known, 'image')} come from registries that are named")


def _within(name: str, allowed: str) -> bool:
    """Whether a name lies under a registry or a folder of one."""
    return name == allowed or name.startswith(allowed.rstrip("/") + "/")


def _pins(images: Iterable[Image], policy: Policy) -> Iterator[dict]:
    """One finding for each tag that moves, and one for all that have a tag alone."""
    bare: list[Image] = []
    pinned = 0
    for image in (one for one in images if one.reference):
        reference = image.reference
        if reference.digest:
            pinned += 1
        elif not reference.tag or reference.tag.lower() in policy.moving_tags:
            said = f"has the tag {reference.tag}, which moves" if reference.tag else "has neither tag nor digest"
            yield finding(PINS, "warning", _about(image), f"{said}; {_users(image)}")
        elif policy.pinned_by == DIGEST:
            bare.append(image)
        else:
            pinned += 1
    if bare:
        names = ", ".join(one.reference.words for one in bare[:3] if one.reference)
        more = f" and {len(bare) - 3} more" if len(bare) > 3 else ""
        words = f"{counted(len(bare), 'image')} named by a tag without a digest: {names}{more}"
        yield finding(PINS, "warning", subject("Image"), words, value=len(bare))
    if pinned:
        yield all_well(PINS, "Image", pinned, f"{counted(pinned, 'image')} pinned by {policy.pinned_by}")


def _several(images: Iterable[Image]) -> Iterator[dict]:
    """Tags under which several images run at once."""
    behind: dict[str, list[Image]] = {}
    for image in images:
        if image.reference and image.reference.tag and not image.reference.digest and image.digest:
            behind.setdefault(image.reference.words, []).append(image)
    for same in behind.values():
        if len(same) > 1:
            told = ", ".join(f"{one.digest[:19]}… in {counted(one.pods, 'pod')}" for one in same[:5])
            words = f"{len(same)} different images run under this tag: {told}"
            yield finding(TAGS, "warning", _about(same[0]), words, value=len(same))
    if behind and all(len(same) == 1 for same in behind.values()):
        yield all_well(TAGS, "Image", len(behind), f"{counted(len(behind), 'tag')}: one image behind each")


def _lives(images: Iterable[Image], policy: Policy, now: datetime) -> Iterator[dict]:
    today, alive, unknown = now.date(), 0, 0
    told: set[str] = set()
    for image in (one for one in images if one.reference):
        line = line_of(image.reference, policy.end_of_life)
        if line is None:
            unknown += 1
        elif line.ends > today + policy.soon:
            alive += 1
        elif image.reference.words not in told:
            told.add(image.reference.words)
            yield finding(
                LIFE,
                "warning",
                _about(image),
                f"{_end(line, today)}; {_users(image)}",
                value=line.ends.isoformat(),
                evidence=line.source,
            )
    if alive:
        words = f"{counted(alive, 'image')} looked after for longer than {policy.soon.days} days"
        yield all_well(LIFE, "Image", alive, words)
    if unknown:
        words = f"{counted(unknown, 'image')}: nothing is known of their end of life; add them to the data"
        yield finding(LIFE, "unknown", subject("Image"), words, value=unknown)


def _end(line: Line, today: date) -> str:
    away = (line.ends - today).days
    what = f"version {line.version}" if line.version else "every version"
    when = f"ends in {away} days, on {line.ends}" if away >= 0 else f"ended {-away} days ago, on {line.ends}"
    return f"the support of {what} {when}{'; use ' + line.instead if line.instead else ''}"


def _scanned(images: Iterable[Image], scans: Scans, unscanned: str) -> Iterator[dict]:
    if unscanned:
        yield finding(HOLES, "unknown", subject("Image"), f"nobody looked for vulnerabilities: {unscanned}")
        return
    clean = 0
    for image in images:
        scan = scans.get((image.written, image.digest))
        if scan is None:
            continue
        if scan.problem:
            yield finding(HOLES, "unknown", _about(image), f"could not be scanned: {scan.problem}")
        elif scan.counts.get("critical") or scan.counts.get("high"):
            status = "critical" if scan.fixable.get("critical") else "warning"
            counts = ", ".join(f"{number:,} {word}" for word, number in scan.counts.items())
            fixed = sum(scan.fixable.values())
            words = f"{counts} vulnerabilities, {fixed:,} with a fix; {_users(image)}"
            yield finding(HOLES, status, _about(image), words, value=scan.counts)
        else:
            clean += 1
    if clean:
        yield all_well(HOLES, "Image", clean, f"{counted(clean, 'image')}: no critical or high vulnerability")


def _ages(images: Iterable[Image], scans: Scans, policy: Policy, now: datetime) -> Iterator[dict]:
    """Only when a limit is set: what nobody knows is told in the row of the image."""
    if policy.oldest is None:
        return
    unknown = young = 0
    for image in images:
        scan = scans.get((image.written, image.digest))
        if scan is None or scan.created is None:
            unknown += 1
        elif now - scan.created > policy.oldest:
            age = format_age((now - scan.created).total_seconds())
            limit = format_age(policy.oldest.total_seconds())
            yield finding(AGE, "warning", _about(image), f"was built {age} ago (limit {limit}); {_users(image)}")
        else:
            young += 1
    if unknown:
        words = f"{counted(unknown, 'image')}: nobody knows when they were built"
        yield finding(AGE, "unknown", subject("Image"), words, value=unknown)
    if young:
        yield all_well(AGE, "Image", young, f"{counted(young, 'image')} built within the limit")
