# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages to an agent while it works: who takes them, in which form, and what the answer means. Pure. Private API.

The input bridge, a sidecar, takes one HTTP request and writes its text into a pipe that the agent reads. The write
waits until somebody reads, so a request without an answer may still be read later: it is never sent again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

MOST_BYTES = 64 * 1024
PORT = 8080
#: label cli-type of agents whose program reads no pipe; the controller gives them no bridge
WITHOUT_READER = frozenset({"codex", "cursor", "factory"})

_CURL = 'curl -sS --noproxy "*" --max-time "$1" -o - -w "\\n%{http_code}"'
_POST = f'head -c "$3" | {_CURL} -H "Content-Type: application/json" --data-binary @- "$2"; printf "\\n%s" "$?"'
_GET = f'{_CURL} "$2"; printf "\\n%s" "$?"'
_NO_CONNECTION, _NO_TIME, _NO_PROGRAM = 7, 28, 127


@dataclass(frozen=True, slots=True)
class Protocol:
    """How the bridge of one kind of agent is spoken to."""

    health: str
    path: str
    body: Callable[[str], dict]


PROTOCOLS = {"claude": Protocol("/health", "/input", lambda text: {"text": text})}


@dataclass(frozen=True, slots=True)
class Message:
    """A text as it is to arrive; only its length and digest are ever told."""

    text: str
    size: int
    sha256: str

    @property
    def described(self) -> str:
        return f"{self.size:,} bytes, sha256 {self.sha256[:12]}"


def message(data: bytes, option: str) -> Message:
    """:raises OpsError: invalid, for what is empty, too long or no UTF-8"""
    if not data.strip():
        raise OpsError("invalid", f"{option}: the message is empty")
    if len(data) > MOST_BYTES:
        raise OpsError(
            "invalid",
            f"{option}: the message has {len(data):,} bytes; at most {MOST_BYTES:,} are sent",
            hint="Put the long part into a file of the repository, and tell the agent where it is.",
        )
    try:
        return Message(data.decode("utf-8"), len(data), hashlib.sha256(data).hexdigest())
    except UnicodeDecodeError as error:
        raise OpsError("invalid", f"{option}: the message is not UTF-8 from byte {error.start} on") from error


def body(protocol: Protocol, wanted: Message) -> bytes:
    """What the bridge is sent: ASCII, whatever the text holds."""
    return json.dumps(protocol.body(wanted.text)).encode("ascii")


def refusal(pod: AgentPod, agent: Agent) -> str:
    """Why this pod can be sent nothing, one clause; empty where it can."""
    kind = pod.labels.get("cli-type", "").lower()
    if agent.input not in PROTOCOLS:
        return f"agent {agent.name} takes no messages while it works (input: {agent.input} in platform_agents)"
    if kind in WITHOUT_READER:
        return f"it runs {kind}, which reads no messages while it works"
    if not pod.sidecar:
        return "it has no container sidecar, so no input bridge: it was made without inputBridge.enabled"
    return ""


def verdict(status: int, words: str) -> tuple[str, str]:
    """(outcome of an action, why) from what the bridge answered."""
    if 200 <= status < 300:
        return "changed", ""
    said = f" and says: {words}" if words else ""
    return "failed", f"the bridge answered HTTP {status}{said}; the agent did not get the message"


def said(data: bytes, wanted: Message) -> str:
    """The bridge's own words on one line, without the message, which may hold secrets."""
    words = " ".join(data.decode("utf-8", "replace").split())
    for form in (wanted.text, " ".join(wanted.text.split()), json.dumps(wanted.text)[1:-1]):
        words = words.replace(form, "(the message)")
    return words[:200]


def exec_get(seconds: float, url: str) -> list[str]:
    """The command that asks a URL from inside the pod."""
    return ["sh", "-c", _GET, "sh", f"{seconds:g}", url]


def exec_post(seconds: float, url: str, size: int) -> list[str]:
    """The command that posts so many bytes of its standard input; the message is never an argument of a process."""
    return ["sh", "-c", _POST, "sh", f"{seconds:g}", url, str(size)]


def exec_answer(output: bytes, target: str) -> tuple[int, bytes]:
    """(HTTP status, body) from what these commands print.

    :raises OpsError: refused without curl; unreachable when nothing listens; timeout or unverified without an answer
    """
    try:
        text, status, code = output.rsplit(b"\n", 2)
        answered, ended = int(status), int(code)
    except ValueError:
        # Without curl there is no line with a status.
        text, answered, ended = b"", 0, _last_number(output)
    if ended == 0 and answered:
        return answered, text
    if ended == _NO_PROGRAM:
        hint = "Use via: port_forward, or name a container that has curl."
        raise OpsError("refused", f"{target}: the container has no curl; nothing was sent", hint=hint)
    if ended == _NO_CONNECTION:
        raise OpsError("unreachable", f"{target}: nothing listens there")
    if ended == _NO_TIME:
        raise OpsError("timeout", f"{target} gave no answer in time")
    raise OpsError("unverified", f"{target} gave no answer (curl ended with {ended})")


def _last_number(output: bytes) -> int:
    last = output.rsplit(b"\n", 1)[-1].strip()
    return int(last) if last.isdigit() else -1
