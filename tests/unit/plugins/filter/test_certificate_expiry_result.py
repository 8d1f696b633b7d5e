# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.agent_platform.ops.plugins.filter.certificate_expiry_result import FilterModule

RESULT = FilterModule().filters()["certificate_expiry_result"]
SOON = {
    "metadata": {"name": "webhooks-tls", "namespace": "argo"},
    "status": {"notAfter": "2026-12-01T08:00:00Z", "conditions": [{"type": "Ready", "status": "True"}]},
}


@pytest.mark.parametrize(("warning", "status"), [("14d", "warning"), ("9d", "ok"), ("1w3d", "warning")])
def test_the_limits_are_durations(warning, status):
    made = RESULT({"resources": [SOON]}, as_of="2026-11-21T08:00:00Z", warning=warning)
    assert made["findings"][0]["status"] == status


def test_without_a_moment_it_judges_by_now():
    assert RESULT({"resources": []}, {"resources": [{}]})["summary"] == "no certificates"


@pytest.mark.parametrize(("option", "value"), [("warning", "-3d"), ("critical", "soon"), ("as_of", "yesterday")])
def test_what_cannot_be_understood_is_refused_by_name(option, value):
    with pytest.raises(AnsibleFilterError, match=f"{option}: '{value}'"):
        RESULT({"resources": []}, **{option: value})
