# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import hashlib
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import live_input
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from hypothesis import given
from hypothesis import strategies as st

REX = Agent("rex", "5DLabs-Rex")
CLAUDE = live_input.PROTOCOLS["claude"]


def pod(**more) -> AgentPod:
    return AgentPod("ns", "p", "u", "Running", True, **{"sidecar": "sidecar", "main": "claude-code", **more})


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: bool(text.encode().strip())))
def test_any_text_arrives_as_it_is_and_its_body_is_ascii(text):
    wanted = live_input.message(text.encode(), "message")
    assert json.loads(live_input.body(CLAUDE, wanted)) == {"text": text}
    assert (wanted.size, wanted.sha256) == (len(text.encode()), hashlib.sha256(text.encode()).hexdigest())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"x" * 65537, "has 65,537 bytes; at most 65,536 are sent"),
        (b"ab\xff", "not UTF-8 from byte 2 on"),
    ],
)
def test_what_cannot_be_sent_is_refused(data, words):
    with pytest.raises(OpsError, match=words) as caught:
        live_input.message(data, "message")
    assert caught.value.kind == "invalid"


def test_the_longest_message_is_taken():
    assert live_input.message(b"x" * 65536, "message").size == 65536


@pytest.mark.parametrize(
    ("one", "agent", "words"),
    [
        (pod(), REX, ""),
        (pod(sidecar=""), REX, "no input bridge"),
        (pod(labels={"cli-type": "Codex"}), REX, "runs codex, which reads no messages"),
        (pod(labels={"cli-type": "factory"}), REX, "runs factory"),
        (pod(labels={"cli-type": "claude"}), REX, ""),
        (pod(), Agent("rex", "5DLabs-Rex", input="none"), "takes no messages"),
    ],
)
def test_who_cannot_read_is_sent_nothing(one, agent, words):
    reason = live_input.refusal(one, agent)
    assert words in reason
    assert bool(reason) == bool(words)


@pytest.mark.parametrize(
    ("status", "outcome"), [(200, "changed"), (202, "changed"), (302, "failed"), (422, "failed"), (500, "failed")]
)
def test_the_answer_decides(status, outcome):
    assert live_input.verdict(status, "no text")[0] == outcome
    assert "no text" in live_input.verdict(status, "no text")[1] or outcome == "changed"


def test_words_of_the_bridge_do_not_repeat_the_message():
    wanted = live_input.message(b'token "abc"\nand more', "message")
    for echoed in ('bad: token "abc"\nand more!', 'bad: token \\"abc\\"\\nand more!'):
        assert live_input.said(echoed.encode(), wanted) == "bad: (the message)!"


@pytest.mark.parametrize(
    ("output", "answer"),
    [(b"OK\n200\n0", (200, b"OK")), (b"a\nb\n500\n0", (500, b"a\nb")), (b"\n422\n0", (422, b""))],
)
def test_what_curl_prints_is_read(output, answer):
    assert live_input.exec_answer(output, "port 1 of pod n/p") == answer


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        (b"\n000\n7", "unreachable"),
        (b"\n000\n28", "timeout"),
        (b"\n000\n52", "unverified"),
        (b"half\n200\n18", "unverified"),
        (b"\n127", "refused"),
        (b"", "unverified"),
        (b"\xff\xfe", "unverified"),
    ],
)
def test_no_answer_is_told_apart_by_how_curl_ended(output, kind):
    with pytest.raises(OpsError, match="port 1 of pod n/p") as caught:
        live_input.exec_answer(output, "port 1 of pod n/p")
    assert caught.value.kind == kind


def test_the_message_is_no_argument_of_a_process():
    command = live_input.exec_post(30, "http://127.0.0.1:8080/input", 58)
    assert command[3:] == ["sh", "30", "http://127.0.0.1:8080/input", "58"]
    assert "--data-binary @-" in command[2]
    assert live_input.exec_get(5, "http://127.0.0.1:8080/health")[4:] == ["5", "http://127.0.0.1:8080/health"]
