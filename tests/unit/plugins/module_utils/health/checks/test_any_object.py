# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds of every check, whatever the objects look like."""

import pkgutil
from importlib import import_module
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health import checks
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, View
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import STATUSES
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import PARTS, SPECIAL
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import JSON, NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

MODULES = [import_module(f"{checks.__name__}.{one.name}") for one in pkgutil.iter_modules(checks.__path__)]
CHECKS = [module.CHECK for module in MODULES if isinstance(getattr(module, "CHECK", None), Check)]
RUNBOOKS = {"", *(path.stem for path in (Path(__file__).parents[6] / "playbooks").glob("*.yml"))}

TIMES = st.sampled_from(["2026-11-21T07:00:00Z", "2026-11-01T00:00:00Z", "2027-01-01T00:00:00Z", "soon", None, 7])
# Fields and words that the checks look at, so that odd values get past the first look.
_WORDS = """
Running Pending Succeeded Failed True False Unknown Lost Bound Ready 85 1Gi no-pr argo prometheus grafana
Deployment stuck held pods x
"""
_FIELDS = """
phase conditions type status reason message containerStatuses state terminated waiting running exitCode name
namespace labels hard used capacity open ended counts judgement metadata template succeeded failed last level
service url answer content kind complete proved finished key spec replicas deletionTimestamp creationTimestamp
sensor-name retryCount jobName lastUpdate finalizers since storage taskId requests resources active pods
contradictions
"""
WORDS, FIELDS = st.sampled_from(_WORDS.split()), st.sampled_from(_FIELDS.split())
LIKELY = st.recursive(
    JSON | TIMES | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=4),
    max_leaves=8,
)
OBJECT = st.dictionaries(FIELDS | st.sampled_from(["metadata", "spec", "status"]), LIKELY, max_size=4)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_object_makes_it_raise_and_every_finding_is_whole(check, data):
    parts = {part: data.draw(st.lists(OBJECT, max_size=2)) for part in check.reads}
    given_settings = data.draw(st.fixed_dictionaries({"components": LIKELY, "namespaces": LIKELY, "window": LIKELY}))
    for one in check.judge(View(NOW, parts, check.limits({}), given_settings)):
        assert one["check"] == check.name
        assert one["status"] in STATUSES
        assert one["message"]
        assert all(isinstance(text, str) for text in (one["message"], one["evidence"], *one["subject"].values()))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_it_says_what_it_is_about(check):
    assert check.title[0].isupper()
    assert check.why.endswith(".")
    assert all(one.why.endswith(".") for one in check.thresholds)
    assert set(check.reads) <= {*PARTS, *SPECIAL}
    assert check.runbook in RUNBOOKS
    assert check.limits({}).keys() == {one.name for one in check.thresholds}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_it_is_named_as_its_file(check):
    file = next(module.__name__.rsplit(".", 1)[1] for module in MODULES if getattr(module, "CHECK", None) is check)
    assert check.name == {"monitoring": "monitoring_stack"}.get(file, file)
