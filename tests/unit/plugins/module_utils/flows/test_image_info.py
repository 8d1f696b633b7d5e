# SPDX-License-Identifier: GPL-3.0-or-later
"""Images are read in one pass, and each is scanned once (image_info and image_scan)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import image_info, image_scan
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.images import Inventory
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import Platform
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import status
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.image_objects import DIGEST, pod

OPTIONS = {
    "namespaces": [], "registries": [], "pinned_by": "tag", "moving_tags": ["Latest"], "end_of_life": [], "soon": "90d",
    "oldest": "", "scan": "never", "scanner": "trivy", "scan_timeout": "5m", "scan_offline": False, "scan_most": 100,
    "rows_directory": None,
}  # fmt: skip
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def images(*pods):
    inventory = Inventory()
    inventory.add(list(pods))
    return inventory.images()


@pytest.fixture
def scanner(tmp_path):
    """A program in place of Trivy that finds nothing and writes down what it was asked."""
    path, asked = tmp_path / "scanner", tmp_path / "asked"
    path.write_text(f'#!/bin/sh\necho "$@" >> {asked}\necho \'{{"SchemaVersion": 2}}\'\n')
    path.chmod(0o700)
    return image_scan.Scanner(str(path), 10.0, False, 1), asked


def test_what_runs_under_two_tags_is_scanned_once_and_no_more_than_asked_for(scanner):
    ours, asked = scanner
    same = dict.fromkeys(("x:1", "x:2"), f"docker.io/library/x@{DIGEST}")
    found = image_scan.scan(ours, images(pod("a", "x:1", "x:2", ids=same), pod("b", "y:1"), pod("c", "{{ no }}")))
    assert {image: scan.problem for (image, _digest), scan in found.items()} == {
        "x:1": "", "x:2": "", "y:1": "only 1 images are scanned in one run (scan_most)"}  # fmt: skip
    assert len(asked.read_text().splitlines()) == 1


def test_nobody_looks_for_a_scanner_that_is_not_wanted_and_one_that_must_be_there_is_required():
    assert image_scan.scanner_of(OPTIONS) == (None, "")
    absent = {**OPTIONS, "scanner": "no-such-program"}
    assert image_scan.scanner_of({**absent, "scan": "if_there"}) == (None, "there is no program 'no-such-program'")
    with pytest.raises(OpsError, match="scanner: there is no program"):
        image_scan.scanner_of({**absent, "scan": "always"})


def test_tags_that_move_are_known_in_any_case(connect):
    with Platform({("", "pods"): [pod("a", "x:LATEST")]}).serve() as server:
        result = image_info.look(Client(connect(server)), image_info.order_of(OPTIONS, NOW))
    assert [one["status"] for one in result["findings"] if one["check"] == "image_pins"] == ["warning"]
    assert (result["total"], result["pods"], result["rows_file"]) == (1, 1, "")


def test_an_api_server_that_fails_is_no_empty_inventory(connect):
    with Platform({}, {"/api/v1/pods": status(500, "broken")}).serve() as server, pytest.raises(OpsError):
        image_info.look(Client(connect(server)), image_info.order_of(OPTIONS, NOW))
