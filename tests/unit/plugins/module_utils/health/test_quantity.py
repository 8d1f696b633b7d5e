# SPDX-License-Identifier: GPL-3.0-or-later
from decimal import Decimal

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes, as_cores, parse, share
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import JSON
from hypothesis import given
from hypothesis import strategies as st

UNITS = {
    "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "": 1, "k": 10**3, "M": 10**6, "G": 10**9,
    "T": 10**12, "P": 10**15, "E": 10**18, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "Pi": 2**50, "Ei": 2**60,
}  # fmt: skip
NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False)


@given(NUMBERS)
def test_every_unit_is_exact(number):
    for unit, factor in UNITS.items():
        assert parse(f"{number:f}{unit}") == number * Decimal(factor)


@given(st.integers(-999, 999), st.integers(-20, 20), st.sampled_from("eE"), st.sampled_from(["", "+"]))
def test_an_exponent_stands_instead_of_a_unit(number, exponent, letter, sign):
    written = f"{number}{letter}{sign if exponent >= 0 else ''}{exponent}"
    assert parse(written) == Decimal(number).scaleb(exponent)


@pytest.mark.parametrize(
    ("written", "number"),
    [("1E", 10**18), ("1E3", 1000), ("1e3", 1000), ("1Ei", 2**60), (".5", "0.5"), ("5.", 5), ("+1", 1), ("-1Ki", -1024),
     ("0", 0), (3, 3), (0.5, "0.5"), (Decimal("2.5"), "2.5"), ("100m", "0.1"), ("1500n", "0.0000015")],
)  # fmt: skip
def test_forms_that_look_alike_are_told_apart(written, number):
    assert parse(written) == Decimal(number)


@pytest.mark.parametrize(
    "written",
    ["", " ", "1 Gi", "Gi", "1gi", "1K", "1mi", "1e", "e3", "1e3Ki", "1_000", "1,5", "--1", "0x10", "٣", "NaN",
     "Infinity", "1\n", None, True, False, [], {}, float("nan"), float("inf"), b"1", "1" * 81, "1e999"],
    ids=repr,
)  # fmt: skip
def test_nonsense_is_no_quantity(written):
    assert parse(written) is None


@given(JSON)
def test_any_value_gives_a_number_or_none(value):
    number = parse(value)
    assert number is None or number.is_finite()


@pytest.mark.parametrize(
    ("used", "limit", "percent"),
    [("85", "100", 85.0), ("1Gi", "2Gi", 50.0), ("250m", "1", 25.0), ("3", "1", 300.0), ("0", "5", 0.0),
     ("1", "0", None), ("1", "-5", None), (None, "1", None), ("1", None, None)],
)  # fmt: skip
def test_a_share_is_known_only_where_both_are(used, limit, percent):
    assert share(parse(used), parse(limit)) == percent


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (1610612736, "1.5 GiB"),
        (2**70, "1024.0 EiB"),
        (-2048, "-2.0 KiB"),
    ],
)
def test_bytes_in_the_unit_of_a_reader(number, words):
    assert as_bytes(number) == words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 cores"), (0.25, "250 m"), (1, "1 core"), (12, "12 cores"), (1234.56, "1,234.6 cores")]
)
def test_cores_in_the_unit_of_a_reader(number, words):
    assert as_cores(number) == words
