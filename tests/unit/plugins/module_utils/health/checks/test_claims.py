# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.claims import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    HOUR,
    NASTY,
    ago,
    look,
    said,
)

GIB = 2**30


def claim(phase: object = "Bound", name: str = "workspace-cto", old: float = HOUR) -> dict:
    meta = {"namespace": "argo", "name": name, "creationTimestamp": ago(old)}
    return {"metadata": meta, "status": {"phase": phase}}


def usage(used: object, capacity: object = 10 * GIB, name: str = "workspace-cto") -> dict:
    return {"namespace": "argo", "name": name, "used": used, "capacity": capacity}


@pytest.mark.parametrize(
    ("used", "capacity", "status", "words"),
    [
        (9 * GIB, 10 * GIB, "critical", "90 % full (9.0 GiB of 10.0 GiB, limit 90 %)"),
        (8 * GIB, 10 * GIB, "warning", "80 % full (8.0 GiB of 10.0 GiB, limit 80 %)"),
        (8.5e9, 1e10, "warning", "85 % full (7.9 GiB of 9.3 GiB, limit 80 %)"),
        (-1, 10, "unknown", "what was measured of its space is no number"),
        (1, 0, "unknown", "what was measured of its space is no number"),
        (None, 10, "unknown", "what was measured of its space is no number"),
        (True, [], "unknown", "what was measured of its space is no number"),
    ],
)
def test_space_is_judged_where_it_is_measured(used, capacity, status, words):
    found = look(CHECK, {"claims": [claim()], "volume_usage": [usage(used, capacity)]})
    assert said(found) == [(status, f"PersistentVolumeClaim argo/workspace-cto: {words}")]
    assert found[0]["evidence"] == "kubectl -n argo describe pvc workspace-cto"


@pytest.mark.parametrize(
    ("one", "status", "words"),
    [
        (claim("Lost"), "critical", "the volume that it was bound to is gone"),
        (claim("Pending"), "warning", "has no volume for 60 min"),
        (claim("Pending", old=600), "ok", "1 claim: bound or just made, less than 80 % used"),
        (claim(None), "unknown", "nothing says whether it is bound"),
        (claim("Dreaming"), "unknown", "its phase is no word of Kubernetes"),
        (
            {"metadata": {"namespace": "argo", "name": "x"}, "status": None},
            "unknown",
            "nothing says whether it is bound",
        ),
        (claim(name="other"), "unknown", "nobody measures how much of it is used"),
        (claim("Lost", name=NASTY), "critical", "the volume that it was bound to is gone"),
    ],
)
def test_a_claim_is_judged_by_its_phase(one, status, words):
    found = look(CHECK, {"claims": [one], "volume_usage": [usage(1)]})
    assert [one["status"] for one in found] == [status]
    assert found[0]["message"].endswith(words)


def test_without_any_measurement_no_claim_is_called_healthy():
    found = look(CHECK, {"claims": [claim(), claim("Lost", "gone"), claim(name="b")], "volume_usage": []})
    assert said(found) == [
        ("critical", "PersistentVolumeClaim argo/gone: the volume that it was bound to is gone"),
        ("unknown", "nobody knows how much of 2 bound claims is used"),
    ]


def test_where_usage_could_not_be_read_that_is_told_once_for_all_of_them():
    found = look(CHECK, {"claims": [claim(), claim("Lost", "gone")]}, unread=(("volume_usage", ""),))
    assert [one["status"] for one in found] == ["critical"]


def test_those_with_room_are_one_finding():
    found = look(CHECK, {"claims": [claim()], "volume_usage": [usage(GIB)]})
    assert said(found) == [("ok", "1 claim: bound or just made, less than 80 % used")]
    assert said(look(CHECK, {})) == [("ok", "there are no claims")]


def test_thresholds_can_be_changed():
    parts = {"claims": [claim()], "volume_usage": [usage(GIB)]}
    assert look(CHECK, parts, warning=10)[0]["status"] == "warning"
    assert look(CHECK, parts, critical=10)[0]["status"] == "critical"
    assert look(CHECK, {"claims": [claim("Pending")]}, pending="2h")[0]["status"] == "unknown"
