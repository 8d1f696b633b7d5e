# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import paths
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("path", "root", "header", "in_body"),
    [
        ("headers.X-Github-Event.0", "headers", "X-Github-Event", ""),
        ("header.X-Token", "header", "X-Token", ""),
        ("headers|X-Github-Event|0", "headers", "X-Github-Event", ""),
        ("headers", "headers", "", ""),
        ("body.X-GitHub-Event", "body", "", "X-GitHub-Event"),
        ("body.x-hub-signature-256", "body", "", "x-hub-signature-256"),
        ("body.x-token", "body", "", ""),  # a plain webhook may have such a field
        ("body.headers.X-GitHub-Event", "body", "", ""),
        (r"body\.x.y", r"body\.x", "", ""),
        ("headers.X-*", "", "", ""),
        ("body.commits.#.id", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_what_a_path_reads(path, root, header, in_body):
    assert (paths.root(path), paths.header(path), paths.header_in_body(path)) == (root, header, in_body)


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("X-GitHub-Event", "X-Github-Event"),
        ("x-hub-signature-256", "X-Hub-Signature-256"),
        ("ETag", "Etag"),
        ("odd name", "odd name"),
    ],
)
def test_headers_are_written_as_go_does(name, canonical):
    assert paths.canonical(name) == canonical
    assert paths.canonical(canonical) == canonical


@pytest.mark.parametrize(
    ("path", "writable"),
    [
        ("metadata.name", True),
        ("spec.arguments.parameters.0.value", True),
        ("spec.arguments.parameters.-1", True),
        (r"metadata.annotations.example\.com/x", True),
        ("spec.arguments.parameters[0].value", False),
        ("$.metadata.name", False),
        (".metadata.name", False),
        ("/metadata/name", False),
        ("metadata.", False),
        ("", False),
    ],
)
def test_where_can_be_written(path, writable):
    assert paths.is_destination(path) is writable


@given(st.text())
def test_any_text_is_a_path_or_none(path):
    assert paths.root(path) == "" or path.startswith(paths.root(path))
    paths.is_destination(path)
