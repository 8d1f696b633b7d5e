# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What containers should ask for, from what they used. Pure. Private API.

| verdict         | when                                                                                    |
|-----------------|-----------------------------------------------------------------------------------------|
| not_enough_data | fewer samples than are wanted, or nobody measured it                                     |
| raise           | it uses more than 90 % of what it asks for, asks for nothing, or was killed for memory   |
| lower           | it uses less than 60 %                                                                   |
| fits            | none of these, or the size that would be proposed is the one it has                      |
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity import RESOURCES
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.demand import Container
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.queries import Used

LACKING, RAISE, LOWER, FITS = "not_enough_data", "raise", "lower", "fits"
_WORST = (RAISE, LACKING, LOWER, FITS)
_FULL, _IDLE = 0.9, 0.6  # of what is asked for, outside of which it is sized anew
_ROOMY = 2  # a limit this many times what is needed is lowered
_GROWTH = Decimal("1.25")  # after a container was killed, nobody knows how much it would have used
_STEPS = {"cpu": Decimal("0.01"), "memory": Decimal(16 * 1024**2)}
_LEAST = {"cpu": Decimal("0.01"), "memory": Decimal(32 * 1024**2)}


@dataclass(frozen=True, slots=True)
class Policy:
    """How sizes are found. target: percent of a request that should be used. percentile: of the samples.

    samples: how many are needed of a container. window: seconds that are looked back.
    """

    target: float
    percentile: float
    samples: int
    window: int


@dataclass(frozen=True, slots=True)
class Size:
    """What one container should ask for. requests, limits: only what is to be set anew. used: as it was measured."""

    verdict: str
    used: Used
    requests: dict[str, Decimal] = field(default_factory=dict)
    limits: dict[str, Decimal] = field(default_factory=dict)


def size(container: Container, used: Used | None, policy: Policy) -> Size:
    """What a container should ask for; its limit of CPU is never lowered, since that only slows it down."""
    used = used or Used()
    killed = container.killed > 0
    if used.samples < (1 if used.weak else policy.samples) or used.cpu is None or used.memory is None:
        grown = _after_kill(container) if killed else {}
        return Size(RAISE if grown else LACKING, used, limits=grown)
    requests, limits, verdicts = {}, {}, []
    for resource, taken in (("cpu", used.cpu), ("memory", used.memory)):
        verdict, wanted = _request(resource, container.requests.get(resource), taken, policy)
        if verdict == LOWER and killed and resource == "memory":
            verdict = FITS
        verdicts.append(verdict)
        if verdict in (RAISE, LOWER):
            requests[resource] = wanted
    limits |= _limits(container, requests, used, policy)
    if any(amount > container.limits[name] for name, amount in limits.items()):
        verdicts.append(RAISE)
    elif limits:
        verdicts.append(LOWER)
    return Size(worst(verdicts), used, requests, limits)


def worst(verdicts: list[str]) -> str:
    """The one that a person must hear first."""
    return min(verdicts, key=_WORST.index, default=FITS)


def rounded(resource: str, amount: Decimal | float) -> Decimal:
    """Up to a number that people write: 10 m of CPU, 16 MiB of memory."""
    step = _STEPS[resource]
    return max(_LEAST[resource], math.ceil(Decimal(str(amount)) / step) * step)


def quantity(resource: str, amount: Decimal) -> str:
    """As Kubernetes reads it: "130m", "2", "272Mi"; exact where it is none of these."""
    unit, name = (Decimal("0.001"), "m") if resource == "cpu" else (Decimal(1024**2), "Mi")
    if amount == amount.to_integral_value() and (resource == "cpu" or amount % unit):
        return f"{int(amount)}"
    count = amount / unit
    return f"{int(count)}{name}" if count == count.to_integral_value() else f"{amount.normalize():f}"


def as_resources(requests: Mapping[str, Decimal], limits: Mapping[str, Decimal]) -> dict[str, dict[str, str]]:
    """The field resources of a container, as far as it is set anew."""
    told = {"requests": requests, "limits": limits}
    return {
        part: {name: quantity(name, amounts[name]) for name in RESOURCES if name in amounts}
        for part, amounts in told.items()
        if amounts
    }


def _request(resource: str, asked: Decimal | None, taken: float, policy: Policy) -> tuple[str, Decimal]:
    wanted = rounded(resource, taken * 100 / policy.target)
    if not asked:
        return RAISE, wanted
    share = taken / float(asked)
    if wanted == asked or _IDLE <= share <= _FULL:
        return FITS, asked
    if share > _FULL:
        return RAISE, max(wanted, asked)
    return (LOWER, wanted) if wanted < asked else (FITS, asked)


def _limits(container: Container, requests: Mapping[str, Decimal], used: Used, policy: Policy) -> dict[str, Decimal]:
    """Limits that do not fit any more; where there is none, none is set."""
    found = {}
    cpu, memory = container.limits.get("cpu"), container.limits.get("memory")
    if cpu is not None and requests.get("cpu", Decimal(0)) > cpu:
        found["cpu"] = requests["cpu"]
    if memory is not None:
        asked = requests.get("memory", container.requests.get("memory", Decimal(0)))
        needed = max(rounded("memory", (used.memory_peak or 0.0) * 100 / policy.target), asked)
        if container.killed:
            needed = max(needed, rounded("memory", memory * _GROWTH))
        if needed > memory or needed * _ROOMY < memory:
            found["memory"] = needed
    return found


def _after_kill(container: Container) -> dict[str, Decimal]:
    limit = container.limits.get("memory")
    return {"memory": rounded("memory", limit * _GROWTH)} if limit else {}
