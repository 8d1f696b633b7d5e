# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Move fields of specifications to the names that they have now, and take that back. Private API.

Only names that the version to go back to knows as well are used, so the way back of an upgrade stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import application_sync, upgrade_record
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import (
    Acted,
    error_of,
    require_max_changes,
    require_texts,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import component_of, workloads
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import migration
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import Component, known_to
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.migration import Decision
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version, parse

MIGRATED, REVERTED = "migrated", "reverted"
_TRIES = 5  # a controller may write the same object meanwhile
_DONE = {MIGRATED: ("migrate", "migrated"), REVERTED: ("take back", "taken back")}


@dataclass
class _Target:
    """An object that is to be changed, or must not be; what was decided, and what became of it."""

    plural: str
    path: str
    item: Item
    decision: Decision
    outcome: str = "refused"
    reason: str = ""

    def action(self, state: str) -> Action:
        meta = self.item["metadata"]
        verb, done = _DONE[state]
        return Action(
            kind=text(self.item.get("kind")),
            namespace=text(meta.get("namespace")),
            name=text(meta.get("name")),
            uid=text(meta.get("uid")),
            verb=verb,
            done=done,
            outcome=self.outcome,
            detail=", ".join(self.decision.words),
            reason=self.reason,
            evidence=kubectl(
                "get", self.plural, text(meta.get("name")), "-o yaml", namespace=text(meta.get("namespace"))
            ),
            before=dict(self.decision.before or {}),
            after=dict(self.decision.after or {}),
        )


def act(client: Client, options: Mapping[str, Any], check: bool) -> Acted:
    """Migrate what has fields of older names, or take back what the last upgrade migrated.

    :raises OpsError: before anything is touched
    """
    require_texts(options)
    component, state = component_of(options), options["state"]
    fence = Fence.from_option(client, options["lock"])
    since = _since(client, component, options["operations_namespace"])
    decide = _decider(client, component, since, state)
    targets = [one for plural in _plurals(component) for one in _targets(client, component, plural, decide)]
    changing = [one for one in targets if one.decision.item is not None]
    require_max_changes(len(changing), options["max_changes"], "specifications")
    error = _carry_out(client, changing, decide, fence, check)
    actions = [one.action(state) for one in targets]
    # What is kept elsewhere is told; it is no failure of what could be done here.
    failed = error_of([one for one in actions if one.outcome in ("failed", "unverified")])
    return Acted(actions, error or failed, {"since": str(since)})


def _since(client: Client, component: Component, namespace: str) -> Version:
    """The version to which the way back leads: that of the last upgrade, else the one that runs."""
    record = upgrade_record.load(client, upgrade_record.place(namespace, component.name))
    return parse(record.old) if record else workloads(client, component)[0].version


def _plurals(component: Component) -> list[str]:
    rules = (rule for release in component.releases for rule in release.migrations)
    return list(dict.fromkeys(plural for rule in rules for plural in rule.resources))


def _decider(client: Client, component: Component, since: Version, state: str) -> Callable[[Item, str], Decision]:
    if state == REVERTED:
        return lambda item, _plural: migration.revert(item, str(since))
    rules = known_to(component, since)
    applications = application_sync.applications(client) if rules else []
    return lambda item, plural: migration.migrate(item, plural, rules, str(since), applications)


def _targets(
    client: Client, component: Component, plural: str, decide: Callable[[Item, str], Decision]
) -> Iterator[_Target]:
    """The objects of a kind that are to be changed, or must not be."""
    try:
        for page in client.pages(resource(component.api, plural)):
            for item in page:
                decision = decide(item, plural)
                if decision.item is not None or decision.refusal:
                    meta = item["metadata"]
                    path = resource(component.api, plural, meta.get("namespace"), meta["name"])
                    yield _Target(plural, path, item, decision, reason=decision.refusal)
    except NotFoundError:
        return  # the cluster has no such kind


def _carry_out(
    client: Client, changing: list[_Target], decide: Callable[[Item, str], Decision], fence: Fence, check: bool
) -> OpsError | None:
    """One after the other; an object that cannot be changed does not keep the others from it, a lost lock does."""
    progress, lost = Progress("specification_migration", len(changing)), None
    for target in changing:
        try:
            if not check and lost is None:
                fence.check()
        except OpsError as error:
            lost = error
        if lost:
            target.outcome, target.reason = "not_reached", "the work ended before its turn"
            continue
        try:
            target.outcome = _change(client, target, decide, check)
        except OpsError as error:
            target.outcome = "unverified" if error.kind == "unverified" else "failed"
            target.reason = error.message
        progress.step()
    return lost


def _change(client: Client, target: _Target, decide: Callable[[Item, str], Decision], check: bool) -> str:
    """Write one object, bound to its uid and version, and look whether it became so.

    :returns: the outcome
    """
    for attempt in range(_TRIES):
        if target.decision.item is None:
            target.reason = target.decision.refusal
            return "refused" if target.reason else "unchanged"
        try:
            client.replace(target.path, target.decision.item, dry_run=check)
            break
        except OpsError as error:
            found = client.get_or_none(target.path) if error.kind == "conflict" else None
            if found is None or attempt == _TRIES - 1:
                raise
            if found["metadata"]["uid"] != target.item["metadata"]["uid"]:
                raise OpsError("conflict", "it is another object by now") from error
            target.item, target.decision = found, decide(found, target.plural)
    if check:
        return "planned"
    left = decide(client.get(target.path), target.plural)
    if left.item is not None or left.refusal:
        raise OpsError("unverified", "it was accepted, and the object is as it was")
    return "changed"
