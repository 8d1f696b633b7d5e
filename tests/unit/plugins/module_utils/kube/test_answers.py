# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import answers


@pytest.mark.parametrize(
    ("status", "kind", "of"),
    [
        (400, "invalid", answers.OpsError),
        (401, "forbidden", answers.OpsError),
        (403, "forbidden", answers.OpsError),
        (404, "invalid", answers.NotFoundError),
        (409, "conflict", answers.OpsError),
        (410, "conflict", answers.GoneError),
        (422, "invalid", answers.OpsError),
        (429, "unreachable", answers.OpsError),
        (500, "unreachable", answers.OpsError),
        (504, "timeout", answers.OpsError),
    ],
)
def test_each_status_has_its_kind(status, kind, of):
    error = answers.failure(status, b'{"message": "the server\\n said so"}', "GET /x")
    assert (error.kind, type(error), error.status) == (kind, of, status)
    assert "the server said so" in str(error)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("coderuns is forbidden: User x cannot create resource", "Grant the Role"),
        ("pods y is forbidden: exceeded quota: small, requested: pods=1, used: pods=5, limited: pods=5", "Raise this"),
        ("coderuns z is forbidden: status unknown for quota: q, resources: count/coderuns", "not counted yet"),
    ],
)
def test_a_refusal_for_its_quota_does_not_ask_for_rights(words, hint):
    error = answers.failure(403, json.dumps({"message": words}).encode(), "POST /x")
    assert error.kind == "forbidden"
    assert hint in error.hint


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b'{"a": 1}', b"<html>bad gateway</html>"])
def test_an_answer_of_any_shape_gives_words(body):
    assert str(answers.failure(502, body, "GET /x")).strip()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("3", 3.0), ("0.5", 0.5), ("-1", 0.0), (None, None), ("", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)],
)
def test_retry_after(value, seconds):
    assert answers.retry_after(value) == seconds
