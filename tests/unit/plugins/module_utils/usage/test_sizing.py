# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from decimal import Decimal

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import parse
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import sizing
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.demand import Container
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.queries import Used
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.sizing import Policy, as_resources, size
from hypothesis import given
from hypothesis import strategies as st

MI = 1024**2
POLICY = Policy(target=80, percentile=95, samples=100, window=604_800)


def container(cpu="", memory="", limit="", cpu_limit="", killed=0):
    told = {"cpu": cpu, "memory": memory}, {"memory": limit, "cpu": cpu_limit}
    requests, limits = ({name: parse(value) for name, value in part.items() if value} for part in told)
    return Container(requests, limits, 1, killed)


def used(cpu=0.1, memory=100.0, peak=None, samples=100, weak=False):
    return Used(cpu, memory * MI, (peak or memory) * MI, samples, 1, weak)


@pytest.mark.parametrize(
    ("has", "took", "verdict", "anew"),
    [
        (container("1", "1Gi"), used(), "lower", {"requests": {"cpu": "130m", "memory": "128Mi"}}),
        (container("130m", "128Mi"), used(), "fits", {}),
        (container("120m", "120Mi"), used(), "fits", {}),
        (container("105m", "105Mi"), used(), "raise", {"requests": {"cpu": "130m", "memory": "128Mi"}}),
        (container(), used(), "raise", {"requests": {"cpu": "130m", "memory": "128Mi"}}),
        (container("130m", "1Gi"), used(), "lower", {"requests": {"memory": "128Mi"}}),
        (container("10m", "32Mi"), used(0.0001, 1), "fits", {}),  # smaller than what is ever proposed
        (container("130m", "128Mi", "2Gi"), used(), "lower", {"limits": {"memory": "128Mi"}}),
        (container("130m", "128Mi", "192Mi"), used(peak=190), "raise", {"limits": {"memory": "240Mi"}}),
        (container("130m", "128Mi", "200Mi"), used(peak=150), "fits", {}),
        (
            container("50m", "128Mi", cpu_limit="100m"),
            used(),
            "raise",
            {"requests": {"cpu": "130m"}, "limits": {"cpu": "130m"}},
        ),
        (container("1", "1Gi"), used(samples=99), "not_enough_data", {}),
        (container("1", "1Gi"), None, "not_enough_data", {}),
        (container("1", "1Gi"), used(samples=1, weak=True), "lower", {"requests": {"cpu": "130m", "memory": "128Mi"}}),
    ],
)
def test_a_size_is_found_from_what_was_used(has, took, verdict, anew):
    found = size(has, took, POLICY)
    assert (found.verdict, as_resources(found.requests, found.limits)) == (verdict, anew)


def test_who_was_killed_for_want_of_memory_never_gets_less():
    found = size(container("130m", "1Gi", "1Gi", killed=1), used(), POLICY)
    assert (found.verdict, as_resources(found.requests, found.limits)) == ("raise", {"limits": {"memory": "1280Mi"}})
    unmeasured = size(container("1", "1Gi", "1Gi", killed=1), None, POLICY)
    assert as_resources(unmeasured.requests, unmeasured.limits) == {"limits": {"memory": "1280Mi"}}


AMOUNTS = st.floats(0.0001, 64)


@given(cpu=AMOUNTS, memory=st.floats(1, 65_536), peak=st.floats(1, 65_536), asks=AMOUNTS, holds=st.floats(1, 65_536))
def test_what_is_proposed_holds_what_was_used_and_fits_when_it_is_set(cpu, memory, peak, asks, holds):
    took = Used(cpu, memory * MI, max(memory, peak) * MI, 100, 1)
    limit = Decimal(int(max(holds, 1) * 2 * MI))
    has = Container(
        {"cpu": Decimal(str(round(asks, 3))) or Decimal("0.001"), "memory": Decimal(int(holds * MI))},
        {"memory": limit},
        1,
    )
    found = size(has, took, POLICY)
    requests, limits = {**has.requests, **found.requests}, {**has.limits, **found.limits}
    for name, taken in (("cpu", cpu), ("memory", memory * MI)):
        assert name not in found.requests or float(requests[name]) >= taken
        assert name not in found.requests or parse(sizing.quantity(name, requests[name])) == requests[name]
    if found.requests or found.limits:
        assert limits["memory"] >= requests["memory"]
        assert size(Container(requests, limits, 1), took, POLICY).verdict == "fits"
