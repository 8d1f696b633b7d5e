# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages that are made from playbooks, roles, checks and docs/architecture.yml."""

from __future__ import annotations

import dataclasses
import re
import sys

import pytest

from tests.support.commands import ROOT, run

sys.path.insert(0, str(ROOT / "scripts"))

from docpages import architecture, catalogue, checks, diagram, markdown, runbooks, settings, source, stage

SOURCE = source.read(ROOT)
COMPONENTS = SOURCE.architecture["components"]
DIAGRAMS = SOURCE.architecture["diagrams"]
HOSTILE = "a | `b` <script>*c*</script> {{ d }} [e](f) ~g~ $h$\n# i"


def test_generated_pages_are_fresh() -> None:
    run(ROOT / "scripts" / "sync-docs", "--check")


@pytest.mark.parametrize("one", SOURCE.runbooks, ids=lambda one: one.stem)
def test_every_runbook_has_every_section(one) -> None:
    page = runbooks.render(one, SOURCE)
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == list(runbooks.HEADINGS)
    assert len(re.findall(r"^### \d+\. ", page, re.MULTILINE)) == len(one.steps)
    for _where, command in one.commands():
        assert command in page


@pytest.mark.parametrize(
    ("fail_on", "told"),
    [
        ("", "never"),
        ("warning", "from `warning` on"),
        ("{{ x_fail_on | default('critical') }}", "from critical on; `x_fail_on` changes it"),
        ("{{ x }}", "from `{{ x }}` on"),
    ],
)
def test_a_page_tells_which_findings_fail_a_run(fail_on: str, told: str) -> None:
    one = next(one for one in SOURCE.runbooks if one.life_cycle)
    page = runbooks.render(dataclasses.replace(one, declared={**one.declared, "fail_on": fail_on}), SOURCE)
    assert f"| Findings fail the run | {told} |" in page


def test_the_catalogue_names_every_runbook_and_every_alert() -> None:
    page = catalogue.render(SOURCE)
    for one in SOURCE.runbooks:
        assert f"]({one.stem}.md)<br>`{one.stem}`" in page
        for alert in one.texts("alerts"):
            assert re.search(rf"\| `{alert}` \|.*\({one.stem}\.md\)", page)


@pytest.mark.parametrize("check", SOURCE.checks, ids=lambda check: check.name)
def test_every_check_is_told_with_its_thresholds_and_their_reasons(check) -> None:
    page = checks.render(SOURCE)
    part = page.split(f"\n### {markdown.words(check.name)}\n")[1].split("\n### ")[0]
    assert markdown.words(check.title) in part
    for limit in check.thresholds:
        assert f"`{limit.name}`" in part
        assert markdown.words(limit.why) in part


def test_every_option_of_every_role_is_told() -> None:
    page = settings.render(SOURCE)
    for role, spec in SOURCE.roles.items():
        assert f"\n## Role {markdown.words(role)}\n" in page
        for entry in spec.values():
            for name in entry.get("options") or {}:
                assert f"| `{name}`<br>" in page


