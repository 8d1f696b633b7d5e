# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets in what is kept of a pod."""

from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.redaction import (
    HIDDEN,
    document,
    secret_names,
    words,
)
from hypothesis import given
from hypothesis import strategies as st

SECRET = "Zq8vT2mKp4Lw9Rx7"
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "said",
    [
        f"cloning https://x-access-token:{SECRET}@github.com/5dlabs/cto",
        f"git push with ghp_{SECRET}",
        f"ghs_{SECRET}x and more",
        f"github_pat_11AA_{SECRET}",
        f"key sk-ant-api03-{SECRET}",
        f"Authorization: Bearer {SECRET}",
        f"authorization: token {SECRET}",
        f"curl -H 'Authorization: Basic {SECRET}'",
        f'{{"headers": {{"Authorization": "Bearer {SECRET}"}}}}',
        f"bearer {SECRET}",
        f"GITHUB_TOKEN={SECRET}",
        f"export GH_TOKEN='{SECRET} with spaces'",
        f"anthropic_api_key: {SECRET}",
        f'"ANTHROPIC_API_KEY": "{SECRET}"',
        json.dumps({"log": json.dumps({"API_KEY": SECRET})}),
        f"db.password={SECRET}",
        f'"x-api-key": "{SECRET}"',
        f"Set-Cookie: {SECRET}",
        f'"client_secret": "{SECRET}"',
        f"MY_OWN={SECRET}",
        f'"MY_OWN": "{SECRET}"',
        f"eyJhbGciOiJIUzI1NiJ9.{SECRET}.{SECRET}",
    ],
)
def test_a_secret_in_a_log_is_hidden(said: str) -> None:
    clean = words(f"before {said} after", ["MY_OWN"])
    assert SECRET not in clean
    assert HIDDEN in clean
    assert clean.startswith("before ")


def test_a_private_key_is_hidden_also_when_its_end_was_cut_off() -> None:
    assert words(f"a\n{KEY}\nb") == f"a\n{HIDDEN}\nb"
    assert "MIIEow" not in words(KEY[:60])


@pytest.mark.parametrize(
    "said",
    [
        "tokens used: 12,000 of 200,000",
        "the secretary keyed in her monkey",
        "run-7 finished in 3 s with exit code 0",
        "https://github.com/5dlabs/cto/pull/17",
        "task-1101 skips the basic checks",
    ],
)
def test_ordinary_words_stay(said: str) -> None:
    assert words(said) == said


def test_of_a_manifest_values_go_and_names_stay() -> None:
    applied = json.dumps({"env": [{"name": "GH_TOKEN", "value": SECRET}, {"name": "RUST_LOG", "value": "info"}]})
    pod = {
        "metadata": {"annotations": {"note": f"ghp_{SECRET}", "last-applied": applied, "odd": "{not JSON"}},
        "spec": {
            "containers": [
                {
                    "env": [
                        {"name": "GH_TOKEN", "value": SECRET},
                        {"name": "RUST_LOG", "value": "info"},
                        {"name": "ODD", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
                        {"name": "EMPTY_TOKEN", "value": ""},
                    ],
                    "args": [f"--password={SECRET}", "--api-key", SECRET, "--verbose", "yes"],
                }
            ]
        },
    }
    assert secret_names(pod) == {"ODD"}
    clean = document(pod, secret_names(pod))
    assert SECRET not in json.dumps(clean)
    env = clean["spec"]["containers"][0]["env"]
    assert [one.get("value") for one in env] == [HIDDEN, "info", None, ""]
    assert clean["spec"]["containers"][0]["args"][2:] == [HIDDEN, "--verbose", "yes"]
    assert '"value": "info"' in clean["metadata"]["annotations"]["last-applied"]
    assert env[2] == pod["spec"]["containers"][0]["env"][2]


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(odd, st.text(max_size=20))
def test_data_of_any_shape_keeps_its_shape(data, name) -> None:
    secret_names(data)
    secret_names({"spec": data})
    clean = document({"spec": data}, [name])
    assert type(clean["spec"]) is type(data) or isinstance(clean["spec"], str)


@given(st.text(alphabet="abcXYZ019+/=_-", min_size=12, max_size=60), st.sampled_from(["A_TOKEN", "ODD"]))
def test_no_value_of_a_named_variable_survives(value, name) -> None:
    for said in (f"{name}={value}", f'"{name}": "{value}"', f"{name}: '{value}'"):
        assert value not in words(said, ["ODD"])
