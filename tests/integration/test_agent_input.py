# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages reach an agent byte for byte and once, by module agent_input and by its runbook; the bridge is ours."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.agents import TABLE, AgentPods
from tests.support.cluster import Namespace
from tests.support.input_bridge import StandInBridge
from tests.support.lab import Lab
from tests.support.modules import run_module

HOSTILE = 'say "it\'s" $(rm -rf /) `id` ${HOME} {{ 7 * 7 }} {% raw %} \\n %s <b>&amp;</b>\n\tünï © 🙂\r\n\x01 --end\n'
WAYS = ["port_forward", "exec"]
Send = Callable[..., dict[str, Any]]


@pytest.fixture
def bridge() -> Iterator[StandInBridge]:
    with StandInBridge() as made:
        yield made


@pytest.fixture
def pods(namespace: Namespace) -> AgentPods:
    return AgentPods(namespace)


@pytest.fixture
def rex(pods: AgentPods, bridge: StandInBridge, tmp_path: Path) -> str:
    """A pod of Rex with a bridge."""
    return pods.add(exec_workdir=tmp_path, forward_port=bridge.port)


@pytest.fixture
def send(lab: Lab, namespace: Namespace, bridge: StandInBridge) -> Send:
    def run(**options: Any) -> dict[str, Any]:
        asked = {"agents": TABLE, "namespace": namespace.name, "port": bridge.port, "timeout": "20s", **options}
        return run_module("agent_input", kubeconfig=str(lab.kubeconfig), **asked)

    return run


@pytest.mark.parametrize("via", WAYS)
def test_a_message_arrives_byte_for_byte_and_once(rex: str, bridge: StandInBridge, send: Send, via: str) -> None:
    whole = HOSTILE + "x" * (65536 - len(HOSTILE.encode()))
    look = send(agent="5dlabs-rex", text=HOSTILE, via=via, check=True)
    assert (look["changed"], look["line"], bridge.received) == (True, "1 would be sent", [])

    for text in (HOSTILE, whole):
        done = send(agent="REX", text=text, via=via, reason="a test")
        assert (done["line"], done["rows"][0]["subject"]["name"]) == ("1 sent", rex), done
        digest = hashlib.sha256(text.encode()).hexdigest()
        assert (done["message"]["bytes"], done["message"]["sha256"]) == (len(text.encode()), digest)
        assert "rm -rf" not in json.dumps(done)
    assert bridge.texts == [HOSTILE, whole]


def test_a_message_from_a_file_is_sent_as_it_stands(
    rex: str, bridge: StandInBridge, send: Send, tmp_path: Path
) -> None:
    file = tmp_path / "message.txt"
    file.write_bytes(HOSTILE.encode())
    assert send(pod=rex, text_file=str(file))["line"] == "1 sent"
    # A word that results are full of does not blacken them.
    done = send(pod=rex, text="sent")
    assert (done["line"], done["invocation"]["module_args"]["text"]) == ("1 sent", "(4 characters)")
    assert bridge.texts == [HOSTILE, "sent"]


@pytest.mark.parametrize("via", WAYS)
@pytest.mark.parametrize(
    ("mode", "kind", "words"),
    [
        ("silent", "unverified", "it is not known whether the message is read or will be; it was not sent again"),
        ("broken", "unreachable", "HTTP 500 and says: Failed to write message: Broken pipe; the agent did not get"),
        ("strict", "unreachable", 'HTTP 422 and says: Failed to deserialize the JSON body: {"text": "(the message)"}'),
    ],
)
def test_what_the_bridge_does_not_take_is_told_and_never_sent_again(
    rex: str, bridge: StandInBridge, send: Send, via: str, mode: str, kind: str, words: str
) -> None:
    bridge.mode = mode
    done = send(agent="rex", text="password: hunter2", timeout="4s" if mode == "silent" else "20s", via=via)
    assert (done["failed"], done["error"]["kind"]) == (True, kind), done
    assert words in done["msg"]
    assert len(bridge.received) == 1
    assert "hunter2" not in json.dumps(done)


def test_nothing_is_sent_where_nobody_can_read(pods: AgentPods, bridge: StandInBridge, send: Send) -> None:
    def refused(words: str, **options: Any) -> None:
        done = send(**{"text": "hello", **options})
        assert words in done["msg"], done
        assert bridge.received == []

    refused("no pod of agent rex", agent="rex")
    refused("no agent of this platform is called 'Rexx'", agent="Rexx")
    refused("there is no pod nobody", pod="nobody")
    first = pods.add(containers=["claude-code"], forward_port=bridge.port)
    refused("has no container sidecar", agent="rex")
    codex = pods.add("5DLabs-Blaze", labels={"cli-type": "codex"}, forward_port=bridge.port)
    refused("runs codex, which reads no messages", pod=codex)
    second = pods.add(task="8", forward_port=bridge.port)
    refused(f"2 pods of agent rex in namespace {pods.namespace.name} are running", agent="rex")
    bridge.mode = "ill"
    refused("says HTTP 503 when asked for its health", agent="rex", task="8")
    refused("takes no messages", pod=second, agents=[{**TABLE[0], "input": "none"}])
    refused("the message is empty", pod=second, text=" \n")
    refused("at most 65,536 are sent", pod=second, text="x" * 65537)
    refused("both are given", pod=first, agent="rex")


def test_the_runbook_sends_with_its_own_rights_and_records_no_text(
    lab: Lab, namespace: Namespace, rex: str, bridge: StandInBridge, tmp_path: Path
) -> None:
    options = {
        "platform_kubeconfig": str(lab.kubeconfig_of("agent-input")),
        "platform_agents": TABLE,
        "agent_input_namespace": namespace.name,
        "agent_input_agent": "5DLabs-Rex[bot]",
        "agent_input_reason": "a test",
        "runbook_confirm": "lab",
    }
    file = tmp_path / "message.txt"
    file.write_text(HOSTILE)
    look = lab.run_playbook(
        "agent_input", "--check", "-e", json.dumps({**options, "agent_input_message_file": str(file)})
    )
    assert (look.rc, look.record["steps"][0]["summary"]) == (0, f"1 would be sent · {namespace.name}/{rex}"), (
        look.stdout
    )
    assert bridge.received == []

    run = lab.run_playbook("agent_input", "-vvv", "-e", json.dumps({**options, "agent_input_message_file": str(file)}))
    assert (run.rc, run.record["outcome"]) == (0, "finished"), run.stdout
    assert run.record["steps"][0]["data"]["message"]["sha256"] == hashlib.sha256(HOSTILE.encode()).hexdigest()

    # Marked as no template, a text in a file of variables stays as it is too.
    unsafe = tmp_path / "variables.yml"
    unsafe.write_text(f"agent_input_message: !unsafe {json.dumps(HOSTILE, ensure_ascii=False)}\n")
    again = lab.run_playbook("agent_input", "-vvv", "-e", json.dumps(options), "-e", f"@{unsafe}")
    assert again.rc == 0, again.stdout
    assert bridge.texts == [HOSTILE, HOSTILE]
    for told in (run, again):
        assert "rm -rf" not in told.stdout
        assert "rm -rf" not in json.dumps(told.record)


def test_the_runbook_asks_for_what_is_missing_in_one_sentence(lab: Lab) -> None:
    options = {"platform_kubeconfig": str(lab.kubeconfig_of("agent-input")), "runbook_confirm": "lab"}
    run = lab.run_playbook("agent_input", "-e", json.dumps(options))
    assert run.rc == 2
    assert run.record["message"].startswith("lab: agent_input needs agent_input_agent or agent_input_pod.")
