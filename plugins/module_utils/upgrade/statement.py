# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a component says itself about its version, by a metric of its own. Pure. Private API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import short
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import Component
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version, parse

CHECK = "upgrade_version"
LAG = 45.0  # seconds by which the samples of programs that run at once may differ
_LABEL = re.compile(r'([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"')
_LABEL_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,200}")


def query(metric: str, labels: Mapping[str, Any]) -> str:
    """The query for the moments of the newest samples of a metric.

    :param labels: those that the series must have, such as the name of the cluster
    :raises OpsError: invalid, for what is no label
    """
    for name, value in labels.items():
        if not _LABEL_NAME.fullmatch(str(name)) or not isinstance(value, str):
            raise OpsError("invalid", f"labels: {name}: {value!r:.80} is no label; write it like cluster: production")
    chosen = ",".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in sorted(labels.items()))
    return f"timestamp({metric}{{{chosen}}})"


def in_metrics(body: str, metric: str, label: str) -> list[str]:
    """The versions that a program says on its page of metrics."""
    rows = (line for line in body.splitlines() if line.startswith((f"{metric}{{", f"{metric} ")))
    return sorted({dict(_LABEL.findall(row.partition("{")[2])).get(label, "") for row in rows})


def in_series(vector: Sequence[Any], label: str, since: float) -> list[str]:
    """The versions that programs say in what Prometheus has read from them since a moment.

    A program that has ended since does not count: its last sample is older than those of the others.

    :param vector: what it answered to query()
    :param since: seconds since 1970, by its clock
    """
    samples = []
    for row in map(mapping, vector):
        try:
            samples.append((float(sequence(row.get("value"))[1]), text(mapping(row.get("metric")).get(label))))
        except (IndexError, TypeError, ValueError, OverflowError):
            continue
    newest = max((moment for moment, _version in samples), default=0.0)
    return sorted({version for moment, version in samples if moment >= max(since, newest - LAG)})


def judge(component: Component, wanted: Version, said: Iterable[str], why: str = "") -> dict[str, Any]:
    """Whether a component says that it is the version that is wanted.

    :param said: every version that its programs say
    :param why: why nobody could look, where that is so
    """
    about = subject(component.workloads[0].kind, component.namespace, component.workloads[0].name)
    versions = list(said)
    if why or not versions:
        words = f"nobody knows whether it is {wanted}: {why or 'it does not say which version it is'}"
        return finding(CHECK, "unknown", about, words)
    told = ", ".join(short(one, 60) or "nothing" for one in versions)
    if any(_number(one) is None for one in versions):
        words = (
            f"nobody knows whether it is {wanted}: it says {told}, as a program does that was built without its version"
        )
        return finding(CHECK, "unknown", about, words, value=told)
    if any(_number(one) != wanted for one in versions):
        return finding(CHECK, "critical", about, f"it is to be {wanted}, and says that it is {told}", value=told)
    return finding(CHECK, "ok", about, f"it says itself that it is {told}", value=told)


def _number(said: str) -> Version | None:
    """None for what is no version, and for 0.0.0, which programs say that do not know theirs."""
    try:
        version = parse(said)
    except OpsError:
        return None
    return None if (version.major, version.minor, version.patch) == (0, 0, 0) else version
