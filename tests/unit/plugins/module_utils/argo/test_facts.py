# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED, Facts, read
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import HOUR, NOW, finished


def test_facts_of_a_finished_workflow():
    given = finished("w", HOUR, labels={"a": "b"}, spec={"suspend": True})
    found = read(given)
    assert isinstance(found, Facts)
    assert (found.phase, found.labels, found.spec) == ("Succeeded", {"a": "b"}, {"suspend": True})
    assert (NOW - found.finished).total_seconds() == HOUR
    assert found.phase in FINISHED


def test_what_is_missing_is_empty():
    found = read({"metadata": None})
    assert (found.metadata, found.labels, found.spec, found.status, found.phase) == ({}, {}, {}, {}, "")
    assert found.created is found.started is found.finished is None


def test_what_is_no_workflow_cannot_tell():
    assert read([]) == CannotTell("the object is not a workflow")
