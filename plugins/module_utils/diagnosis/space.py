# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How full claims are, as the kubelets measure them or as their pods see them. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.seen_pods import Seen
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes, parse, share

#: what Prometheus knows, and what df says in the pods: [{namespace, pod, claim, used, capacity}]
USAGE, DISKS = "volume_usage", "disks"
WORKSPACE = "/workspace"
_KIB = 1024


@dataclass(frozen=True, slots=True)
class Fill:
    """How full one claim is; claim is empty where a pod does not say which one it has mounted."""

    namespace: str
    claim: str
    percent: float
    words: str


def measured(scene: Scene) -> list[Fill]:
    """What the kubelets measured, the fullest first.

    :raises CannotLook: nobody could ask, or nothing is measured
    """
    found = _sorted(_fill(row, text(row.get("name")), "") for row in map(mapping, scene.items(USAGE)))
    if not found:
        raise CannotLook("Prometheus knows no volume of the platform's namespaces")
    return found


def seen_inside(scene: Scene) -> list[Fill]:
    """What df says in pods of agents, the fullest first.

    :raises CannotLook: nobody could run it
    """
    rows = map(mapping, scene.value(DISKS))
    return _sorted(_fill(row, text(row.get("claim")), f" in Pod {text(row.get('pod'))}") for row in rows)


def fill_of_pod(scene: Scene, seen: Seen) -> list[Fill]:
    """How full what a pod has mounted is, the fullest first.

    :raises CannotLook: neither of both knows
    """
    reasons = []
    for look in (measured, seen_inside):
        try:
            found = [one for one in look(scene) if one.namespace == seen.pod.namespace and one.claim in seen.pod.claims]
        except CannotLook as reason:
            reasons.append(str(reason))
            continue
        if found:
            return found
    raise CannotLook("; ".join(reasons) or f"nobody measures the claims of {seen.name}")


def of_df(output: bytes) -> dict[str, int] | None:
    """{used, capacity} in bytes from the last line of `df -Pk` of one path, None for any other output."""
    words = (output.decode("utf-8", "replace").strip().splitlines() or [""])[-1].split()
    numbers = [int(word) for word in words[1:4] if word.isascii() and word.isdigit()]
    return {"used": numbers[1] * _KIB, "capacity": numbers[0] * _KIB} if len(numbers) == 3 else None


def claim_of_workspace(seen: Seen) -> str:
    """The claim that the main container has mounted at /workspace, empty where that cannot be told."""
    spec = mapping(seen.item.get("spec"))
    main = next((one for one in map(mapping, sequence(spec.get("containers"))) if one.get("name") == seen.pod.main), {})
    mounts = map(mapping, sequence(main.get("volumeMounts")))
    volume = next((one.get("name") for one in mounts if one.get("mountPath") == WORKSPACE), None)
    volumes = (one for one in map(mapping, sequence(spec.get("volumes"))) if volume and one.get("name") == volume)
    return next((text(mapping(one.get("persistentVolumeClaim")).get("claimName")) for one in volumes), "")


def _sorted(found: Iterable[Fill | None]) -> list[Fill]:
    known = [one for one in found if one]
    return sorted(known, key=lambda one: (-one.percent, one.namespace, one.claim))


def _fill(row: Item, claim: str, where: str) -> Fill | None:
    used, capacity = parse(row.get("used")), parse(row.get("capacity"))
    percent = share(used, capacity)
    if used is None or capacity is None or percent is None:
        return None
    namespace = text(row.get("namespace"))
    amounts = f"{percent:g} % full ({as_bytes(used)} of {as_bytes(capacity)})"
    return Fill(namespace, claim, percent, f"PersistentVolumeClaim {namespace}/{claim}{where}: {amounts}")
