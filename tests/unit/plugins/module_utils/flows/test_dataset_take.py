# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.dataset import Dataset
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import dataset_take
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.dataset_take import Taken
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Kept

from tests.support.datasets import Vault, vault


@pytest.fixture
def kept(tmp_path: Path) -> Vault:
    return vault(tmp_path / "vault")


def test_what_may_hold_secrets_is_kept_for_somebody_alone(kept: Vault) -> None:
    without = {**kept.keeping, "recipients": []}
    with pytest.raises(OpsError, match="never stored in clear") as caught:
        dataset_take.order_of(without, "etcd_snapshot", secret=True)
    assert caught.value.kind == "refused"
    assert dataset_take.order_of(without, "prometheus_snapshot", secret=False).recipients.names == ()
    assert len(dataset_take.order_of(kept.keeping, "etcd_snapshot", secret=True).recipients.names) == 1


def test_a_key_that_nobody_trusts_is_refused_with_its_public_part(kept: Vault, tmp_path: Path) -> None:
    other = vault(tmp_path / "other")
    with pytest.raises(OpsError, match="nobody would believe") as caught:
        dataset_take.order_of({**kept.keeping, "trusted_keys": [other.signer.public]}, "x", secret=False)
    assert kept.signer.public in (caught.value.hint or "")


def test_what_was_kept_is_told_with_its_place_and_what_was_not_is_no_dataset(kept: Vault) -> None:
    order = kept.order("etcd_snapshot")
    made = Dataset("2026-11-21T08-00-00Z", "lab", "etcd_snapshot", "s", "f", "o", ("age1",), (), {"revision": 3})
    told = dataset_take.told(order, Taken(Kept(made, "/store/x", 2048), "revision 3", made.facts))
    assert told["line"] == "revision 3 in 2026-11-21T08-00-00Z · 0 B stored, 2.0 KiB new · verified"
    assert [(one["check"], one["status"]) for one in told["findings"]] == [("etcd_snapshot", "ok")]
    assert told["dataset"]["encrypted"]
    planned = dataset_take.told(order, Taken(None, "revision 3", {}))
    assert (planned["line"], planned["dataset"]["id"], planned["findings"]) == ("would keep revision 3", "", [])
