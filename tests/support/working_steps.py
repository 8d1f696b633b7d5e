# SPDX-License-Identifier: GPL-3.0-or-later
"""Steps of workflows that work until they are told to end; the practice cluster ends all others at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

#: a label for metadata of the template of such a step
WORKS_ON = "ops-test-works-on"
_STAGE = resource("kwok.x-k8s.io/v1alpha1", "stages", name="workflow-pod-complete")
_ENDS = {"key": f'.metadata.labels["{WORKS_ON}"]', "operator": "DoesNotExist"}


@contextmanager
def steps_work_on(api: Client) -> Iterator[None]:
    """Until the block ends, steps with the label work on."""
    _set(api, works_on=True)
    try:
        yield
    finally:
        _set(api, works_on=False)


def end_step(api: Client, namespace: str, pod: str) -> None:
    """It has done its work."""
    api.patch(resource("v1", "pods", namespace, pod), {"metadata": {"labels": {WORKS_ON: None}}})


def _set(api: Client, *, works_on: bool) -> None:
    found = api.get(_STAGE)
    selector = found["spec"]["selector"]
    others = [one for one in selector["matchExpressions"] if one != _ENDS]
    selector["matchExpressions"] = [*others, *([_ENDS] if works_on else [])]
    api.replace(_STAGE, found)
