# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole sample in the order in which it is made. Pure; private API.

The same profile, count, seed and moment give the same objects.

Objects are as a reader would find them, so with status, ownerReferences without uid and, where their deletion shall be
asked for, a deletionTimestamp; load.py brings them into a cluster.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.agents import (
    coderuns,
    finished_coderuns,
    workspaces,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.bulk import history, plain
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.certificates import certificates
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import Clock, Object
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.states import states

SAMPLE_LABEL = "agents.platform/sample"

# Finished workflows and CodeRuns of the past, besides the fixed states of which there is one set in each profile.
PROFILES = {"small": (30, 6), "busy": (1470, 120)}


def objects(profile: str, count: int, now: datetime, seed: int = 1) -> Iterator[Object]:
    """The sample: the fixed states, the history of the profile, and ``count`` plain finished workflows.

    :param now: the moment that all times are relative to
    """
    clock = Clock(now)
    finished, runs = PROFILES[profile]
    yield from certificates(clock)
    yield from workspaces()
    yield from coderuns(clock)
    yield from finished_coderuns(clock, runs, seed)
    yield from states(clock)
    yield from history(clock, finished, seed)
    for index in range(count):
        yield plain(clock, index, seed, lot="n")


def labelled(made: Object, profile: str) -> Object:
    """The object with the label by which the sample is recognised; shared parts are not changed."""
    meta = made["metadata"]
    return made | {"metadata": meta | {"labels": (meta.get("labels") or {}) | {SAMPLE_LABEL: profile}}}
