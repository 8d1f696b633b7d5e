# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write one object of a backup: create it, replace what is there, or finish what was begun. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import plan as plans
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.anew import over
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.holding import (
    free_form,
    held_form,
    is_marked,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Served
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Row
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import encode
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import TERMINATING, Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

_ATTEMPTS = 4
_CHANGED = "it changed since the plan was made, and was left as it is; run again"


@dataclass(frozen=True, slots=True)
class Task:
    """One write.

    body: without what a cluster gives out. is_home_new: this restore made its namespace, so whatever is there already
    was made by a controller. status_apart: the server takes the status by a request of its own.
    """

    row: Row
    served: Served
    body: dict[str, Any]
    is_home_new: bool = False
    status_apart: bool = False

    @property
    def is_in_two(self) -> bool:
        """Whether its status is state that is written after it."""
        return self.status_apart and self.served.kind.status and bool(self.body.get("status"))

    @property
    def collection(self) -> str:
        return resource(self.served.api, self.served.kind.plural, self.row.key[1] or None)

    @property
    def path(self) -> str:
        return resource(self.served.api, self.served.kind.plural, self.row.key[1] or None, self.row.key[2])


@dataclass(frozen=True, slots=True)
class Written:
    """uid: of the object in the cluster. note: what is not as it was. is_new: whether anything was written."""

    uid: str
    note: str = ""
    is_new: bool = True


def write(client: Client, task: Task, *, dry: bool = False) -> Written:
    """Carry out what a row says.

    :param dry: ask the server whether it would take it, and write nothing
    :raises OpsError: when the server does not take it; unverified when it is there without its status
    """
    if task.row.act == plans.FINISH:
        live = _unchanged(client, task)
        return Written(live["metadata"]["uid"]) if dry else _complete(client, task, live)
    if task.row.act == plans.REPLACE:
        return _replace(client, task, _unchanged(client, task), dry)
    return _create(client, task, dry)


def _create(client: Client, task: Task, dry: bool) -> Written:
    body, note = _first(task), ""
    try:
        answer = client.create(task.collection, body, dry_run=dry)
    except OpsError as error:
        if error.status == 409:
            return _met(client, task, error, dry)
        if error.status != 422 or not _is_port_taken(task, error):
            raise
        answer = client.create(task.collection, _without_ports(body), dry_run=dry)
        note = "its node port belongs to another Service, so the cluster gave it a new one"
    if dry or not task.is_in_two:
        return Written(answer["metadata"]["uid"], note)
    try:
        return _complete(client, task, answer)
    except OpsError as error:
        raise _undone(client, task, answer, error) from error


def _first(task: Task) -> dict[str, Any]:
    """What is sent first: without finalizers where a status follows, so that it can be taken back at once."""
    if not task.is_in_two:
        return task.body
    metadata = {key: value for key, value in task.body["metadata"].items() if key != "finalizers"}
    return {**{key: value for key, value in task.body.items() if key != "status"}, "metadata": metadata}


def _undone(client: Client, task: Task, made: Mapping[str, Any], error: OpsError) -> OpsError:
    """Without its status its controller would start it again, so it is taken back."""
    try:
        live = client.get_or_none(task.path)
        if (
            live
            and client.delete(task.path, made["metadata"]["uid"], live["metadata"]["resourceVersion"]) == TERMINATING
        ):
            raise OpsError("unverified", "a finalizer holds it")
    except OpsError as refusal:
        return OpsError(
            "unverified",
            f"its status could not be written ({error.message}), nor could it be deleted again ({refusal.message}); "
            "its controller would start it again",
            status=error.status,
        )
    message = f"its status could not be written, so it was deleted again, else it would run again: {error.message}"
    return OpsError(error.kind, message, request=error.request, status=error.status)


def _met(client: Client, task: Task, refusal: OpsError, dry: bool) -> Written:
    """Somebody else has made it since the plan, such as the last request of a restore that was killed."""
    live = client.get_or_none(task.path)
    if live is None:
        raise refusal  # a namespace that is being deleted says so by a conflict too
    if plans.is_ending(live):
        raise OpsError("conflict", "it is being deleted; run again when it is gone")
    served = task.served
    if encode(served.kind, served.api, served.name, free_form(served.kind.resource, live)).digest == task.row.digest:
        return Written(live["metadata"]["uid"], is_new=False)
    if task.is_in_two and plans.mark(live) and plans.mark(live) == plans.mark(task.body) and plans.is_begun(live):
        return Written(live["metadata"]["uid"]) if dry else _complete(client, task, live)
    if task.is_home_new:
        return _replace(client, task, live, dry)
    raise OpsError("conflict", "somebody made it since the plan was made, and it was left as it is; run again")


def _replace(client: Client, task: Task, live: Mapping[str, Any], dry: bool) -> Written:
    """What is held stays held, until all is there."""
    body = held_form(task.served.kind.resource, task.body) if is_marked(live) else task.body
    answer = client.replace(task.path, over(task.served.kind, body, live), dry_run=dry)
    if dry or not task.is_in_two:
        return Written(answer["metadata"]["uid"])
    return _complete(client, task, answer)


def _unchanged(client: Client, task: Task) -> dict[str, Any]:
    """The object, as long as it is the one of the plan."""
    live = client.get_or_none(task.path)
    metadata = mapping((live or {}).get("metadata"))
    planned = task.row.uid and (task.row.uid, task.row.version)
    if live is None or (planned and planned != (metadata.get("uid"), metadata.get("resourceVersion"))):
        raise OpsError("conflict", _CHANGED)
    return live


def _complete(client: Client, task: Task, live: dict[str, Any]) -> Written:
    """Write the status, and the finalizers after it."""
    uid = live["metadata"]["uid"]
    if live.get("status") != task.body["status"]:
        live = _with_status(client, task, live)
    finalizers = task.body["metadata"].get("finalizers")
    there = sequence(live["metadata"].get("finalizers"))
    if finalizers and not set(finalizers) <= set(there):
        version = live["metadata"]["resourceVersion"]
        wanted = [*there, *(one for one in finalizers if one not in there)]
        client.patch(task.path, {"metadata": {"resourceVersion": version, "finalizers": wanted}})
    return Written(uid)


def _with_status(client: Client, task: Task, live: dict[str, Any]) -> dict[str, Any]:
    """The object with its status; what another wrote to it meanwhile is read again, not overwritten."""
    for _attempt in range(_ATTEMPTS):
        try:
            return client.replace(f"{task.path}/status", {**live, "status": task.body["status"]})
        except OpsError as error:
            if error.status != 409:
                raise
        live = client.get(task.path)
    raise OpsError("conflict", f"it changed {_ATTEMPTS} times while its status was to be written", status=409)


def _is_port_taken(task: Task, error: OpsError) -> bool:
    return task.served.kind.resource == "services" and "already allocated" in error.message


def _without_ports(body: dict[str, Any]) -> dict[str, Any]:
    spec = mapping(body.get("spec"))
    ports = [
        {key: value for key, value in mapping(one).items() if key != "nodePort"} for one in sequence(spec.get("ports"))
    ]
    return {**body, "spec": {**spec, "ports": ports}}
