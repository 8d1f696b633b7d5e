# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.scans import read


def hole(number, severity, **more):
    return {"VulnerabilityID": f"CVE-{number}", "PkgName": "zlib", "Severity": severity, **more}


def report(*results, **more):
    return json.dumps({"SchemaVersion": 2, "Results": [{"Vulnerabilities": list(one)} for one in results], **more})


def test_vulnerabilities_are_counted_once_by_severity_and_by_fix():
    fixed = hole(1, "CRITICAL", FixedVersion="1.3")
    scan = read(report([fixed, hole(2, "HIGH")], [fixed, hole(3, "odd"), hole(4, None)]))
    assert scan.counts == {"critical": 1, "high": 1, "unknown": 2}
    assert scan.fixable == {"critical": 1}
    assert (scan.created, scan.row()["problem"]) == (None, "")


def test_the_date_of_the_build_is_known_from_the_report():
    built = {"ImageConfig": {"created": "2026-01-02T03:04:05.678Z"}}
    assert read(report(Metadata=built)).created.year == 2026
    assert read(report(Metadata={"ImageConfig": {"created": "0001-01-01T00:00:00Z"}})).created is None


@pytest.mark.parametrize("text", ["", "no json", "[]", '{"SchemaVersion": 1}'])
def test_what_is_no_report_is_told(text):
    with pytest.raises(OpsError, match="no report of version 2"):
        read(text)


def test_a_report_of_odd_shape_does_no_harm():
    odd = json.dumps({"SchemaVersion": 2, "Metadata": 5, "Results": [None, {"Vulnerabilities": [5, {}]}]})
    assert read(odd).counts == {"unknown": 1}