def test_a_runbook_of_hostile_texts_makes_a_page_of_the_same_shape() -> None:
    def hostile(value: object) -> object:
        if isinstance(value, list):
            return [hostile(one) for one in value]
        if isinstance(value, dict):
            return {name: hostile(one) for name, one in value.items()}
        return HOSTILE if isinstance(value, str) else value

    good = SOURCE.runbooks[0]
    page = runbooks.render(dataclasses.replace(good, declared=hostile(good.declared)), SOURCE)
    outside = re.sub(r"```.*?```|(`+)[^\n]*?\1", "", page, flags=re.DOTALL)
    assert re.findall(r"^## (.+)$", outside, re.MULTILINE) == list(runbooks.HEADINGS)
    assert "<script>" not in outside.replace("\\<script\\>", "")
    assert "](f)" not in outside.replace("\\[e\\](f)", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", "`a`"), ("", ""), ("a`b", "``a`b``"), ("`a`", "`` `a` ``"), ("a\n b", "`a b`")],
)
def test_code_of_any_text(text: str, expected: str) -> None:
    assert markdown.code(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("such as V(14d)", "such as `14d`"),
        ("V(age\\(time\\)) gives", "`age(time)` gives"),
        ("P(agent_platform.ops.platform#role)", "`agent_platform.ops.platform`"),
        ("a_b C(c_d) <e>", "a\\_b `c_d` \\<e\\>"),
        ("SERVICE(x)", "SERVICE(x)"),
    ],
)
def test_markup_of_descriptions(text: str, expected: str) -> None:
    assert markdown.semantic(text) == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("README.md", "[d](docs/design.md#x)", "[d](design.md#x)"),
        ("README.md", "![r](docs/images/report.png)", "![r](images/report.png)"),
        ("README.md", "[w](playbooks/w.yml)", "w (`playbooks/w.yml`)"),
        ("README.md", "[playbooks/rbac](playbooks/rbac)", "playbooks/rbac"),
        ("tests/README.md", "[c](../CONTRIBUTING.md)", "[c](contributing.md)"),
        ("docs/runbooks/index.md", "[c](../checks.md#pods)", "[c](../checks.md#pods)"),
        ("docs/design.md", "[x](https://example.org/a) [y](#here)", "[x](https://example.org/a) [y](#here)"),
        ("docs/design.md", "`[x](y.md)`", "`[x](y.md)`"),
    ],
)
def test_links_lead_to_the_place_in_the_site(path: str, text: str, expected: str) -> None:
    assert stage.relink(text, path) == expected


def test_references_to_other_sites_become_text() -> None:
    page = ".. _here:\n\n:ref:`this <here>` :ref:`that <gone>` :ref:`gone`"
    assert stage.unlink(page, stage.labels(page)) == ".. _here:\n\n:ref:`this <here>` that gone"


def test_the_matrix_names_components_and_checks_that_exist() -> None:
    known = {check.name for check in SOURCE.checks}
    for one in COMPONENTS.values():
        assert {*one["triggers"], *one["needs"]} <= set(COMPONENTS)
        assert set(one["checks"]) <= known
        assert one["does"]
        assert one["fails"]


def _overlap(one: diagram.Box, other: diagram.Box, slack: float = 0) -> bool:
    return not (
        one[2] <= other[0] + slack
        or other[2] <= one[0] + slack
        or one[3] <= other[1] + slack
        or other[3] <= one[1] + slack
    )


@pytest.mark.parametrize("one", DIAGRAMS, ids=lambda one: one["id"])
def test_nothing_in_a_drawing_lies_on_something_else(one: dict) -> None:
    made = architecture.made(one, COMPONENTS)
    boxes = {name: node.box for name, node in made.nodes.items()}
    labels = [edge.label_box for edge in made.edges if edge.label]
    for edge, wanted in zip(made.edges, one["edges"], strict=True):
        for point in edge.points:
            crossed = [name for name, box in boxes.items() if _overlap((*point, *point), box)]
            assert set(crossed) <= {wanted["from"], wanted["to"]}, f"{wanted} crosses {crossed}"
    for index, label in enumerate(labels):
        assert [name for name, box in boxes.items() if _overlap(label, box)] == []
        assert [other for other in labels[index + 1 :] if _overlap(label, other)] == []


@pytest.mark.parametrize("one", DIAGRAMS, ids=lambda one: one["id"])
def test_texts_fit_into_their_boxes_and_a_drawing_onto_a_phone(one: dict) -> None:
    made = architecture.made(one, COMPONENTS)
    for node in made.nodes.values():
        assert len(node.name) * 8 <= diagram.WIDTH - 4
        assert len(node.note) * 6.6 <= diagram.WIDTH - 4
    left, _top, right, _bottom = made.box
    assert right - left <= 460


def test_a_drawing_says_what_it_shows_and_masks_what_it_is_given() -> None:
    about = {"rows": [["a"], ["b"]], "edges": [{"from": "a", "to": "b", "label": "<&>"}]}
    made = diagram.layout(about, {"a": {"name": "A<b>"}, "b": {"name": "B"}})
    drawn = diagram.svg(made, 'T"', "D<")
    assert 'role="img" aria-label="T&quot;"' in drawn
    assert "&lt;&amp;&gt;" in drawn
    assert "A&lt;b&gt;" in drawn
    assert "<desc>D&lt;</desc>" in drawn
