# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take the backup that the options of a module ask for, and tell what it is. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys, manifest, report
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import catalogue
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.retention import CLASSES
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import why_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_due import due
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import store_id
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_take import Order, take
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client

SPEC: dict[str, dict[str, Any]] = {
    **backup_options.STORE_SPEC,
    "signing_key": {"type": "path", "required": True},
    "recipients": {"type": "list", "elements": "str", "default": []},
    "kinds": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {"resource": {"type": "str", "required": True}, "status": {"type": "bool", "default": False}},
    },
    "classes": {"type": "list", "elements": "str", "choices": list(CLASSES), "default": []},
    "when_due": {"type": "bool", "default": False},
    "timezone": {"type": "str", "default": "UTC"},
    "before": {"type": "str", "default": ""},
    "reason": {"type": "str", "default": ""},
    "actor": {"type": "str", "default": ""},
}


def order_of(options: Mapping[str, Any], version: str) -> Order:
    """What is to be backed up, judged before anything is read.

    :param version: of this collection
    :raises OpsError: invalid or refused, naming the option
    """
    if options["when_due"] and options["classes"]:
        raise OpsError("invalid", "classes: when_due finds out itself what a backup is kept as; give one of both")
    trusted = backup_options.trusted_of(options)
    return Order(
        platform=backup_options.platform_of(options),
        kinds=catalogue(options["kinds"]),
        recipients=keys.recipients(options["recipients"]),
        signer=backup_options.trusted_signer_of(options["signing_key"], trusted),
        trusted=trusted,
        tool=f"agent_platform.ops {version}",
        classes=tuple(name for name in CLASSES if name in options["classes"]),
        before=_before(options),
        **why_of(options),
    )


def _before(options: Mapping[str, Any]) -> str:
    """:raises OpsError: invalid, when it is no id of a backup"""
    if options["before"]:
        manifest.path_of(options["platform"], options["before"])
    return str(options["before"])


def carry_out(client: Client, options: Mapping[str, Any], order: Order, *, check: bool) -> dict[str, Any]:
    """{changed, backup, line, findings} of the backup that was taken, or in check mode would be.

    :raises OpsError: then there is no new backup
    """
    if options["when_due"]:
        classes, newest = due(options, order.trusted, datetime.now(UTC))
        if newest and not classes:
            return _nothing_due(options, newest)
        order = replace(order, classes=classes)
    elif check:
        there = backup_options.look_of(options)
        if there:
            store_id(there, order.platform, create=False)  # whether it answers at all
    store = None if check else backup_options.open_of(options, create=True)
    taken = take(client, store, order)
    told = report.facts(taken.manifest)
    named = {"place": store.place(told["path"])} if store else {"id": "", "path": "", "place": ""}
    return {
        "changed": True,
        "backup": {**told, **named, "new_bytes": taken.new_bytes, "made_anew": taken.named},
        "line": report.line(taken.manifest, taken.new_bytes, check=check),
        "findings": report.coverage(taken.manifest, {row["resource"] for row in options["kinds"]}),
    }


def _nothing_due(options: Mapping[str, Any], newest: Manifest) -> dict[str, Any]:
    told = report.facts(newest)
    place = backup_options.open_of(options).place(told["path"])
    return {
        "changed": False,
        "backup": {**told, "place": place, "new_bytes": 0, "made_anew": {}},
        "line": f"nothing is due; the newest backup is {newest.id}",
        "findings": report.coverage(newest, {row["resource"] for row in options["kinds"]}),
    }
