# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis import seen_pods, space
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    REX,
    pod,
    running,
    scene,
)

ROW = {"namespace": "agent-platform", "name": "shop", "used": 95, "capacity": 100}
DISK = {"namespace": "agent-platform", "pod": "agent", "claim": "shop", "used": 40, "capacity": 100}
PODS = [pod(running(), claims=("shop",))]


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (
            b"Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sdb 100 95 5 95% /workspace\n",
            (97280, 102400),
        ),
        (b"df: /workspace: No such file or directory\n", None),
        (b"", None),
        (b"\xff\xfe", None),
    ],
)
def test_df_is_read_as_it_is_written(output, expected):
    found = space.of_df(output)
    assert (found and (found["used"], found["capacity"])) == expected


def test_the_fullest_comes_first_and_what_is_no_number_is_left_out():
    rows = [{**ROW, "name": "a", "used": 3}, ROW, {**ROW, "name": "odd", "used": "much"}]
    found = space.measured(scene(volume_usage=rows))
    assert [(one.claim, one.percent) for one in found] == [("shop", 95.0), ("a", 3.0)]


def test_of_a_pod_the_kubelet_is_asked_first_then_df():
    where = scene(REX, {"disks": [DISK]}, volume_usage=[ROW], pods_with_claims=PODS)
    assert space.fill_of_pod(where, seen_pods.own(where)[0])[0].percent == 95.0
    blind = scene(REX, {"disks": [DISK]}, ["volume_usage"], pods_with_claims=PODS)
    assert space.fill_of_pod(blind, seen_pods.own(blind)[0])[0].percent == 40.0


def test_when_nobody_measures_it_the_reasons_are_told():
    blind = scene(REX, {}, ["volume_usage"], pods_with_claims=PODS)
    with pytest.raises(CannotLook, match=r"rex may not list them; disks was not asked for"):
        space.fill_of_pod(blind, seen_pods.own(blind)[0])


def test_nothing_measured_is_not_nothing_used():
    with pytest.raises(CannotLook, match="knows no volume"):
        space.measured(scene(volume_usage=[]))


def test_the_workspace_is_what_the_main_container_has_mounted_there():
    (seen,) = seen_pods.own(scene(REX, pods_with_claims=PODS))
    assert space.claim_of_workspace(seen) == "shop"
