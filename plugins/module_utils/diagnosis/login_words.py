# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the log of an agent says of logins that failed. Pure. Private API.

Agents write whatever they work on into their logs, also code that speaks of errors. So only the words of those who
refuse are looked for (GitHub, git, gh, the providers of models), and a person is shown the line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import redaction

_MOST_WORDS = 200
_GITHUB = r"(?:api\.)?github\.com"
#: kinds of complaint, those first whose words may also stand in a complaint of a later kind
_KINDS = (
    ("clock", r"\('(?:exp|iat)'\)|expiration time.{0,60}(?:too far|in the future)|issued at.{0,60}in the future"),
    ("rate_limit", r"(?:api|secondary) rate limit|rate limit (?:exceeded|reached)|abuse detection mechanism"),
    ("model", r"invalid x-api-key|incorrect api key|invalid[_ ]api[_ ]key|\"?authentication_error\"?"),
    (
        "permissions",
        r"resource not accessible by|permission to \S+ denied|write access to repository not granted"
        r"|refusing to allow (?:a|an) (?:github app|oauth app|integration)|does not have the correct permissions",
    ),
    (
        "credentials",
        r"bad credentials|authentication failed for|invalid username or (?:password|token)|json web token could not be"
        rf"|could not read (?:username|password) for|token (?:has )?expired|HTTP 401.{{0,80}}{_GITHUB}"
        rf"|{_GITHUB}.{{0,120}}\b401\b",
    ),
    (
        "outage",
        rf"could not resolve host: {_GITHUB}|(?:failed to connect|error connecting) to {_GITHUB}"
        rf"|{_GITHUB}.{{0,120}}(?:timed out|connection (?:refused|reset)|\b50[0234]\b)",
    ),
)
_PATTERNS = tuple((kind, re.compile(words, re.IGNORECASE)) for kind, words in _KINDS)
KINDS = tuple(kind for kind, _words in _KINDS)


@dataclass(frozen=True, slots=True)
class Complaint:
    """The last complaint of a log. line: without secrets, as long as fits a report. count: complaints of its kind."""

    kind: str
    line: str
    count: int


def last(log: str) -> Complaint | None:
    """The complaint that stands last in a log, None without one."""
    found = [(kind, line) for line in log.splitlines() if (kind := _kind(line))]
    if not found:
        return None
    kind, line = found[-1]
    words = redaction.words(" ".join(line.split()))
    return Complaint(kind, words[:_MOST_WORDS], sum(one == kind for one, _line in found))


def _kind(line: str) -> str:
    return next((kind for kind, pattern in _PATTERNS if pattern.search(line)), "")
