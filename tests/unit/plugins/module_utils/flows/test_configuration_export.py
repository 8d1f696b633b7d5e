# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import configuration_export

from tests.support.datasets import Vault, vault


class FakeClient:
    """Pages of one object; what ends with `refuse` breaks off after the first page."""

    def __init__(self, refuse: str = "/none") -> None:
        self._refuse = refuse

    def pages(self, path: str, **_options: Any) -> Iterator[list[dict]]:
        yield [{"metadata": {"name": path.rsplit("/", 1)[1]}}]
        if path.endswith(self._refuse):
            raise OpsError("forbidden", "no")


@pytest.fixture
def kept(tmp_path: Path) -> Vault:
    return vault(tmp_path / "vault")


def test_half_a_list_is_critical_and_not_kept_and_the_others_are(kept: Vault) -> None:
    order = kept.order("configuration_export")
    taken = configuration_export.take(FakeClient("ingresses"), order, lambda: kept.store, {"a": 1}, check=False)
    assert [(one["status"], one["subject"]["name"]) for one in taken.findings] == [("critical", "ingresses")]
    assert "ingresses.json" not in taken.facts["documents"]
    assert taken.facts["objects"]["networkpolicies"] == 1
    assert taken.words == "4 documents with 3 objects"


def test_check_mode_reads_and_opens_no_store(kept: Vault) -> None:
    def never() -> None:
        raise AssertionError

    taken = configuration_export.take(FakeClient(), kept.order("configuration_export"), never, {}, check=True)
    assert (taken.kept, taken.words, taken.findings) == (None, "5 documents with 4 objects", ())
