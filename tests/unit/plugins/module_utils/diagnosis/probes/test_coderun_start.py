# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes.coderun_start import SETTINGS_MAPS
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    ask,
    at,
    coderun,
    deployment,
    job,
    scene,
)

RUN = {"coderun": "run"}
ALL = dict.fromkeys(SETTINGS_MAPS, 9)


def quota(**used):
    hard = dict.fromkeys(used, "100")
    meta = {"name": "limits", "namespace": "agent-platform"}
    return {"kind": "ResourceQuota", "metadata": meta, "spec": {"hard": hard}, "status": {"hard": hard, "used": used}}


def deleting():
    run = coderun(phase="Running")
    run["metadata"]["deletionTimestamp"] = at(minutes=3)
    return run


@pytest.mark.parametrize(
    ("runs", "word"),
    [
        ([], "missing"),
        ([coderun(phase="Failed")], "finished"),
        ([deleting()], "deleting"),
        ([coderun(phase="Pending", lastUpdate=at(minutes=2))], "fresh"),
        ([coderun(phase="Pending", lastUpdate=at(minutes=4))], "waiting"),
        ([coderun()], "waiting"),
        ([coderun(phase="Running")], "running"),
        ([coderun(phase="Paused")], "unknown"),
    ],
)
def test_what_a_coderun_says_of_itself(runs, word):
    assert ask("coderun_state", scene(RUN, coderuns=runs), patience="3m")[0] == word


@pytest.mark.parametrize(("level", "word"), [(0, "clear"), (1, "active"), (4, "active")])
def test_any_level_of_the_emergency_stop_is_active(level, word):
    stop = {"namespace": "agent-platform-ops", "name": "emergency-stop", "level": level, "message": ""}
    assert ask("emergency_stop", scene(emergency_stop=[stop]))[0] == word


def test_a_stop_that_cannot_be_read_is_not_clear():
    stop = {"namespace": "agent-platform-ops", "name": "emergency-stop", "level": None, "message": "no right"}
    with pytest.raises(CannotLook, match="no right"):
        ask("emergency_stop", scene(emergency_stop=[stop]))


@pytest.mark.parametrize(
    ("deployments", "word"),
    [
        ([deployment("controller")], "available"),
        ([deployment("controller", 0)], "down"),
        ([deployment("controller", 0, 0)], "down"),
        ([{**deployment("controller"), "status": None}], "unknown"),
        ([deployment("other")], "missing"),
    ],
)
def test_how_the_controller_stands(deployments, word):
    assert ask("coderun_controller", scene(deployments=deployments))[0] == word


@pytest.mark.parametrize(
    ("maps", "word", "words"),
    [
        (ALL, "complete", "all 7 ConfigMaps"),
        ({**ALL, "controller-agents": 0}, "incomplete", "controller-agents is empty"),
        ({**ALL, "controller-agents": None}, "incomplete", "controller-agents is missing"),
    ],
)
def test_the_maps_without_which_the_controller_does_not_start(maps, word, words):
    where = scene({}, {"controller_settings": {"agent-platform": maps}}, deployments=[deployment("controller", 0)])
    found = ask("controller_settings", where)
    assert found[0] == word
    assert words in found[1]


@pytest.mark.parametrize(
    ("jobs", "word"),
    [
        ([], "absent"),
        ([job("other")], "absent"),
        ([job()], "active"),
        ([job(suspend=True)], "suspended"),
        ([job(conditions=["Complete"])], "ended"),
        ([job(conditions=["Failed"])], "ended"),
    ],
)
def test_what_became_of_its_job(jobs, word):
    assert ask("coderun_job", scene(RUN, coderuns=[coderun(phase="Running")], jobs=jobs))[0] == word


@pytest.mark.parametrize(
    ("quotas", "word"),
    [
        ([], "room"),
        ([quota(pods="50")], "room"),
        ([quota(pods="100")], "full"),
        ([quota(pods="odd")], "unknown"),
        ([quota(pods="odd", cpu="100")], "full"),
    ],
)
def test_a_quota_is_judged_as_the_health_check_does(quotas, word):
    assert ask("quota_room", scene(RUN, coderuns=[coderun()], quotas=quotas))[0] == word


@pytest.mark.parametrize(
    ("app", "locks", "others", "word"),
    [
        ("5DLabs-Rex", [{"namespace": "a"}], [], "none"),
        ("5DLabs-Atlas", [], [], "none"),
        ("5DLabs-Atlas", [{"namespace": "a"}], [], "stale"),
        ("5DLabs-Atlas", [{"namespace": "a"}], [coderun("b", "5DLabs-Atlas", phase="Running")], "held"),
        ("5DLabs-Atlas", [{"namespace": "a"}], [coderun("b", "5DLabs-Atlas", phase="Failed")], "stale"),
        ("5DLabs-Atlas", [{"namespace": "a"}], [coderun("b", phase="Running")], "stale"),
    ],
)
def test_a_lock_is_stale_when_nobody_of_atlas_works(app, locks, others, word):
    where = scene(RUN, {"integration_lock": locks}, coderuns=[coderun(app=app, phase="Running"), *others])
    assert ask("stale_lock", where)[0] == word
