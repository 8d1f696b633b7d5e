# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.retention import CLASSES
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_order import SPEC, carry_out, order_of
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.backup_server import Cluster, client

from tests.support.backups import make_keys, signing_key


@pytest.fixture
def keys(tmp_path):
    return make_keys(tmp_path / "keys")


def test_an_order_says_what_the_options_say(keys):
    order = order_of(keys.options("s", classes=["yearly", "daily"], kinds=[{"resource": "jobs.batch"}]), "1.2.3")
    assert (order.platform, order.tool, order.classes) == ("lab", "agent_platform.ops 1.2.3", ("daily", "yearly"))
    assert order.recipients.names == (keys.recipient,)
    assert "jobs.batch" in {kind.resource for kind in order.kinds}
    assert tuple(SPEC["classes"]["choices"]) == CLASSES


def test_a_key_that_nobody_trusts_signs_nothing_and_its_public_key_is_shown(keys, tmp_path):
    with pytest.raises(OpsError, match="nobody would believe") as refused:
        order_of(keys.options("s", trusted_keys=[signing_key(tmp_path / "other")]), "1")
    assert keys.trusted in refused.value.hint


@pytest.mark.parametrize("there", [True, False])
def test_a_rehearsal_looks_at_the_store_where_there_is_one_and_writes_nothing(keys, tmp_path, there):
    folder = tmp_path / "store"
    if there:
        folder.mkdir()
    options = keys.options(str(folder), kinds=[{"resource": "typos.example.org"}])
    with Cluster().serve() as server:
        told = carry_out(client(server), options, order_of(options, "1"), check=True)
    assert told["changed"]
    assert (told["backup"]["id"], told["backup"]["objects"]) == ("", 7)
    assert [one["subject"]["name"] for one in told["findings"] if one["status"] == "warning"] == ["typos.example.org"]
    assert not folder.exists() or list(folder.iterdir()) == []
