# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 s"),
        (48.2, "48 s"),
        (59.6, "1 min"),
        (125, "2 min 5 s"),
        (600, "10 min"),
        (3600, "1 h"),
        (3840, "1 h 4 min"),
        (180_000, "2 d 2 h"),
        (-3, "0 s"),
    ],
)
def test_durations_have_at_most_two_units(seconds, shown):
    assert text.duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.04, "0.0 s"), (9.81, "9.8 s"), (99.94, "99.9 s"), (125, "2.1 min"), (5999, "1.7 h")]
)
def test_the_time_of_a_step_fits_its_column(seconds, shown):
    assert text.took(seconds) == shown
    assert len(shown) <= 9


def test_numbers_have_thousands_separators():
    assert text.number(1204) == "1,204"


@pytest.mark.parametrize(("number", "shown"), [(1, "1 change"), (0, "0 changes"), (1204, "1,204 changes")])
def test_counts_agree_with_their_noun(number, shown):
    assert text.count(number, "change") == shown


def test_a_moment_becomes_the_name_of_a_file():
    assert text.stamp(text.utc(1_795_248_000.9)) == "2026-11-21T08-00-00Z"


def test_plain_lines_are_ascii():
    assert text.plain("1,204 deleted · 3 – 4 — «x»… ü") == '1,204 deleted | 3 - 4 - "x"... ?'


def test_a_cut_line_shows_that_it_was_cut():
    assert text.shorten("a long name", 7) == "a long…"
    assert text.shorten("short", 5) == "short"


def test_text_of_others_becomes_one_line():
    assert text.one_line("a\n\tb  c\r\n") == "a b c"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[2Jred\x07", "�[2Jred�"),
        ("a\u202egnp.exe\u2066\u200f", "a�gnp.exe��"),
        ("lone \ud800 half", "lone � half"),
        ("\x00\x85\ufffe\u2028", "����"),
        ("Grüße · 日本 👩‍🔧\tand\nlines", "Grüße · 日本 👩‍🔧\tand\nlines"),
    ],
)
def test_text_of_others_steers_neither_a_terminal_nor_the_eye(raw, shown):
    assert text.clean(raw) == shown
    text.clean(raw).encode()
    assert text.clean(text.one_line(raw)) == text.one_line(raw)


@pytest.mark.parametrize(
    ("parts", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_a_listing_ends_with_and(parts, words):
    assert text.listing(parts) == words
