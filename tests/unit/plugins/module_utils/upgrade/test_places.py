# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import places

DATA = {
    "specification": {"workflows": ["spec"], "sensors": ["a.spec", "b.spec"]},
    "template": {
        kind: ["{specification}.templates[]", "{specification}.defaults"] for kind in ("workflows", "sensors")
    },
}
KNOWN = places.read(DATA, "places")


@pytest.mark.parametrize(
    ("written", "plural", "wanted"),
    [
        (["spec.x"], "workflows", ("spec.x",)),
        (["{specification}.x", "y"], "workflows", ("spec.x", "y")),
        (["{specification}"], "sensors", ("a.spec", "b.spec")),
        (
            ["{template}.x"],
            "sensors",
            ("a.spec.templates[].x", "b.spec.templates[].x", "a.spec.defaults.x", "b.spec.defaults.x"),
        ),
        (["spec.{template}.x"], "workflows", ("spec.{template}.x",)),
    ],
)
def test_a_path_is_looked_for_wherever_its_place_is(written: list[str], plural: str, wanted: tuple[str, ...]) -> None:
    assert places.paths(KNOWN, written, plural, "here") == wanted


@pytest.mark.parametrize(("written", "plural"), [("{nobody}.x", "workflows"), ("{template}.x", "cronworkflows")])
def test_a_place_that_nobody_has_named_is_refused(written: str, plural: str) -> None:
    with pytest.raises(OpsError, match=f"here: nobody has said where [a-z]+ stands in {plural}; name it in places"):
        places.paths(KNOWN, [written], plural, "here")


@pytest.mark.parametrize("data", [{"x": {}}, {"x": {"workflows": []}}, {"x": None}, {"x": {"workflows": [1]}}])
def test_a_place_without_paths_is_refused(data: Any) -> None:
    with pytest.raises(OpsError, match=r"places\.x: it is empty"):
        places.read(data, "places")


def test_a_place_knows_only_those_before_it() -> None:
    with pytest.raises(OpsError, match="nobody has said where specification stands"):
        places.read(dict(reversed(DATA.items())), "places")


def test_people_read_it_without_braces() -> None:
    assert [places.called(one) for one in ("{template}.priority", "spec.x")] == ["priority of template", "spec.x"]
