# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.login_words import KINDS, last
from hypothesis import given
from hypothesis import strategies as st

LINES = [
    ("credentials", "gh: Bad credentials (HTTP 401) at https://api.github.com/user"),
    ("credentials", "fatal: Authentication failed for 'https://github.com/5dlabs/shop.git/'"),
    ("credentials", "A JSON web token could not be decoded"),
    ("credentials", "fatal: could not read Username for 'https://github.com': No such device or address"),
    ("permissions", "Resource not accessible by integration"),
    ("permissions", "remote: Permission to 5dlabs/shop.git denied to 5dlabs-rex[bot]."),
    ("permissions", "refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml`"),
    ("rate_limit", "You have exceeded a secondary rate limit. Please wait a few minutes"),
    ("rate_limit", "API rate limit exceeded for installation ID 7"),
    ("clock", "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"),
    ("outage", "fatal: unable to access: Could not resolve host: github.com"),
    ("outage", "Post https://api.github.com/graphql: 502 Bad Gateway"),
    ("model", '{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}'),
]


@pytest.mark.parametrize(("kind", "line"), LINES)
def test_each_kind_of_refusal_is_told_from_the_others(kind, line):
    assert last(f"working\n{line}\n").kind == kind


@pytest.mark.parametrize(
    "line",
    [
        "return HttpResponse(status=401)",
        "test_login_fails_with_403 PASSED",
        "fixed the token handling of the shop",
        "GET https://shop.example.com/cart 500",
        "port 4010 is open",
    ],
)
def test_code_and_tests_that_speak_of_errors_are_no_complaint(line):
    assert last(line) is None


def test_the_last_complaint_counts_with_all_of_its_kind():
    found = last("API rate limit exceeded\nBad credentials\nBad credentials\nall done")
    assert (found.kind, found.count) == ("credentials", 2)


def test_no_secret_is_in_the_line():
    assert "ghs_" not in last("Bad credentials for ghs_16C7e42F292c6912E7710c838347Ae178B4a").line


@given(st.text())
def test_any_text_is_harmless(log):
    found = last(log)
    assert found is None or (found.kind in KINDS and len(found.line) <= 200 and "\n" not in found.line)
