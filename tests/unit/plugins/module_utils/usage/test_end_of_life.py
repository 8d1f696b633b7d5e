# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import date

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.end_of_life import line_of, lines
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.references import parse

from tests.support.commands import ROOT

DATA = [
    {"image": "*/library/node", "version": "2", "ends": "2020-01-01", "source": "x"},
    {"image": "*/library/node", "version": "20", "ends": "2026-04-30", "source": "x"},
    {"image": "*/nats-streaming", "ends": date(2023, 6, 30), "source": "x", "instead": "JetStream"},
]


@pytest.mark.parametrize(
    ("image", "ends"),
    [
        ("node:20", "2026-04-30"),
        ("node:v20.1", "2026-04-30"),
        ("node:20-alpine", "2026-04-30"),
        ("node:2.5", "2020-01-01"),
        ("node:200", None),
        ("node", None),
        ("quay.io/library/node:20.1", "2026-04-30"),
        ("nats-streaming:0.22.1", "2023-06-30"),
        ("nats-streaming", "2023-06-30"),
        ("ghcr.io/5dlabs/claude:1", None),
    ],
)
def test_an_image_belongs_to_the_closest_line(image, ends):
    found = line_of(parse(image), lines(DATA))
    assert (found and found.ends.isoformat()) == ends


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("x", "entry 1 takes image, version, ends"),
        ({"image": "x", "source": "y"}, "is no date"),
        ({"image": "x", "source": "y", "ends": "soon"}, "'soon' is no date; write it as 2026-11-01"),
        ({"image": "", "source": "y", "ends": "2026-01-01"}, "needs an image"),
        ({"image": "x", "ends": "2026-01-01"}, "and a source"),
        ({"image": "x", "colour": "red"}, "has a field 'colour'"),
    ],
)
def test_data_that_cannot_be_read_is_named(entry, words):
    with pytest.raises(OpsError, match=r"end_of_life: entry 1") as refused:
        lines([entry])
    assert words in str(refused.value)


def test_the_data_of_the_role_can_be_read():
    known = lines(yaml.safe_load((ROOT / "roles/image_inventory/files/end_of_life.yml").read_text()))
    assert line_of(parse("docker.io/library/alpine:3.20.1"), known).ends == date(2026, 4, 1)
    assert all(one.source.startswith("https://") for one in known)
