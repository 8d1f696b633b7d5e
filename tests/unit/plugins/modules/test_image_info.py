# SPDX-License-Identifier: GPL-3.0-or-later
"""Module image_info with a scanner of our own in place of Trivy, and without one."""

from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import image_info
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import (
    Platform,
    forbidden,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.image_objects import DIGEST, pod

CHECK = image_info.CHECK
PODS = [
    pod("a", "busybox:1", ids={"busybox:1": f"docker.io/library/busybox@{DIGEST}"}),
    pod("b", "alpine:3.20", "--help", labels={"github-user": "5dlabs-rex"}),
    pod("c", "evil.example/x:latest", namespace="elsewhere"),
]


@pytest.fixture
def scanner(tmp_path):
    """Put a program in place that behaves as this shell script says; what it was asked stands in the file."""

    def make(script):
        path, asked = tmp_path / "scanner", tmp_path / "asked"
        path.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n{script}\n')
        path.chmod(0o700)
        return str(path), asked

    return make


@pytest.fixture
def info(run_module, kubeconfig):
    def run(answers=None, **options):
        with Platform({("", "pods"): PODS}, answers or {}).serve() as server:
            given = {"as_of": "2026-11-21T08:00:00Z", "scan": "never", **options}
            result = run_module("image_info", kubeconfig=kubeconfig(server), **given)
            assert server.writes == []
        return result

    return run


def of(result, check):
    return [(one["status"], one["message"]) for one in result["findings"] if one["check"] == check]


def test_every_image_is_told_in_one_pass(info):
    result = info(registries=["docker.io"], namespaces=["argo"])
    assert [row["image"] for row in result["images"]] == [
        "--help", "docker.io/library/alpine:3.20", "docker.io/library/busybox:1"]  # fmt: skip
    assert (result["total"], result["pods"], result["images"][1]["agents"]) == (3, 2, ["5dlabs-rex"])
    assert result["images"][2]["digest"] == DIGEST
    assert info(check=True)["total"] == 4
    assert of(info(registries=["docker.io"]), "image_registries")[1][0] == "warning"


def test_without_a_scanner_it_is_unknown_and_said(info):
    result = info(scan="if_there", scanner="no-such-program")
    assert of(result, "image_vulnerabilities") == [
        ("unknown", "nobody looked for vulnerabilities: there is no program 'no-such-program'")]  # fmt: skip
    assert result["line"].endswith("no scanner")
    assert "there is no program" in info(scan="always", scanner="no-such-program")["msg"]


def test_each_image_is_scanned_by_its_digest_and_never_taken_for_an_option(info, scanner):
    report = {"SchemaVersion": 2, "Metadata": {"ImageConfig": {"created": "2026-11-01T00:00:00Z"}},
              "Results": [{"Vulnerabilities": [{"VulnerabilityID": "CVE-1", "Severity": "HIGH"}]}]}  # fmt: skip
    program, asked = scanner(f"echo '{json.dumps(report)}'")
    result = info(scan="always", scanner=program, scan_offline=True, namespaces=["argo"])
    assert [line.partition(" -- ")[2] for line in asked.read_text().splitlines()] == [
        "docker.io/library/alpine:3.20", f"docker.io/library/busybox@{DIGEST}"]  # fmt: skip
    assert "--offline-scan --skip-db-update" in asked.read_text()
    assert [row["age"] for row in result["images"]] == [None, 1_756_800, 1_756_800]
    assert [status for status, _words in of(result, "image_vulnerabilities")] == ["warning", "warning"]


@pytest.mark.parametrize(
    ("script", "options", "words"),
    [
        ("exec sleep 5", {"scan_timeout": "1s"}, "did not end within 1 s"),
        ("echo no such image >&2; exit 1", {}, "scanner failed (1): no such image"),
        ("echo '{}'", {}, "no report of version 2"),
        ("exit 0", {"scan_most": 0}, "only 0 images are scanned in one run"),
    ],
)
def test_an_image_that_cannot_be_scanned_is_unknown(info, scanner, script, options, words):
    program, _asked = scanner(script)
    result = info(scan="always", scanner=program, namespaces=["argo"], **options)
    found = of(result, "image_vulnerabilities")
    assert {status for status, _words in found} == {"unknown"}
    assert all(words in message for _status, message in found)


def test_pods_that_may_not_be_read_are_unknown(info):
    result = info({"/api/v1/pods": forbidden("pods", "argo")})
    [(status, words)] = of(result, CHECK)
    assert (status, result["total"]) == ("unknown", 0)
    assert words.startswith("nobody could look which images run")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"end_of_life": [{"image": "x", "ends": "soon", "source": "y"}]}, "end_of_life: entry 1: 'soon' is no date"),
        ({"soon": "x"}, "soon: 'x' is not a duration"),
        ({"scan": "if_there", "scan_timeout": "2h"}, "scan_timeout is 7200 s"),
    ],
)
def test_bad_input_is_one_sentence(info, options, words):
    assert words in info(**options)["msg"]
