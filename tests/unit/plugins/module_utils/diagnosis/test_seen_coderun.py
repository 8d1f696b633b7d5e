# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis import seen_coderun
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    coderun,
    job,
    pod,
    running,
    scene,
)


def test_by_name_and_by_task_the_one_that_is_not_finished():
    runs = [coderun("done", phase="Succeeded"), coderun("works", phase="Running")]
    assert seen_coderun.find(scene({"coderun": "done"}, coderuns=runs)).name == "done"
    assert seen_coderun.find(scene({"task": "7"}, coderuns=runs)).name == "works"
    assert seen_coderun.find(scene({"coderun": "never"}, coderuns=runs)) is None


def test_the_same_name_in_two_namespaces_is_not_guessed():
    other = coderun()
    other["metadata"]["namespace"] = "elsewhere"
    with pytest.raises(CannotLook, match="agent-platform, elsewhere"):
        seen_coderun.find(scene({"coderun": "run"}, coderuns=[coderun(), other]))


def test_the_job_of_the_status_wins_over_the_one_that_it_owns():
    where = scene(jobs=[job(name="owned"), job("other", "named")])
    run = seen_coderun.find(scene({"coderun": "run"}, coderuns=[coderun(jobName="named")]))
    assert seen_coderun.job_of(run, where)["metadata"]["name"] == "named"
    run = seen_coderun.find(scene({"coderun": "run"}, coderuns=[coderun(jobName="gone")]))
    assert seen_coderun.job_of(run, where)["metadata"]["name"] == "owned"


def test_the_pod_is_that_of_the_job():
    run = seen_coderun.find(scene({"coderun": "run"}, coderuns=[coderun()]))
    pods = [pod(running(), name="other", labels={"job-name": "x"}), pod(running())]
    assert seen_coderun.pod_of(run, scene(jobs=[job()], pods_with_claims=pods)).pod.name == "agent"
    with pytest.raises(CannotLook, match="has no Job"):
        seen_coderun.pod_of(run, scene(jobs=[], pods_with_claims=pods))
    assert seen_coderun.called(run) == "CodeRun agent-platform/run"
