# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scanner of images found, from its report. Pure. Private API.

The report is Trivy's JSON of schema version 2.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

SEVERITIES = ("critical", "high", "medium", "low", "unknown")


@dataclass(frozen=True, slots=True)
class Scan:
    """What was found in one image.

    counts: vulnerabilities by severity. fixable: those of them for which a fixed version exists. created: when the
    image was built, None where the report does not tell. problem: why there is no result, else empty.
    """

    counts: dict[str, int] = field(default_factory=dict)
    fixable: dict[str, int] = field(default_factory=dict)
    created: datetime | None = None
    problem: str = ""

    def row(self) -> dict[str, Any]:
        return {"counts": self.counts, "fixable": self.fixable, "problem": self.problem}


def read(report: str) -> Scan:
    """:raises OpsError: unreachable, for what is no report of an image"""
    try:
        found = json.loads(report)
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("SchemaVersion") != 2:
        raise OpsError("unreachable", f"the scanner wrote {len(report):,} characters that are no report of version 2")
    counts: Counter[str] = Counter()
    fixable: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for part in sequence(found.get("Results")):
        for one in map(mapping, sequence(mapping(part).get("Vulnerabilities"))):
            key = (text(one.get("VulnerabilityID")), text(one.get("PkgName")))
            if key in seen:
                continue
            seen.add(key)
            severity = text(one.get("Severity")).lower()
            severity = severity if severity in SEVERITIES else "unknown"
            counts[severity] += 1
            fixable[severity] += bool(text(one.get("FixedVersion")))
    built = mapping(mapping(found.get("Metadata")).get("ImageConfig")).get("created")
    return Scan(_told(counts), _told(fixable), parse_time(built))


def _told(counts: Counter[str]) -> dict[str, int]:
    return {severity: counts[severity] for severity in SEVERITIES if counts[severity]}
