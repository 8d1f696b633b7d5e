# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.usage.images import MOST_USERS, Inventory, row
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.image_objects import (
    DIGEST,
    OTHER,
    pod,
)
from hypothesis import given
from hypothesis import strategies as st

IDS = {"busybox:1": f"docker.io/library/busybox@{DIGEST}"}


def rows(*pages, namespaces=()):
    inventory = Inventory(namespaces)
    for page in pages:
        inventory.add(page)
    return [row(image) for image in inventory.images()]


def test_an_image_is_counted_by_pods_and_told_with_who_runs_it():
    rex = {"labels": {"github-user": "5dlabs-rex"}}
    found = rows(
        [pod("a", "busybox:1", "busybox:1", ids=IDS, **rex)], [pod("b", "busybox:1", ids=IDS, phase="Succeeded", **rex)]
    )
    assert found == [
        {
            "image": "docker.io/library/busybox:1",
            "registry": "docker.io",
            "repository": "library/busybox",
            "tag": "1",
            "pinned": False,
            "digest": DIGEST,
            "pods": 2,
            "ended": 1,
            "agents": ["5dlabs-rex"],
            "users": [{"workload": "agent 5dlabs-rex", "pods": 2}],
            "more": 0,
        }
    ]


def test_two_digests_under_one_tag_are_two_images():
    other = {"busybox:1": f"docker.io/library/busybox@{OTHER}"}
    found = rows([pod("a", "busybox:1", ids=IDS), pod("b", "busybox:1", ids=other), pod("c", "busybox:1")])
    assert [one["digest"] for one in found] == ["", DIGEST, OTHER]


def test_a_digest_that_is_asked_for_pins_and_is_told_although_nothing_runs_yet():
    [found] = rows([pod("a", f"quay.io/x/y@{DIGEST}")])
    assert (found["pinned"], found["digest"]) == (True, DIGEST)


def test_only_the_namespaces_that_count_are_counted():
    assert rows([pod("a", "x", namespace="elsewhere")], namespaces=["argo"]) == []
    assert len(rows([pod("a", "x", namespace="elsewhere")])) == 1


def test_init_and_ephemeral_containers_are_images_too():
    found = rows([{"spec": {"initContainers": [{"image": "a"}], "ephemeralContainers": [{"image": "b"}]}}])
    assert [one["repository"] for one in found] == ["library/a", "library/b"]


def test_of_many_users_the_largest_are_told():
    many = [pod(f"p{number}", "x", owner=("StatefulSet", f"s{number % 15}")) for number in range(40)]
    [found] = rows(many)
    assert (len(found["users"]), found["more"], found["users"][0]["pods"]) == (MOST_USERS, 5, 3)


def test_an_image_that_is_no_reference_is_kept_on_one_line():
    [found] = rows([pod("a", "{{ x }}\n<b>")])
    assert (found["image"], found["registry"], found["pinned"]) == ("{{ x }} <b>", "", False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["metadata", "spec", "status", "containers", "containerStatuses", "image", "imageID", "name"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4))
def test_pods_of_any_shape_do_no_harm(pods):
    assert all(one["pods"] >= 1 for one in rows(pods))
