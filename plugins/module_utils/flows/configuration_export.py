# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep the configuration around a platform as documents. Private API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import configuration
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.configuration import EXPORTED, Exported
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.files import File
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import datasets
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.dataset_take import Taken
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Content, Order
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

PROVIDER = "configuration_export"
FACTS = "facts.json"


def take(
    client: Client, order: Order, open_store: Callable[[], Store], given: Mapping[str, Any], *, check: bool
) -> Taken:
    """Keep the documents; in check mode read only. A kind that cannot be read is a critical finding.

    :raises OpsError: then nothing was kept
    """
    started = datetime.now(UTC)
    documents, counts, missing = {FACTS: configuration.facts(given)}, {}, []
    for what in EXPORTED:
        try:
            items = _items(client, what)
        except OpsError as error:
            missing.append(_unread(what, error))
            continue
        documents[what.file] = configuration.objects(what, items)
        counts[what.plural] = len(items)
    facts = {"documents": sorted(documents), "objects": counts, "facts": sorted(given)}
    words = f"{text.count(len(documents), 'document')} with {text.count(sum(counts.values()), 'object')}"
    if check:
        return Taken(None, words, facts, tuple(missing))
    content = Content("documents", lambda: iter([File(name, len(data), [data]) for name, data in documents.items()]))
    kept = datasets.keep(open_store(), order, started, [content], facts)
    return Taken(kept, words, kept.dataset.facts, tuple(missing))


def _items(client: Client, what: Exported) -> list[dict[str, Any]]:
    return [item for page in client.pages(resource(what.api, what.plural)) for item in page]


def _unread(what: Exported, error: OpsError) -> dict[str, Any]:
    message = f"{what.plural} are not in the documents: {error.message}"
    return finding(PROVIDER, "critical", subject("Resource", "", what.plural), message)
