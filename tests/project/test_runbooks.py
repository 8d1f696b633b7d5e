# SPDX-License-Identifier: GPL-3.0-or-later
"""The runbooks of the collection meet the rules of module runbook_info, and checks name runbooks that exist."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import runbook_info
from ansible_collections.agent_platform.ops.plugins.module_utils.health.catalogue import CHECKS
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import lint

from tests.support.commands import ROOT

PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_a_person_can_rely_on_the_runbook(playbook) -> None:
    wanted = runbook_info.Wanted([str(playbook)], datetime.now(UTC).date())
    report = runbook_info.report(wanted)
    assert [lint.as_line(one) for one in report["findings"]] == []
    assert report["counts"]["runbooks"] == 1


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_the_runbook_that_treats_what_a_check_finds_exists(check) -> None:
    assert check.runbook in ("", *(path.stem for path in PLAYBOOKS))
