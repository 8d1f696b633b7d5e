# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Helm has done with a release, and whether an upgrade may go on from there. Pure. Private API.

A release holds values, and those hold secrets: what leaves this file are versions, states, Helm's own words without
secrets, and whether wanted values stand there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import redaction
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted, short
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import helm_releases

CHECK = "upgrade_method"
DEPLOYED, FAILED = "deployed", "failed"
PENDING = ("pending-install", "pending-upgrade", "pending-rollback")


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a release.

    app_version: of its chart. created: when Helm began with it. updated: the same in Helm's form.
    digest: of what makes it: chart, values and objects. holds: whether it has the values that are wanted.
    definitions: how many CustomResourceDefinitions are among its objects.
    """

    number: int
    status: str
    chart_version: str
    app_version: str
    created: datetime | None
    updated: str
    words: str
    digest: str
    holds: bool
    definitions: int

    def since(self, before: int) -> datetime | None:
        """When Helm began with it, where it is another one than the one before; else None."""
        return self.created if self.number != before else None


@dataclass(frozen=True, slots=True)
class History:
    """The revisions of the release "namespace/name" that are kept, the oldest first; at least one."""

    place: str
    revisions: tuple[Revision, ...]

    @property
    def newest(self) -> Revision:
        return self.revisions[-1]

    def revision(self, number: int) -> Revision:
        """:raises OpsError: refused, when it is not kept any more"""
        for one in self.revisions:
            if one.number == number:
                return one
        raise OpsError(
            "refused", f"Helm release {self.place} keeps no revision {number} any more, so it cannot go back"
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What the record of an upgrade knows: versions, the revisions before and after, whether it is under way."""

    old: str
    new: str
    before: int
    after: int
    under_way: bool


def read(secrets: Iterable[Mapping[str, Any]], place: str, wanted: Mapping[str, Any]) -> History:
    """The history of a release from its Secrets.

    :param wanted: values that it is to have
    :raises OpsError: refused, when there is no such release; unverified, when it cannot be read
    """
    found = sorted((_revision(one, wanted) for one in secrets), key=lambda one: one.number)
    if not found:
        hint = "Its namespace is where Helm keeps it; helm list --all-namespaces tells. It is not installed here."
        raise OpsError("refused", f"there is no Helm release {place}", hint=hint)
    return History(place, tuple(found))


def put_back_first(history: History, known: Known | None) -> int:
    """The revision to which a release that was left in the middle is put back before anything else; 0 when it is well.

    Helm itself refuses to upgrade while an operation is pending, and whoever was killed leaves one for ever.

    :raises OpsError: refused, when it was left so by somebody else
    """
    newest = history.newest
    if newest.status == DEPLOYED:
        return 0
    if known is None or not _is_ours(newest, known):
        good = max((one.number for one in history.revisions if one.status == DEPLOYED), default=0)
        hint = f"When nobody works on it, put it back with helm rollback to revision {good}." if good else ""
        state = f"Helm release {history.place} is {newest.status or 'in no known state'} at revision {newest.number}"
        raise OpsError("refused", f"{state}, and not by an upgrade of this collection", hint=hint)
    return history.revision(known.before).number


def left_to_wait(history: History, now: datetime, patience: float) -> float:
    """Seconds until nobody works on a pending release any more, since Helm has given up by then; 0 or less for none."""
    newest = history.newest
    if newest.status not in PENDING or newest.created is None:
        return 0
    return patience - (now - newest.created).total_seconds()


def holds(config: object, wanted: object) -> bool:
    """Whether values are among those of a release; null stands for a value that is not there, as Helm has it."""
    if isinstance(wanted, Mapping):
        have = mapping(config)
        return all(holds(have.get(name), value) for name, value in wanted.items())
    return config == wanted


def findings(history: History, namespace: str, name: str) -> list[dict[str, Any]]:
    """What a person is to know of a release before it is moved."""
    held = history.newest.definitions
    if not held:
        return []
    words = (
        f"the release holds {counted(held, 'CustomResourceDefinition')} itself, so Helm takes them back with it, "
        "whatever objects use by then; keep them outside of it, and give component_upgrade_definitions"
    )
    return [finding(CHECK, "warning", subject("HelmRelease", namespace, name), words, value=held)]


def _revision(secret: Mapping[str, Any], wanted: Mapping[str, Any]) -> Revision:
    release = helm_releases.content(secret)
    info, chart = mapping(release.get("info")), mapping(mapping(release.get("chart")).get("metadata"))
    config, manifest = mapping(release.get("config")), text(release.get("manifest"))
    made = json.dumps([chart, config, manifest], sort_keys=True)
    kinds = [kind for _api, kind in helm_releases.objects_of(manifest)]
    return Revision(
        number=whole(release.get("version")) or 0,
        status=text(info.get("status")),
        chart_version=text(chart.get("version")),
        app_version=text(chart.get("appVersion")),
        created=parse_time(mapping(secret.get("metadata")).get("creationTimestamp")),
        updated=text(info.get("last_deployed")),
        words=short(redaction.words(text(info.get("description")))),
        digest=hashlib.sha256(made.encode()).hexdigest(),
        holds=holds(config, wanted),
        definitions=kinds.count("CustomResourceDefinition"),
    )


def _is_ours(newest: Revision, known: Known) -> bool:
    if newest.status not in (*PENDING, FAILED):
        return False
    if known.under_way:
        return _same(newest.app_version, known.old) or _same(newest.app_version, known.new)
    return newest.number == known.after + 1 and _same(newest.app_version, known.old)


def _same(version: str, other: str) -> bool:
    return version.removeprefix("v") == other.removeprefix("v")
