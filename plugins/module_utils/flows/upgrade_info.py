# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell whether a component may be moved to another version, or back. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking, upgrade_record, upgrade_release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import component_of, look, workloads
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import UNDER_WAY, Record
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_release import Release
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import Component
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.judgement import CHECK, Judgement
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version, Way, parse


def prepare(options: dict[str, Any]) -> looking.Look:
    """:raises OpsError: invalid, for a version or data of another form"""
    component = component_of(options)
    release = upgrade_release.of(options, component)
    target = parse(options["version"]) if options["version"] else None
    return lambda client: _look(client, (component, release), target, options)


def _look(
    client: Client, what: tuple[Component, Release | None], target: Version | None, options: Mapping[str, Any]
) -> dict[str, Any]:
    component, release = what
    record = upgrade_record.load(client, upgrade_record.place(options["operations_namespace"], component.name))
    placed = workloads(client, component)
    old = placed[0].version
    if target and record and record.phase == UNDER_WAY:
        old = parse(record.old)
    new = target or (parse(record.old) if record else old)
    judgement = look(client, component, placed, (old, new), options)
    refusal = _refusal(component, record, target, judgement, (old, new))
    belonging, findings = upgrade_release.judged(client, release, placed, record)
    refusal = refusal or belonging
    about = subject("Component", component.namespace, component.name)
    told = _line(component, record, target, (old, new), refusal)
    return {
        "line": told,
        "old": str(old),
        "new": str(new) if target or record else "",
        "way": str(judgement.way),
        "allowed": not refusal,
        "refusal": refusal,
        "phase": record.phase if record else "",
        "workloads": [
            {"kind": one.workload.kind, "name": one.workload.name, "version": str(one.version)} for one in placed
        ],
        "findings": [finding(CHECK, "critical" if refusal else "ok", about, told), *judgement.findings, *findings],
    }


def _refusal(
    component: Component,
    record: Record | None,
    target: Version | None,
    judgement: Judgement,
    versions: tuple[Version, Version],
) -> str:
    """Why the move may not be made, as sentences; nothing when it may."""
    if target and record and record.phase == UNDER_WAY and parse(record.new) != target:
        return f"An upgrade {record.old} → {record.new} is under way; finish it or take it back first."
    if target and judgement.way is Way.BACK:
        return f"{component.title} {versions[0]} → {target} goes back; an upgrade is taken back with state rolled_back."
    return judgement.refusal.as_result()["msg"] if judgement.refusal else ""


def _line(
    component: Component,
    record: Record | None,
    target: Version | None,
    versions: tuple[Version, Version],
    refusal: str,
) -> str:
    if refusal:
        return refusal
    if not target and not record:
        return f"{component.title} {versions[0]}: no upgrade is recorded, so there is nothing to take back"
    if versions[0] == versions[1]:
        return f"{component.title} is {versions[0]} already"
    again = "goes on" if target and record and record.phase == UNDER_WAY else "may be made"
    return f"{component.title} {versions[0]} → {versions[1]} {again}"
