# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds of the probes about agents, CodeRuns, workflows and storage, whatever the objects look like."""

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.paces import Paces
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes import (
    agent_logins,
    agent_memory,
    coderun_pod,
    coderun_start,
    storage,
    workflow_pace,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    NOW,
    REX,
    coderun,
    ended,
    job,
    node,
    pod,
    running,
    scene,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import JSON
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TOPICS = (agent_logins, agent_memory, coderun_pod, coderun_start, storage, workflow_pace)
PROBES = [probe for topic in TOPICS for probe in topic.PROBES]
SUBJECT = {**REX, "coderun": "run"}
#: good objects, one field of which is replaced by anything
GOOD = {
    "pods_with_claims": [pod(ended(137, "OOMKilled"), running("sidecar"), claims=("shop",))],
    "nodes": [node(MemoryPressure="False", DiskPressure="False")],
    "coderuns": [coderun(phase="Running")],
    "jobs": [job()],
}
VALUES = ("agent_logs", "disks", "integration_lock", "installations")


def _spoilt(value, data):
    """The same with one part of it, at any depth, replaced."""
    if isinstance(value, dict) and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(sorted(value)))
        return {**value, key: _spoilt(value[key], data)}
    if isinstance(value, list) and value and data.draw(st.booleans()):
        return [_spoilt(value[0], data), *value[1:]]
    return data.draw(JSON)


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
@given(data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_object_makes_it_raise_and_its_answer_is_one_of_its_own(probe, data):
    parts = {}
    for part in probe.reads:
        if part in GOOD:
            spoilt = _spoilt(GOOD[part][0], data)
            parts[part] = [spoilt if isinstance(spoilt, dict) else {}]
        elif part != "emergency_stop":
            parts[part] = [data.draw(st.dictionaries(st.text(max_size=5), JSON, max_size=3))]
    paces = Paces(NOW)
    paces.add([data.draw(JSON)])
    values = {name: [data.draw(JSON)] for name in VALUES}
    where = scene(SUBJECT, {**values, "paces": paces, "controller_settings": data.draw(JSON)}, **parts)
    try:
        said = probe.judge(where, probe.limits({}))
    except CannotLook:
        return
    assert isinstance(said, Answer)
    assert said.word in (*probe.answers, UNKNOWN)
    assert all(isinstance(words, str) for words in (*said.evidence, *said.facts.values()))
    assert set(said.facts) <= set(probe.facts)


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.name)
def test_it_says_what_it_asks(probe):
    assert probe.asks[0].islower()
    assert all(one.why.endswith(".") for one in probe.thresholds)
    assert UNKNOWN not in probe.answers
