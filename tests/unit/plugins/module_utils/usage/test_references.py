# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.references import parse, running_digest
from hypothesis import given
from hypothesis import strategies as st

DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("busybox", "docker.io/library/busybox"),
        ("busybox:1.36", "docker.io/library/busybox:1.36"),
        ("5dlabs/claude:1", "docker.io/5dlabs/claude:1"),
        ("index.docker.io/busybox", "docker.io/library/busybox"),
        ("ghcr.io/5dlabs/claude:1.0.72", "ghcr.io/5dlabs/claude:1.0.72"),
        ("localhost/x:1", "localhost/x:1"),
        ("registry:5000/x", "registry:5000/x"),
        ("registry.example:5000/a/b:v1", "registry.example:5000/a/b:v1"),
        (f"quay.io/a/b@{DIGEST}", f"quay.io/a/b@{DIGEST}"),
        (f"quay.io/a/b:v1@{DIGEST}", f"quay.io/a/b:v1@{DIGEST}"),
        ("[::1]:5000/x:1", "[::1]:5000/x:1"),
        (" busybox:1 ", "docker.io/library/busybox:1"),
    ],
)
def test_a_reference_is_read_as_runtimes_read_it(written, words):
    assert parse(written).words == words


@pytest.mark.parametrize(
    "written",
    ["", "{{ image }}", "a b", "<script>", "quay.io/", "x:tag with space", "x@sha256:short", "UPPER/x:y/", "x:", "-x"],
)
def test_what_no_runtime_takes_is_none(written):
    assert parse(written) is None


@pytest.mark.parametrize(
    ("image_id", "digest"),
    [
        (f"docker.io/library/x@{DIGEST}", DIGEST),
        (f"docker-pullable://x@{DIGEST}", DIGEST),
        (DIGEST, ""),  # the runtime's own number of an image
        ("", ""),
        ("x@latest", ""),
    ],
)
def test_only_a_digest_of_a_registry_counts(image_id, digest):
    assert running_digest(image_id) == digest


@given(st.text(max_size=80))
def test_any_text_is_a_reference_that_stays_the_same_or_none(text):
    found = parse(text)
    assert found is None or parse(found.words) == found
