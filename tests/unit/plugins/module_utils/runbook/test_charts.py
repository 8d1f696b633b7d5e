# SPDX-License-Identifier: GPL-3.0-or-later
import builtins
import re
from xml.etree import ElementTree

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import charts
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.outlooks import Outlook
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series


def series(*values: float | None, name: str = "a", unit: str = "%", limit: float | None = 85.0) -> Series:
    points = tuple((f"2026-11-{day:02}T08:00:00Z", value) for day, value in enumerate(values, 1))
    return Series(name, name.title(), unit, limit, points)


def drawing(one: Series) -> ElementTree.Element:
    return ElementTree.fromstring(charts.draw(one))


def paths(one: Series, number: int = 0) -> list[str]:
    wanted = f".//g[@class='series serie-{number} color-{number}']/path"
    return [path.attrib["d"] for path in drawing(one).iterfind(wanted)]


def heights(one: Series) -> list[float]:
    return [float(dot.attrib["cy"]) for dot in drawing(one).iterfind(".//circle")]


def test_the_same_series_gives_the_same_bytes():
    assert charts.draw(series(1, 2, 3)) == charts.draw(series(1, 2, 3))


def test_nothing_but_a_drawing_stands_in_it():
    made = charts.draw(series(1, None, 3, unit="<script>alert(1)</script>"))
    assert re.findall(r"script>|<style|<!--|http|href|\bid=|url\(", made.replace("&lt;script&gt;", "")) == []
    assert re.search(r"pygal \d", made) is None
    assert set(re.findall(r"20\d\d-\d\d-\d\d", made)) == {"2026-11-01", "2026-11-03"}


def test_who_does_not_see_it_is_told_what_it_shows():
    root = drawing(series(1, None, 3, name="<b>a\n"))
    assert root.attrib["role"] == "img"
    assert [one.tag for one in root][:2] == ["title", "desc"]
    assert root.findtext("title") == "<B>A"
    assert root.findtext("desc") == "1 % on 2026-11-01, 3 % on 2026-11-03; limit 85 %"
    ahead = ElementTree.fromstring(charts.draw_outlook(outlook()))
    assert ahead.findtext("desc").endswith("limit 100 %; 85 % expected on 2027-01-10")


@pytest.mark.parametrize(
    ("values", "pieces"), [((1, 2, 3), 1), ((1, 2, None, 3, 4), 2), ((None, 1, 2), 1), ((1, None, 2), 0)]
)
def test_where_nothing_was_known_the_line_has_a_gap(values, pieces):
    known = [value for value in values if value is not None]
    assert len(paths(series(*values))) == pieces
    assert len(heights(series(*values))) == len(known)


def test_the_limit_is_a_line_from_the_first_to_the_last_moment():
    (line,) = paths(series(10, 20, 30), 1)
    ends = re.findall(r"([\d.]+) ([\d.]+)", line)
    dots = [float(dot.attrib["cx"]) for dot in drawing(series(10, 20, 30)).iterfind(".//circle")]
    assert ends[0][1] == ends[1][1]
    assert [float(x) for x, _y in ends] == pytest.approx([dots[0], dots[-1]], abs=0.01)
    assert paths(series(10, 20, limit=None), 1) == []


@pytest.mark.parametrize(
    "one",
    [
        series(12, 12, 12),
        series(0, 0, limit=None),
        series(-3, 4, -5),
        series(-2, -2, limit=-1),
        series(1e-9, 2e-9, limit=None),
        series(1e18, 2e18, unit="bytes"),
        series(5, 500_000, limit=1),
        series(*range(60)),
        Series("a", "A", "", None, (("2026-11-21T08:00:00Z", 1.0),) * 2),
    ],
    ids=str,
)
def test_every_value_lies_within_the_chart(one):
    top = drawing(one).find(".//g[@class='plot']/rect").attrib
    assert [height for height in heights(one) if not 0 <= height <= float(top["height"])] == []


def test_higher_values_stand_higher():
    first, second, third = heights(series(10, 80, 40))
    assert second < third < first


def test_distances_are_those_of_time():
    moments = ("2026-11-01T08:00:00Z", "2026-11-02T08:00:00Z", "2026-11-21T08:00:00Z")
    one = Series("a", "A", "", None, tuple((moment, 1.0) for moment in moments))
    x = [float(dot.attrib["cx"]) for dot in drawing(one).iterfind(".//circle")]
    assert (x[1] - x[0]) / (x[2] - x[0]) == pytest.approx(1 / 20)


