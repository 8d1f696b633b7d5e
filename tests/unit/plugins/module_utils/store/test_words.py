# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.store.words import is_no_bucket, redactor, told
from hypothesis import given
from hypothesis import strategies as st

DUMP = "\n\nDebug source:\nGeneric {\n    source: RetryError(\n"
ASKED = "Generic S3 error: Error performing PUT http://127.0.0.1:1/b/k in 494.77µs - "
AGAIN = (
    "Error performing list request: Error performing GET http://h/b?x in 1.19s, after 5 retries, max_retries: 10, "
    "retry_timeout: 1s  - "
)
STATUS = "Server returned non-2xx status code: "
XML = '<?xml version="1.0"?>\n<Error><Code>{}</Code><Message>{}</Message><StringToSign>token</StringToSign></Error>'


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        (AGAIN + STATUS + "503 Service Unavailable: " + XML.format("SlowDown", "Reduce\nit."), "unreachable",
         "503 Service Unavailable: SlowDown: Reduce it., asked 6 times"),
        (ASKED + STATUS + "503 Service Unavailable: ", "unreachable", "503 Service Unavailable"),
        (ASKED + STATUS + "403 Forbidden: " + XML.format("AccessDenied", "No."), "forbidden",
         "403 Forbidden: AccessDenied: No."),
        (ASKED + STATUS + "401 Unauthorized: ", "forbidden", "401 Unauthorized"),
        (ASKED + STATUS + "507 Insufficient Storage: disk", "unreachable",
         "it is full (507 Insufficient Storage: disk)"),
        (ASKED + STATUS + "403 Forbidden: " + XML.format("QuotaExceeded", "q"), "unreachable",
         "it is full (403 Forbidden: QuotaExceeded: q)"),
        (ASKED + STATUS + "404 Not Found: " + XML.format("NoSuchBucket", "None."), "invalid",
         "404 Not Found: NoSuchBucket: None."),
        (ASKED + STATUS + "412 Precondition Failed: ", "conflict",
         "it was changed meanwhile (412 Precondition Failed)"),
        (ASKED + STATUS + "400 Bad Request: <html>token</html>", "unreachable", "400 Bad Request"),
        (ASKED + "HTTP error: error sending request" + DUMP + "kind: Timeout", "timeout", "no answer in time"),
        ("Generic S3 error: HTTP error: request or response body error" + DUMP + "kind: Timeout", "timeout",
         "no answer in time"),
        (AGAIN + "HTTP error: error sending request" + DUMP + "kind: Connect", "unreachable",
         "no connection, asked 6 times"),
        (ASKED + "Received redirect without LOCATION, this normally indicates an incorrectly configured region" + DUMP,
         "unreachable", "Received redirect without LOCATION, this normally indicates an incorrectly configured region"),
        ("Generic Config error: failed to parse\tx", "unreachable", "Generic Config error: failed to parse x"),
    ],
)  # fmt: skip
def test_what_a_server_said_is_told_in_its_own_words_and_nothing_of_the_request(text, kind, words):
    found = told(text)
    assert (found.kind, found.words) == (kind, words)


def test_a_full_store_comes_with_advice():
    assert "Free space" in (told(ASKED + STATUS + "507 Insufficient Storage: ").hint or "")
    assert told(ASKED + STATUS + "503 Service Unavailable: ").hint is None


def test_a_missing_bucket_is_not_a_missing_object():
    assert is_no_bucket(ASKED + STATUS + "404 Not Found: " + XML.format("NoSuchBucket", ""))
    assert not is_no_bucket(ASKED + STATUS + "404 Not Found: " + XML.format("NoSuchKey", ""))


@given(st.text())
def test_any_text_is_one_printable_line(text):
    found = told(text)
    assert found.words.isprintable()
    assert len(found.words) <= 300


def test_secrets_of_options_and_environment_are_taken_out_and_places_are_not():
    hide = redactor(
        {"secret_access_key": "first-secret", "endpoint": "https://h", "region": "eu-1", "sas_key": "abc"},
        {"AWS_SESSION_TOKEN": "second-secret", "PATH": "/bin", "AWS_WEB_IDENTITY_TOKEN_FILE": "/run/token"},
    )
    text = "first-secret second-secret https://h eu-1 /bin /run/token http://me:pass@proxy:1/x abc"
    assert hide(text) == "*** *** https://h eu-1 /bin /run/token http://***@proxy:1/x abc"
