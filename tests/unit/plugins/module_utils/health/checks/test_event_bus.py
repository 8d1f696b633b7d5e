# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.event_bus import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    condition,
    look,
    said,
)


def bus(*conditions: dict) -> dict:
    return {"metadata": {"namespace": "argo", "name": "default"}, "status": {"conditions": list(conditions)}}


@pytest.mark.parametrize(
    ("item", "told"),
    [
        (bus(condition("Deployed"), condition("Configured")), ("ok", "1 EventBus object: conditions hold")),
        (
            bus(condition("Deployed", "False", "NoImage"), condition("Configured", "Unknown")),
            ("critical", "EventBus argo/default: not Deployed (NoImage)"),
        ),
        (
            bus(condition("Deployed"), condition("Configured", None)),
            ("unknown", "EventBus argo/default: nobody knows whether it is Configured"),
        ),
        (bus(), ("unknown", "EventBus argo/default: Argo Events says nothing about it")),
    ],
)
def test_its_conditions_must_hold(item, told):
    assert said(look(CHECK, {"eventbuses": [item]})) == [told]


def test_a_platform_without_one_is_told():
    assert said(look(CHECK, {})) == [("ok", "there are no EventBus objects")]
