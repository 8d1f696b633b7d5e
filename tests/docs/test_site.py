# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site: built without a warning, read without a network, and nothing left out."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.support.commands import CACHE, ROOT, environment, run

# Elements that make a browser fetch something by itself; a link that a person follows may lead anywhere.
FETCHING = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "use": "href"}
# Names of a link that tell where a page belongs, and fetch nothing.
NAMING = {"canonical", "next", "prev", "search", "index", "author", "top", "up"}


@pytest.fixture(scope="module")
def site() -> Path:
    """The site, built into a folder of the tests."""
    folder = CACHE / "docs"
    env = environment(private_home=True)
    said = run(sys.executable, ROOT / "scripts" / "build-docs", folder, env=env, timeout=1200)
    assert (said.stdout.strip(), said.stderr) == (str(folder / "html" / "index.html"), "")
    return folder / "html"


class Fetched(HTMLParser):
    """Addresses that a page makes a browser fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in FETCHING and not set((given.get("rel") or "").split()) & NAMING:
            self.found.append((given.get(FETCHING[tag]) or "").split("#")[0])


def test_every_page_is_read_without_a_network(site: Path) -> None:
    outside = []
    for path in site.rglob("*.html"):
        page = Fetched()
        page.feed(path.read_text())
        outside += [(path.name, one) for one in page.found if re.match(r"(?:\w+:)?//", one)]
        missing = [one for one in page.found if one and not one.startswith("data:")]
        outside += [(path.name, one) for one in missing if not (path.parent / one.split("?")[0]).exists()]
    assert outside == []
    sheets = "\n".join(path.read_text() for path in site.rglob("*.css"))
    assert re.findall(r"(?:@import|url\()\s*['\"]?(?:https?:)?//[^)]*", sheets) == []


@pytest.mark.parametrize(
    "page",
    [
        "runbooks/index", "runbooks/weekly_maintenance", "checks", "settings", "architecture", "own-runbooks", "readme",
        "contributing", "tests", "design", "runbook-life-cycle", "benchmarks", "dependencies", "security", "search",
        "collections/agent_platform/ops/runbook_info_module", "collections/agent_platform/ops/runbook_role",
    ],
)  # fmt: skip
def test_the_page_is_there(site: Path, page: str) -> None:
    assert (site / f"{page}.html").is_file()


def test_every_module_and_role_has_a_page(site: Path) -> None:
    reference = site / "collections" / "agent_platform" / "ops"
    modules = [path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")]
    roles = [path.parents[1].name for path in (ROOT / "roles").glob("*/meta/argument_specs.yml")]
    wanted = [f"{name}_module" for name in modules] + [f"{name}_role" for name in roles]
    assert [name for name in wanted if not (reference / f"{name}.html").is_file()] == []


def test_drawings_stand_in_the_page_so_that_they_follow_its_colours(site: Path) -> None:
    assert (site / "architecture.html").read_text().count("<svg ") >= 4


def test_the_box_of_the_catalogue_has_its_script(site: Path) -> None:
    page = (site / "runbooks" / "index.html").read_text()
    assert 'data-filter="catalogue"' in page
    assert "_static/site.js" in page


def test_two_dashes_stay_two_dashes(site: Path) -> None:
    page = (site / "runbooks" / "weekly_maintenance.html").read_text()
    assert "Run it with --check first" in page
