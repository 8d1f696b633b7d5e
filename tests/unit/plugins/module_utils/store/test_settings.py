# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.settings import (
    local_folder,
    remote_url,
    settings,
)


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("/var/lib/store", "/var/lib/store"),
        ("state/store", "state/store"),
        ("/data/a#b?c%20d", "/data/a#b?c%20d"),
        ("/data/s3:x", "/data/s3:x"),
        ("file:///data/a%20b%23", "/data/a b#"),
        ("file://localhost/data", "/data"),
        ("s3://bucket/x", None),
    ],
)
def test_a_path_is_taken_as_it_is_and_a_url_is_decoded(url, folder):
    assert local_folder(url) == folder


@pytest.mark.parametrize("url", ["file://data/store", "file:data", "file:///a?b", "file:///a#b", "file://u:p@h/x"])
def test_a_file_url_that_means_another_place_is_refused(url):
    with pytest.raises(OpsError, match="no path on this computer") as refused:
        local_folder(url)
    assert "u:p" not in str(refused.value)


@pytest.mark.parametrize("url", ["s3://bucket", "s3://bucket/a/b", "gs://bucket/a", "az://container/a"])
def test_remote_ones_have_no_final_slash(url):
    assert remote_url(f"{url}/") == remote_url(url) == url


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://host/x", "is none of file://, s3://"),
        ("https://host/x", "is none of"),
        ("s3:bucket", "names no bucket"),
        ("s3:///prefix", "names no bucket"),
        ("s3://AKIA:hidden@bucket/x", "says more than"),
        ("s3://bucket/x?secret=hidden", "says more than"),
        ("s3://bucket/x#hidden", "says more than"),
        ("ftp://me:hidden@host/x", "is none of"),
    ],
)
def test_others_are_refused_without_what_may_be_secret(url, words):
    with pytest.raises(OpsError) as refused:
        remote_url(url)
    assert words in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_options_of_the_service_and_of_the_client_are_told_apart():
    found = settings({"endpoint": "http://h:1", "AWS_ALLOW_HTTP": True, "region": "r", "proxy_url": "http://p", "n": 3})
    assert found.client == {"allow_http": "true", "proxy_url": "http://p"}
    assert found.service == {"endpoint": "http://h:1", "region": "r", "n": "3"}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"timeout": "1s"}, "'timeout' is no option"),
        ({"aws_read_timeout": "1s"}, "'aws_read_timeout' is no option"),
        ({"secret_access_key": ["hidden"]}, "option 'secret_access_key'"),
        ({"secret_access_key": None}, "option 'secret_access_key'"),
        ({"endpoint": "https://me:hidden@host"}, "holds credentials"),
    ],
)
def test_bad_options_are_told_by_name_and_never_by_value(options, words):
    with pytest.raises(OpsError) as refused:
        settings(options)
    assert words in str(refused.value)
    assert "hidden" not in str(refused.value)
