# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sample as a state to reach: a marker in the cluster says which one is there, and if whole. Private API."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.generator import PROFILES, objects
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.load import Loader, simulated_nodes
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import Object
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress

NAMESPACE, MARKER = "agent-platform-ops", "lab-sample"
_LOADING, _COMPLETE = "loading", "complete"
_REMOVAL = 300.0  # seconds


@dataclass(frozen=True)
class Wanted:
    """Which sample; the moment is the one that its times are relative to."""

    profile: str
    workflows: int
    seed: int
    now: datetime

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise OpsError("invalid", f"profile is {self.profile!r}; it must be one of {', '.join(sorted(PROFILES))}")
        if self.workflows < 0:
            raise OpsError("invalid", f"workflows is {self.workflows}; it must be 0 or more")

    def name(self) -> dict[str, str]:
        """What makes two samples the same one; the moment does not."""
        return {"profile": self.profile, "workflows": str(self.workflows), "seed": str(self.seed)}


@dataclass(frozen=True)
class Outcome:
    changed: bool
    reason: str
    now: str
    created: int = 0
    deleted: int = 0

    def as_result(self) -> dict[str, object]:
        return asdict(self)


def ensure(client: Client, manifests: list[Object], wanted: Wanted, *, reset: bool, dry: bool) -> Outcome:
    """Bring the sample in unless this very one was brought in before, whatever has become of it since.

    :param manifests: the static objects: kinds, namespaces, controllers, templates, quotas
    :param reset: delete what is there of any sample first
    :param dry: only tell what would be done
    """
    simulated_nodes(client)
    marker = (client.get_or_none(_marker_path()) or {}).get("data") or {}
    same = all(marker.get(key) == value for key, value in wanted.name().items())
    if same and marker.get("state") == _COMPLETE and not reset:
        return Outcome(False, f"this sample was loaded as of {marker['now']}", marker["now"])
    if same and marker.get("state") == _LOADING and not reset:
        # Go on with what an interrupted run began, with its times.
        wanted = Wanted(wanted.profile, wanted.workflows, wanted.seed, datetime.fromisoformat(marker["now"]))
    now = wanted.now.isoformat()
    if dry:
        return Outcome(True, "the sample would be loaded", now)
    total = len(manifests) + wanted.workflows + sum(1 for _one in objects(wanted.profile, 0, wanted.now, wanted.seed))
    progress = Progress("lab_sample", total)
    created, deleted = _load(client, manifests, wanted, reset, progress)
    return Outcome(True, "the sample was loaded", now, created, deleted)


def _load(client: Client, manifests: list[Object], wanted: Wanted, reset: bool, progress: Progress) -> tuple[int, int]:
    kinds = [one for one in manifests if one["kind"] == "CustomResourceDefinition"]
    namespaces = [one for one in manifests if one["kind"] == "Namespace"]
    quotas = [one for one in manifests if one["kind"] == "ResourceQuota"]
    others = [one for one in manifests if one["kind"] not in ("CustomResourceDefinition", "Namespace", "ResourceQuota")]
    loader = Loader(client, wanted.profile, progress.step)
    created = loader.add_kinds(kinds) + loader.add(namespaces)
    _mark(client, wanted, _LOADING)
    deleted = Loader(client, wanted.profile, Progress("lab_sample").step).remove_all(_REMOVAL) if reset else 0
    created += loader.add(others)
    created += loader.add(objects(wanted.profile, wanted.workflows, wanted.now, wanted.seed))
    # Last, since a quota that was never counted yet refuses everything.
    created += loader.add(quotas)
    _mark(client, wanted, _COMPLETE)
    return created, deleted


def _mark(client: Client, wanted: Wanted, state: str) -> None:
    data = wanted.name() | {"now": wanted.now.isoformat(), "state": state}
    meta = {"name": MARKER, "namespace": NAMESPACE}
    client.apply(_marker_path(), {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data})


def _marker_path() -> str:
    return resource("v1", "configmaps", NAMESPACE, MARKER)
