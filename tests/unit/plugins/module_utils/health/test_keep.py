# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.module_utils.health.keep import keeper
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import PARTS, Part
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import JSON
from hypothesis import given

THINGS = Part("things", "x/v1", "things", "Thing", kept=("spec.list.name", "spec.one", "status"))
BIG = "kubectl.kubernetes.io/last-applied-configuration"


def test_only_what_is_kept_stays():
    seen = {
        "metadata": {"name": "a", "namespace": "n", "managedFields": ["x"], "annotations": {BIG: "x", "mine": "y"}},
        "spec": {"list": [{"name": "b", "env": ["secret"]}, 3], "one": {"a": 1}, "two": 2},
        "status": {"any": ["thing"]},
        "data": "gone",
    }
    assert keeper(THINGS)(seen) == {
        "apiVersion": "x/v1",
        "kind": "Thing",
        "metadata": {"name": "a", "namespace": "n", "annotations": {"mine": "y"}},
        "spec": {"list": [{"name": "b"}, 3], "one": {"a": 1}},
        "status": {"any": ["thing"]},
    }


def test_a_part_without_kept_fields_keeps_the_object_but_not_its_managed_fields():
    kept = keeper(Part("all", "v1", "all", "All"))({"metadata": {"name": "a", "managedFields": []}, "data": {"x": 1}})
    assert kept == {"apiVersion": "v1", "kind": "All", "metadata": {"name": "a"}, "data": {"x": 1}}


@given(JSON)
def test_any_shape_is_kept_as_far_as_it_goes(item):
    for part in PARTS.values():
        kept = keeper(part)(item)
        assert (kept["kind"], isinstance(kept["metadata"], dict)) == (part.kind, True)
