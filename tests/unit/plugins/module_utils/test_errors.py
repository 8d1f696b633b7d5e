# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import KINDS, OpsError


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_is_one_sentence_and_a_key_for_machines(kind):
    result = OpsError(kind, "it broke.", request="GET /x", status=500, hint="Mend it.").as_result("prod")
    assert result["msg"] == "prod: it broke. Mend it."
    assert result["error"] == {
        "kind": kind,
        "platform": "prod",
        "request": "GET /x",
        "status": 500,
        "hint": "Mend it.",
    }


def test_an_unknown_kind_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="oops"):
        OpsError("oops", "x")
