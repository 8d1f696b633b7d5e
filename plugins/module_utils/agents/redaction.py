# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take secrets out of what is kept of a pod: its manifest, its events, its logs. Pure. Private API.

Secrets are known by their form (tokens of GitHub and of model providers, keys, Authorization headers, passwords in
URLs) and by their names: variables that come from Secrets, and those whose name says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

HIDDEN = "[redacted]"
_BY_NAME = (
    r"(?:[A-Za-z0-9]{1,40}[_.-]){0,6}(?:TOKEN|SECRET|PASSWORD|PASSWD|(?:API|PRIVATE|ACCESS)[_-]?KEY|CREDENTIALS?)"
)
_NAMED = re.compile(_BY_NAME, re.IGNORECASE)
#: what stands between a name and its value in shells, YAML, JSON and logs, also where JSON was quoted once more
_SAYS = r"""(?P<says>\\?["']?\s*(?:[:=]|=>)\s*)"""
_VALUE = r"""(?:\\?"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^\s,;&"'\\}\])]+)"""
_KEY_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_HEADER = re.compile(
    r"""(?i)(?P<name>\b(?:(?:proxy-)?authorization|(?:set-)?cookie)\\?["']?\s*[:=]\s*\\?["']?)(?:(?:bearer|basic|token)\s+)?[^\s"'\\,]+"""
)
_BEARER = re.compile(r"(?i)(?P<name>\bbearer\s+)[A-Za-z0-9._~+/=-]{8,}")
_TOKENS = re.compile(
    r"""\b(?:
        gh[pousr]_[A-Za-z0-9]{10,}              # GitHub
      | github_pat_[A-Za-z0-9_]{10,}
      | v1\.[0-9a-f]{40}
      | sk-(?:ant-|proj-)?[A-Za-z0-9_-]{16,}    # model providers
      | xox[abeoprs]-[A-Za-z0-9-]{10,}
      | AKIA[0-9A-Z]{16}
      | AIza[A-Za-z0-9_-]{30,}
      | eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*
    )""",
    re.VERBOSE,
)
_IN_URL = re.compile(r"(?P<name>\b[a-z][a-z0-9+.-]{0,20}://[^\s/:@]*:)[^\s/@]+(?=@)", re.IGNORECASE)


def words(said: str, names: Iterable[str] = ()) -> str:
    """Any text without secrets; what is left of one is [redacted].

    :param names: of variables whose values are secret, whatever they look like
    """
    clean = _KEY_BLOCK.sub(HIDDEN, said)
    clean = _HEADER.sub(rf"\g<name>{HIDDEN}", clean)
    clean = _BEARER.sub(rf"\g<name>{HIDDEN}", clean)
    clean = _IN_URL.sub(rf"\g<name>{HIDDEN}", clean)
    clean = _TOKENS.sub(HIDDEN, clean)
    own = "|".join(re.escape(name) for name in sorted(set(names), key=len, reverse=True) if name)
    for name in filter(None, (own, f"(?i:{_BY_NAME})")):
        clean = re.sub(rf"(?P<name>\b(?:{name})){_SAYS}{_VALUE}", rf"\g<name>\g<says>{HIDDEN}", clean)
    return clean


def secret_names(pod: object) -> frozenset[str]:
    """Variables of the pod's containers whose values come from Secrets."""
    spec = mapping(mapping(pod).get("spec"))
    found = set()
    for part in ("initContainers", "containers", "ephemeralContainers"):
        for container in map(mapping, sequence(spec.get(part))):
            for one in map(mapping, sequence(container.get("env"))):
                if mapping(one.get("valueFrom")).get("secretKeyRef"):
                    found.add(text(one.get("name")))
    return frozenset(found - {""})


def document(value: Any, names: Iterable[str] = ()) -> Any:
    """Data of JSON without secrets, in its own shape."""
    known = frozenset(names)
    if isinstance(value, dict):
        named = text(value.get("name"))
        return {
            key: HIDDEN if _is_secret(key, one, named, known) else document(one, known) for key, one in value.items()
        }
    if isinstance(value, list):
        before = ["", *value]
        return [HIDDEN if _is_flag(before[at]) else document(one, known) for at, one in enumerate(value)]
    return _text(value, known) if isinstance(value, str) else value


def _text(said: str, known: frozenset[str]) -> str:
    """A manifest may carry another one as text, where name and value stand apart."""
    if said.lstrip().startswith(("{", "[")):
        try:
            return json.dumps(document(json.loads(said), known))
        except (ValueError, RecursionError):
            pass
    return words(said, known)


def _is_flag(before: Any) -> bool:
    """Whether an argument names the next one as a secret: --api-key <value>."""
    return isinstance(before, str) and before.startswith("-") and bool(_NAMED.fullmatch(before.lstrip("-")))


def _is_secret(key: str, value: Any, named: str, known: frozenset[str]) -> bool:
    if not isinstance(value, str) or not value:
        return False
    if key == "value":
        return named in known or bool(_NAMED.fullmatch(named))
    return key in known or bool(_NAMED.fullmatch(key))
