# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How modules that keep a dataset are asked, and how they tell what they kept. Private API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Kept, Order
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

SPEC: dict[str, dict[str, Any]] = {
    **backup_options.STORE_SPEC,
    "platform": {"type": "str", "required": True},
    "signing_key": {"type": "path", "required": True},
    "recipients": {"type": "list", "elements": "str", "default": []},
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What a provider gave. kept: nothing in check mode. words: what it is, for people. findings: besides its own."""

    kept: Kept | None
    words: str
    facts: Mapping[str, Any]
    findings: tuple[dict[str, Any], ...] = ()


#: (order, opens the store when something is to be written) -> what was taken
Take = Callable[[Order, Callable[[], Store]], Taken]


def run(module: AnsibleModule, provider: str, take: Take, *, secret: bool) -> None:
    """Carry out a module that keeps a dataset, and exit.

    :param provider: names its folder in the store, and its findings
    :param secret: whether the data may hold secrets, so that it is kept encrypted alone
    """
    options = module.params
    backup_options.hide_keys(module)
    meter = Meter()
    try:
        order = order_of(options, provider, secret=secret)
        taken = take(order, lambda: backup_options.open_of(options, create=True))
    except OpsError as error:
        module.fail_json(**error.as_result(options["platform"]))
    module.exit_json(**told(order, taken), cost=meter.read())


def order_of(options: Mapping[str, Any], provider: str, *, secret: bool) -> Order:
    """What is to be kept for whom, judged before anything is read.

    :raises OpsError: invalid or refused, naming the option
    """
    trusted = backup_options.trusted_of(options)
    signer = backup_options.trusted_signer_of(options["signing_key"], trusted)
    recipients = keys.recipients(options["recipients"])
    if secret and not recipients.keys:
        raise OpsError(
            "refused",
            f"recipients is empty, and {provider} may hold secrets, which are never stored in clear",
            hint="Set platform_backup_recipients in the inventory to public keys such as age1….",
        )
    return Order(backup_options.platform_of(options), provider, recipients, signer, trusted)


def told(order: Order, taken: Taken) -> dict[str, Any]:
    """{changed, dataset, line, findings} of a module."""
    if taken.kept is None:
        return {
            "changed": True,
            "dataset": {"id": "", "provider": order.provider, "place": "", "facts": dict(taken.facts)},
            "line": f"would keep {taken.words}",
            "findings": list(taken.findings),
        }
    row = taken.kept.row()
    sizes = f"{as_bytes(row['bytes'])} stored, {as_bytes(row['new_bytes'])} new"
    line = f"{taken.words} in {row['id']} · {sizes} · verified"
    good = finding(order.provider, "ok", subject("Dataset", "", row["id"]), line, evidence=row["place"])
    return {"changed": True, "dataset": row, "line": line, "findings": [*taken.findings, good]}
