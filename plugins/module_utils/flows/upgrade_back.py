# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take an upgrade back: the workloads first, then the definitions, then the record of it. Private API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_record, upgrade_release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import Placed, look, told, workloads
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import UNDER_WAY, Kept, Record
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_release import Release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_writes import Task, Writing
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import fields, rollout
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import Component
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import parse


@dataclass
class TakingBack:
    client: Client
    component: Component
    place: str
    record: Record | None
    writing: Writing
    release: Release | None

    def act(self, options: Mapping[str, Any], *, automatic: bool) -> Acted:
        """Take the last upgrade back.

        :param automatic: the upgrade failed: definitions without which data would be lost stay as they are, instead
            of a refusal
        """
        placed = workloads(self.client, self.component)
        upgrade_release.require_same_method(self.record, self.release)
        if not automatic:
            self.require_nothing_lost(placed, options)
        tasks = [*self.moves(placed), *self._definitions(automatic)]
        if any(one.changes for one in tasks) and not self.writing.check:
            self.begin()
        error = self.writing.carry_out(tasks)
        if error is None and self.record is not None and not self.writing.check:
            self.writing.fence.check()
            upgrade_record.remove(self.client, self.place, self.record)
        return Acted([one.action() for one in tasks], error, self.more(placed))

    def moves(self, placed: list[Placed]) -> Iterator[Task]:
        """What is done to the workloads, and that they are looked at."""
        return map(self._workload, reversed(placed))

    def more(self, placed: list[Placed]) -> dict[str, Any]:
        """What the result tells besides its rows."""
        old = self.record.old if self.record else ""
        return {"old": old, "new": old, "left_out": {}, "workloads": told(placed, self.component)}

    def begin(self) -> None:
        """A way back that is killed leaves the upgrade under way: whoever goes ahead again keeps what it had kept."""
        if self.record is None or self.record.phase == UNDER_WAY:
            return
        record = replace(self.record, phase=UNDER_WAY)
        self.writing.fence.check()
        upgrade_record.save(self.client, self.place, record, self.component.name)
        self.record = record

    def _workload(self, placed: Placed) -> Task:
        """One that the record does not know was moved by an earlier upgrade, and stays."""
        kept = rollout.kept_of(placed.item) if self.record else None
        patch = rollout.back(placed.item, placed.workload) if kept and self._is_of_record(kept) else []
        detail = f"{placed.version} → {kept['version']}" if patch and kept else str(placed.version)
        workload = placed.workload
        return Task(
            workload.kind, self.component.namespace, workload.name, placed.path, patch, "taken back", detail,
            uid=placed.item["metadata"]["uid"],
        )  # fmt: skip

    def _is_of_record(self, kept: Mapping[str, Any]) -> bool:
        return self.record is not None and parse(kept["version"]) == parse(self.record.old)

    def require_nothing_lost(self, placed: list[Placed], options: Mapping[str, Any]) -> None:
        if self.record is None:
            return
        versions = (placed[0].version, parse(self.record.old))
        refusal = look(self.client, self.component, placed, versions, options).refusal
        if refusal:
            raise refusal
        for kept in self.record.kept:
            lost = next(self._lost(kept), None)
            if lost:
                hint = "Remove the field from the object where it is not needed, or keep the newer version."
                raise OpsError("refused", f"the older definition would lose data: {lost}", hint=hint)

    def _definitions(self, automatic: bool) -> Iterator[Task]:
        for kept in self.record.kept if self.record else ():
            live = self.client.get_or_none(kept.path)
            meta = mapping((live or {}).get("metadata"))
            task = Task(
                kept.kind, text(meta.get("namespace")), kept.path.rpartition("/")[2], kept.path,
                done="taken back", uid=text(meta.get("uid")),
            )  # fmt: skip
            if kept.item is None or live is None:
                task.detail = "it was not there before, and stays"
            elif automatic and next(self._lost(kept), None):
                task.detail = "it stays, since objects use what only the newer one knows"
            elif not _same(kept.item, live):
                given = {"uid": meta["uid"], "resourceVersion": meta["resourceVersion"]}
                task.body = {**kept.item, "metadata": {**kept.item["metadata"], **given}}
            yield task

    def _lost(self, kept: Kept) -> Iterator[str]:
        """Fields of live objects that the kept definition does not know: "Workflow argo/x: spec.y"."""
        if kept.kind != "CustomResourceDefinition" or kept.item is None:
            return
        spec = mapping(kept.item.get("spec"))
        version = next((mapping(one) for one in sequence(spec.get("versions")) if mapping(one).get("storage")), {})
        schema = mapping(mapping(version.get("schema")).get("openAPIV3Schema"))
        names = mapping(spec.get("names"))
        api = f"{text(spec.get('group'))}/{text(version.get('name'))}"
        for page in self.client.pages(resource(api, text(names.get("plural")))):
            for item in page:
                meta = mapping(item.get("metadata"))
                for path in fields.pruned(schema, item):
                    place = "/".join(filter(None, (text(meta.get("namespace")), text(meta.get("name")))))
                    yield f"{text(names.get('kind'))} {place}: {path}"


def _same(kept: Mapping[str, Any], live: Mapping[str, Any]) -> bool:
    meta, given = mapping(live.get("metadata")), mapping(kept.get("metadata"))
    own = {key: meta[key] for key in ("name", "namespace", "labels", "annotations") if key in meta}
    return own == given and all(live.get(key) == value for key, value in kept.items() if key != "metadata")