def test_a_day_of_its_own_shows_times():
    one = Series("a", "A", "", None, (("2026-11-21T08:00:00Z", 1.0), ("2026-11-21T09:30:00Z", 2.0)))
    assert "2026-11-21 08:00" in charts.draw(one)
    assert "09:30 UTC" in charts.draw(one)


@pytest.mark.parametrize(
    "one",
    [
        series(10, 40),
        series(0, 3_000_000, unit="", limit=None),
        series(0, 1.5 * 2**40, unit="bytes", limit=None),
        series(30, 5000, unit="min", limit=240.0),
        Series("a", "A", "", None, (("2026-11-21T08:00:00Z", 1.0), ("2026-11-21T09:30:00Z", 2.0))),
    ],
    ids=str,
)
def test_no_text_lies_outside_of_the_drawing(one):
    root, wide = drawing(one), 6.4  # of a letter, 11 px high
    [left] = re.findall(r"translate\(([\d.]+)", root.find("./g/g[@class='plot']").attrib["transform"])
    marks = [text for text in root.iterfind(".//g[@class='axis y always_show']//text") if text.text]
    assert marks
    for mark in marks:
        assert float(left) + float(mark.attrib["x"]) - wide * len(mark.text) >= 0, mark.text
    ends = [text for text in root.iterfind(".//g[@class='axis x']//text") if text.text]
    assert len(ends) == 2
    assert sum(wide * len(end.text) for end in ends) <= charts.WIDTH - float(left) - 8


def test_those_nearest_to_their_limit_are_drawn():
    near = [series(10, 40 + n, name=f"n{n:02}") for n in range(charts.MOST)]
    far = [series(1, 2, name="far"), series(1, 99, name="free", limit=None)]
    alone = [series(84, name="alone"), series(None, None, name="never"), series(None, 5, name="once")]
    drawn, others = charts.choose([*far, *alone, *near])
    assert [one.name for one in drawn] == [f"n{n:02}" for n in reversed(range(charts.MOST))]
    assert [one.name for one in others] == ["alone", "once", "far", "free", "never"]


def test_one_moment_that_cannot_be_read_is_left_out():
    one = Series("a", "A", "", None, (("yesterday", 3.0), ("2026-11-21T08:00:00Z", 1.0), ("2026-11-22T08:00:00Z", 2.0)))
    assert len(heights(one)) == 2
    assert charts.choose([Series("a", "A", "", None, one.points[:2])])[0] == []


def test_without_the_library_there_are_no_charts(monkeypatch):
    real = builtins.__import__

    def missing(name, *more):
        if name == "pygal":
            raise ImportError("No module named 'pygal'")
        return real(name, *more)

    assert charts.available()
    monkeypatch.setattr(builtins, "__import__", missing)
    assert not charts.available()


def outlook(high: float = 120.0, limit: float | None = 100.0) -> Outlook:
    start, end = "2026-11-01T08:00:00Z", "2027-01-10T08:00:00Z"
    points = (("2026-11-01T08:00:00Z", 50.0), ("2026-11-21T08:00:00Z", 60.0))
    ends = ((start, 50.0), (end, 70.0)), ((start, 50.0), (end, 85.0)), ((start, 50.0), (end, high))
    return Outlook("Memory", "grows", "%", limit, points, *ends)


@pytest.mark.parametrize("limit", [100.0, None])
def test_an_outlook_shows_the_lines_that_the_history_allows(limit):
    root = ElementTree.fromstring(charts.draw_outlook(outlook(limit=limit)))
    lines = [root.findall(f".//g[@class='series serie-{number} color-{number}']/path") for number in range(5)]
    assert [len(one) for one in lines] == [1, 1 if limit else 0, 1, 1, 1]
    assert "2027-01-10" in "".join(root.itertext())


def test_a_line_beyond_the_chart_ends_at_its_edge():
    root = ElementTree.fromstring(charts.draw_outlook(outlook(high=10_000.0)))
    [steep] = root.findall(".//g[@class='series serie-4 color-4']/path")
    heights = [float(y) for _x, y in re.findall(r"([\d.-]+) ([\d.-]+)", steep.attrib["d"])]
    assert min(heights) >= -0.01
