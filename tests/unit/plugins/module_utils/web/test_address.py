# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.web import address
from ansible_collections.agent_platform.ops.plugins.module_utils.web.address import Address, parse, redirected


@pytest.mark.parametrize(
    ("url", "expected", "authority"),
    [
        ("http://localhost:8000/health", Address("http", "localhost", 8000, "/health"), "localhost:8000"),
        ("HTTPS://Example.org", Address("https", "example.org", 443, "/"), "example.org"),
        ("http://[::1]:7860/a?b=c#d", Address("http", "::1", 7860, "/a?b=c"), "[::1]:7860"),
        ("https://example.org:443/x", Address("https", "example.org", 443, "/x"), "example.org"),
        ("http://example.org/ä", Address("http", "example.org", 80, "/%C3%A4"), "example.org"),
    ],
)
def test_a_url_is_read(url, expected, authority):
    assert parse(url) == expected
    assert expected.authority == authority
    assert parse(expected.url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "", None, 7, "localhost:8000", "/health", "file:///etc/passwd", "ftp://example.org/", "gopher://localhost:1/x",
        "http://", "http:///health", "http://a b/", "http://a\r\nHost: b/", "http://example.org/\x00", "http://h:99999/",
        "http://h:port/", "http://h:0/", "http://h\\@other/", "http://[::1/", "http://" + "a" * 9000, "{{ url }}",
    ],
)  # fmt: skip
def test_what_is_no_http_url_is_refused_in_one_sentence(url):
    with pytest.raises(OpsError) as refused:
        parse(url)
    assert refused.value.kind == "invalid"
    assert len(refused.value.message) < 200


def test_without_urllib3_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(address, "parse_url", None)
    with pytest.raises(OpsError, match="urllib3 is not installed"):
        parse("http://localhost/")


@pytest.mark.parametrize("url", ["http://me:secret-word@localhost/", "https://secret-word@example.org:1/x"])
def test_credentials_in_a_url_are_refused_and_not_repeated(url):
    with pytest.raises(OpsError, match="credentials") as refused:
        parse(url)
    assert "secret-word" not in str(refused.value.as_result())


@pytest.mark.parametrize(
    ("asked", "location", "leads_to"),
    [
        ("http://app.example/a/b", "c", "http://app.example/a/c"),
        ("http://app.example/", "/login?next=/", "http://app.example/login?next=/"),
        ("http://app.example/", "https://app.example/", "https://app.example/"),
        ("http://app.example:8080/", "https://app.example:8443/", "https://app.example:8443/"),
        ("https://app.example/", "//APP.example/x", "https://app.example/x"),
    ],
)
def test_a_redirect_within_the_service_is_followed(asked, location, leads_to):
    assert redirected(parse(asked), location) == parse(leads_to)


@pytest.mark.parametrize(
    ("asked", "location", "why"),
    [
        ("http://app.example/", "http://169.254.169.254/latest/meta-data/", "another host"),
        ("http://app.example/", "http://localhost/", "another host"),
        ("http://127.0.0.1/", "http://127.1/", "another host"),
        ("http://127.0.0.1/", "http://[::1]/", "another host"),
        ("http://app.example/", "//evil.example/", "another host"),
        ("http://app.example/", "http://app.example.evil.example/", "another host"),
        ("http://app.example:8000/", "http://app.example:6379/", "another port"),
        ("https://app.example/", "https://app.example:10250/", "another port"),
        ("https://app.example/", "http://app.example/", "back to http"),
        ("http://app.example/", "file:///etc/passwd", "no http or https URL is not followed (file)"),
        ("http://app.example/", "gopher://app.example:6379/_FLUSHALL", "no http"),
        ("http://app.example/", "http://app.example@evil.example/", "no http"),
        ("http://app.example/", "http://[/", "no http"),
        ("http://app.example/", "/a\r\nX: y", "no http"),
    ],
)
def test_a_redirect_elsewhere_is_not_followed(asked, location, why):
    said = redirected(parse(asked), location)
    assert isinstance(said, str)
    assert why in said
