# SPDX-License-Identifier: GPL-3.0-or-later
"""What needs no API server; the streams themselves are proved in tests/integration/test_streams.py."""

from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import stream
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import Credentials


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"status": "Success"}, (0, "")),
        (
            {"status": "Failure", "details": {"causes": [{"reason": "ExitCode", "message": "3"}]}},
            (3, ""),
        ),
        ({"status": "Failure", "message": "no such container"}, (None, "no such container")),
        ({"status": "Failure", "details": {"causes": [{"reason": "ExitCode", "message": "x"}]}}, (None, "ended")),
        ([], (None, "ended")),
    ],
)
def test_the_verdict_is_the_servers_last_words(status, expected):
    code, problem = stream._verdict(json.dumps(status).encode())
    assert code == expected[0]
    assert expected[1] in problem


def test_a_connection_that_breaks_off_is_no_success():
    assert stream._verdict(b"") == (None, "the connection ended before the command did")


@pytest.mark.parametrize(
    ("host", "expected"),
    [("https://h:6443", "wss://h:6443/p?a=1&a=%24%28x%29"), ("http://h/k/", "ws://h/k/p?a=1&a=%24%28x%29")],
)
def test_the_address_keeps_the_path_of_a_proxy_and_escapes_each_word(host, expected):
    assert stream._address(Credentials(host), "/p", [("a", "1"), ("a", "$(x)")]) == expected


def test_nobody_there_is_one_clear_failure():
    with pytest.raises(OpsError) as caught:
        stream.run(Credentials("http://127.0.0.1:1"), ("n", "p", "c"), ["true"], seconds=1)
    assert caught.value.kind == "unreachable"
