# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a component may be moved to another version, and what that does to this platform. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted, short
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import (
    Change,
    Component,
    Concern,
    Release,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version, Way, way

CHECK = "upgrade_compatibility"
_EXAMPLES = 5


@dataclass
class Used:
    """What the platform uses of a component.

    watching: texts of rules and dashboards, None when nobody gave any. settings: text of its settings.
    environment, arguments, images: of the containers of its workloads.
    fields: objects by the path of the field that they have, as "Kind namespace/name".
    """

    watching: str | None = None
    settings: str = ""
    environment: frozenset[str] = frozenset()
    arguments: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    fields: Mapping[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judgement:
    """way: what the move is. refusal: why it must not be made, or None. findings: what it does to the platform."""

    way: Way
    refusal: OpsError | None
    findings: list[dict[str, Any]]


def judge(component: Component, old: Version, new: Version, used: Used, *, accept_irreversible: bool) -> Judgement:
    """Whether the move may be made, and what it does.

    :param accept_irreversible: go forward although there is no way back but a backup
    """
    step = way(old, new)
    crossed = _crossed(component, old, new)
    seen = [(concern, _places(concern, used)) for release in crossed for concern in release.concerns]
    findings = list(_findings(component, seen, used)) if step is not Way.BACK else []
    refusal = _refused_way(component, step, old, new) or _refused_data(seen, step, accept_irreversible)
    return Judgement(step, refusal, findings)


def _crossed(component: Component, old: Version, new: Version) -> list[Release]:
    """The releases whose changes the move makes or takes back."""
    low, high = sorted([(old.major, old.minor), (new.major, new.minor)])
    return [one for one in component.releases if low < one.number <= high]


def _refused_way(component: Component, step: Way, old: Version, new: Version) -> OpsError | None:
    asked = f"{component.title} {old} → {new}"
    known = ", ".join(one.line for one in component.releases) or "none"
    hint = f"Known are {known}; add what changes in it to the data of the component, or choose another version."
    for version in (old, new):
        if component.release(version.line) is None and step is not Way.SAME:
            return OpsError("refused", f"{asked}: nothing is known of {version.line}", hint=hint)
    if step is Way.SKIP:
        between = f"v{old.major}.{old.minor + 1}"
        return OpsError("refused", f"{asked} skips a minor version", hint=f"Go to {between} first.")
    later = component.release((old if step is Way.BACK else new).line)
    earlier = (new if step is Way.BACK else old).line
    moves = step in (Way.MAJOR, Way.MINOR) or (step is Way.BACK and old.line != new.line)
    if moves and later and earlier not in later.since:
        ways = ", ".join(later.since) or "no other one"
        return OpsError("refused", f"{asked} is no supported way", hint=f"{later.line} is reached from {ways}.")
    return None


def _refused_data(seen: Iterable[tuple[Concern, list[str]]], step: Way, accept: bool) -> OpsError | None:
    lasting = [concern for concern, places in seen if concern.irreversible and places]
    if not lasting:
        return None
    if step is Way.BACK:
        return OpsError("refused", f"the older version would lose data: {lasting[0].says.rstrip('.')}")
    if accept:
        return None
    hint = "Plan a way back through a backup, and allow it with component_upgrade_accept_irreversible=true."
    return OpsError("refused", f"there is no way back by itself: {lasting[0].says.rstrip('.')}", hint=hint)


def _findings(component: Component, seen: Iterable[tuple[Concern, list[str]]], used: Used) -> Iterator[dict[str, Any]]:
    about = subject("Component", component.namespace, component.name)
    unseen: list[str] = []
    for concern, places in seen:
        if concern.kind is Change.METRIC and used.watching is None:
            unseen += concern.names
        elif concern.kind is Change.NOTE:
            yield finding(CHECK, "ok", about, f"to know: {concern.says}")
        elif places:
            more = f" and {len(places) - _EXAMPLES} more" if len(places) > _EXAMPLES else ""
            told = f"{', '.join(places[:_EXAMPLES])}{more}: {concern.says}"
            yield finding(CHECK, concern.status, about, told, value=len(places))
        else:
            yield finding(CHECK, "ok", about, f"not used here: {', '.join(concern.names)}")
    if unseen:
        told = f"no rules or dashboards were given, so nobody knows whether they use {', '.join(unseen)}"
        yield finding(CHECK, "unknown", about, told)


def _places(concern: Concern, used: Used) -> list[str]:
    """Where the platform is concerned, for people."""
    if concern.kind is Change.METRIC:
        return [name for name in concern.names if used.watching and _stands_in(name, used.watching)]
    if concern.kind is Change.SETTING:
        return [f"setting {name}" for name in concern.names if _stands_in(name, used.settings)]
    if concern.kind is Change.ENVIRONMENT:
        return [f"variable {name}" for name in concern.names if name in used.environment]
    if concern.kind is Change.ARGUMENT:
        given = {one.partition("=")[0] for one in used.arguments}
        return [f"argument {name}" for name in concern.names if name in given]
    if concern.kind is Change.IMAGE:
        return [f"image {short(one)}" for one in used.images if one.startswith(concern.names)]
    if concern.kind is Change.FIELD:
        paths = dict.fromkeys(path for row in concern.paths.values() for path in row)
        having = [(path, used.fields.get(path, [])) for path in paths]
        return [f"{name} in {_few(objects)}" for name, objects in having if objects]
    return []


def _few(objects: list[str]) -> str:
    return objects[0] if len(objects) == 1 else f"{counted(len(objects), 'object')} such as {objects[0]}"


def _stands_in(word: str, whole: str) -> bool:
    return re.search(rf"(?<![A-Za-z0-9_:]){re.escape(word)}(?![A-Za-z0-9_:])", whole) is not None or (
        re.search(rf"(?m)^\s*[\"']?{re.escape(word)}[\"']?\s*:", whole) is not None
    )
