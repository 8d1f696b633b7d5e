# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found of images, and what of it a reader is shown (image_judge and image_report)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import image_report
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.end_of_life import lines
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.image_judge import Policy, judge
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.images import Inventory
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.scans import Scan
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.image_objects import (
    DIGEST,
    OTHER,
    pod,
)

NOW = datetime(2026, 11, 21, tzinfo=UTC)
LIFE = lines([{"image": "*/alpine", "version": "3.20", "ends": "2026-04-01", "source": "https://x", "instead": "3.23"},
              {"image": "*/alpine", "version": "3.21", "ends": "2026-12-01", "source": "https://x"},
              {"image": "*/alpine", "version": "3.23", "ends": "2027-11-01", "source": "https://x"}])  # fmt: skip


def look(*pods, scans=None, unscanned="", **policy):
    inventory = Inventory()
    inventory.add(list(pods))
    given = {"registries": (), "pinned_by": "tag", "moving_tags": frozenset({"latest"}), "end_of_life": tuple(LIFE)}
    wanted = Policy(**{**given, "soon": timedelta(days=90), **policy})
    return judge(inventory.images(), wanted, scans or {}, unscanned, NOW)


def of(found, check, *statuses):
    return [one["message"] for one in found if one["check"] == check and (not statuses or one["status"] in statuses)]


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("busybox", "has neither tag nor digest; used by Pods in argo"),
        ("busybox:latest", "has the tag latest, which moves; used by Pods in argo"),
    ],
)
def test_an_image_that_means_another_one_tomorrow_is_told(image, words):
    assert of(look(pod("a", image)), "image_pins", "warning") == [words]
    assert of(look(pod("a", f"{image}@{DIGEST}")), "image_pins", "warning") == []


def test_tags_without_a_digest_are_one_finding_where_digests_are_wanted():
    pods = [pod(str(number), f"x/y{number}:1") for number in range(5)]
    [message] = of(look(*pods, pinned_by="digest"), "image_pins")
    assert message == (
        "5 images named by a tag without a digest: docker.io/x/y0:1, docker.io/x/y1:1, docker.io/x/y2:1 and 2 more"
    )
    assert of(look(*pods), "image_pins", "ok") == ["5 images pinned by tag"]


def test_a_registry_that_is_not_named_is_told_and_a_folder_is_not_its_neighbour():
    allowed = ("ghcr.io/5dlabs", "quay.io")
    found = look(pod("a", "ghcr.io/5dlabs/x:1", "quay.io/a/b:1", "ghcr.io/5dlabs-evil/x:1"), registries=allowed)
    [warned] = of(found, "image_registries", "warning")
    assert "comes from ghcr.io, which is not among the registries" in warned
    assert of(found, "image_registries", "ok") == ["2 images come from registries that are named"]
    assert of(look(pod("a", "evil.example/x:1")), "image_registries") == []


def test_what_is_no_reference_is_unknown():
    [message] = of(look(pod("a", "{{ x }}")), "image_registries", "unknown")
    assert "is no reference of an image" in message


def test_several_images_behind_one_tag_are_told():
    ids = [{"x:1": f"docker.io/library/x@{digest}"} for digest in (DIGEST, OTHER)]
    [message] = of(look(pod("a", "x:1", ids=ids[0]), pod("b", "x:1", ids=ids[1])), "image_tags", "warning")
    assert message.startswith("2 different images run under this tag: sha256:0a0a0a0a0a0a… in 1 pod")
    assert of(look(pod("a", "x:1", ids=ids[0])), "image_tags", "ok") == ["1 tag: one image behind each"]
    assert of(look(pod("a", "x:1"), pod("b", "x:1")), "image_tags") == [], "nobody knows what runs"


@pytest.mark.parametrize(
    ("tag", "status", "words"),
    [
        ("3.20.1", "warning", "the support of version 3.20 ended 234 days ago, on 2026-04-01; use 3.23; used by"),
        ("3.21", "warning", "the support of version 3.21 ends in 10 days, on 2026-12-01; used by"),
        ("3.23", "ok", "1 image looked after for longer than 90 days"),
        ("3.2", "unknown", "1 image: nothing is known of their end of life"),
    ],
)
def test_the_end_of_life_is_judged_for_the_moment_that_is_given(tag, status, words):
    [message] = of(look(pod("a", f"alpine:{tag}")), "image_end_of_life", status)
    assert message.startswith(words)


def test_without_a_scanner_nothing_is_called_safe():
    found = look(pod("a", "x:1"), unscanned="there is no program 'trivy'", oldest=timedelta(days=30))
    assert of(found, "image_vulnerabilities") == ["nobody looked for vulnerabilities: there is no program 'trivy'"]
    assert of(found, "image_age", "unknown") == ["1 image: nobody knows when they were built"]
    assert of(found, "image_vulnerabilities", "ok") == of(found, "image_age", "ok") == []


@pytest.mark.parametrize(
    ("scan", "status"),
    [
        (Scan({"critical": 1}, {"critical": 1}), "critical"),
        (Scan({"critical": 1}), "warning"),
        (Scan({"high": 2}, {"high": 1}), "warning"),
        (Scan({"low": 9}), "ok"),
        (Scan(problem="no answer"), "unknown"),
    ],
)
def test_what_a_scanner_says_is_judged(scan, status):
    [one] = [one for one in look(pod("a", "x:1"), scans={("x:1", ""): scan}) if one["check"] == "image_vulnerabilities"]
    assert one["status"] == status


def test_an_old_image_is_told_where_a_limit_is_set():
    scans = {("x:1", ""): Scan(created=NOW - timedelta(days=400)), ("y:1", ""): Scan(created=NOW - timedelta(days=1))}
    found = look(pod("a", "x:1", "y:1"), scans=scans, oldest=timedelta(days=365))
    assert "was built 400 d ago" in of(found, "image_age", "warning")[0]
    assert of(found, "image_age", "ok") == ["1 image built within the limit"]
    assert of(look(pod("a", "x:1"), scans=scans), "image_age") == []


def test_the_report_says_what_nobody_knows():
    inventory = Inventory()
    inventory.add([pod("a", "alpine:3.20", "x:1"), pod("b", "x:1")])
    scans = {("x:1", ""): Scan({"high": 2}, {}, NOW - timedelta(days=3))}
    rows = image_report.rows(inventory.images(), LIFE, scans, NOW)
    table = image_report.table(rows, NOW)
    assert table["title"] == "Images as of 2026-11-21"
    assert table["rows"] == [
        ["docker.io/library/x:1", "unknown", 2, "Pods in argo (2)", "3 d ago", "unknown", "0, 2"],
        ["docker.io/library/alpine:3.20", "unknown", 1, "Pods in argo (1)", "unknown", "2026-04-01", "unknown"],
    ]
    assert [row["age"] for row in rows] == [None, 3 * 86_400]
    findings = look(pod("a", "alpine:3.20"))
    assert image_report.line(rows, 2, findings, "none") == "2 images in 2 pods · 1 finding on end of life · no scanner"
    assert [one["value"] for one in image_report.measures(rows)] == [2, 2]
