# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Way, parse, way


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v1.35.4", "v1.35.4"),
        (" 3.7.15 ", "v3.7.15"),
        ("v1.35.4+k3s1", "v1.35.4"),
        ("v1.35.0-rc.1", "v1.35.0-rc.1"),
        ("v1.35.0-alpha", "v1.35.0-alpha"),
    ],
)
def test_a_version_is_read_in_its_usual_forms(text, expected):
    assert str(parse(text)) == expected


@pytest.mark.parametrize(
    "text", ["", "latest", "1.35", "v1.35.4.1", "1.2.x", "v1.2.3-", "{{ x }}", None, 1.35, "9" * 99]
)
def test_whatever_is_no_version_is_refused_in_one_sentence(text):
    with pytest.raises(OpsError, match=r"^target: .* is no version; write it like v1\.35\.4$") as caught:
        parse(text, "target")
    assert caught.value.kind == "invalid"


def test_versions_sort_as_they_were_released():
    texts = ["v1.9.0", "v1.10.0-alpha.1", "v1.10.0-alpha.2", "v1.10.0-alpha.10", "v1.10.0-rc.1", "v1.10.0", "v2.0.0"]
    assert [str(one) for one in sorted(map(parse, reversed(texts)))] == texts


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("v1.34.4", "v1.34.4+x", Way.SAME),
        ("v1.34.4", "v1.34.9", Way.PATCH),
        ("v1.34.4", "v1.35.0", Way.MINOR),
        ("v1.33.0", "v1.35.0", Way.SKIP),
        ("v3.7.15", "v4.0.0", Way.MAJOR),
        ("v1.35.4", "v1.34.4", Way.BACK),
        ("v1.35.4", "v1.35.4-rc.1", Way.BACK),
        ("v4.0.0", "v3.7.15", Way.BACK),
    ],
)
def test_the_way_from_one_version_to_another(old, new, expected):
    assert way(parse(old), parse(new)) is expected
