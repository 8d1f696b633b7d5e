# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.policy import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError


def test_durations_as_people_write_them():
    found = Policy.parse("7d", "36h", "0", keep_newest=2)
    assert found == Policy(succeeded=604_800, failed=129_600, error=0, keep_newest=2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"succeeded": -1}, "succeeded: -1 is not a whole number of 0 or more"),
        ({"failed": 1.5}, "failed: 1.5 is not"),
        ({"error": True}, "error: True is not"),
        ({"keep_newest": "5"}, "keep_newest: '5' is not"),
        ({"max_deletions": None}, "max_deletions: None is not"),
        ({"failed_with_workspace": "maybe"}, "failed_with_workspace: 'maybe' is neither keep nor delete"),
    ],
)
def test_what_is_no_policy_is_refused(options, message):
    with pytest.raises(OpsError, match=message) as refused:
        Policy(**options)
    assert refused.value.kind == "invalid"


def test_a_negative_retention_is_refused_with_the_option():
    with pytest.raises(OpsError, match="failed: '-7d' is not a duration"):
        Policy.parse("7d", "-7d", "7d")
