# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a library says of a remote store, as one sentence without secrets. Pure; private API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

FULL = "Free space there, or raise its quota; then run it again: nothing was left half written."
_LONGEST = 300
_REQUEST = re.compile(
    r"Error performing \S+ \S+ in [\d.]+\S*?s(?:, after (?P<again>\d+) retries, [^-]*)? +- ", re.DOTALL
)
_STATUS = re.compile(r"Server returned non-2xx status code: (?P<status>(?P<code>\d{3})[^:]*): ?(?P<body>.*)", re.DOTALL)
_FULL = re.compile(r"InsufficientStorage|StorageFull|QuotaExceeded|AccountLimitExceeded")
_NO_BUCKET = re.compile(r"NoSuchBucket|ContainerNotFound")
_SECRET = re.compile(r"secret|token|password|sas|credential|service_account|key", re.IGNORECASE)
_NAMES_A_PLACE = re.compile(r"(_file|_uri|_id|_endpoint|_enabled|_type)$", re.IGNORECASE)
_PROVIDERS = ("AWS_", "AZURE_", "GOOGLE_")


@dataclass(frozen=True, slots=True)
class Told:
    """One failure: kind of OpsError, its words, and what to do."""

    kind: str
    words: str
    hint: str | None = None


def told(text: str, *, denied: bool = False) -> Told:
    """The failure in a text of obstore: a chain of sentences, then a dump of its structures.

    :param denied: that it is about rights
    """
    said, _separator, dump = text.partition("\n\nDebug source")
    request = _REQUEST.search(said)
    rest = said[request.end() :] if request else said
    times = f", asked {int(request['again']) + 1} times" if request and request["again"] else ""
    if status := _STATUS.match(rest):
        words = ": ".join(part for part in (status["status"].strip(), _own_words(status["body"])) if part)
        return _of_answer(status["code"], words, times)
    if "kind: Timeout" in dump:
        return Told("timeout", f"no answer in time{times}")
    if "kind: Connect" in dump:
        return Told("unreachable", f"no connection{times}")
    return Told("forbidden" if denied else "unreachable", one_line(rest) + times)


def is_no_bucket(text: str) -> bool:
    """Whether not the object is missing but the bucket."""
    return bool(_NO_BUCKET.search(text))


def redactor(options: Mapping[str, object], environment: Mapping[str, str]) -> Callable[[str], str]:
    """A function that takes secrets of these settings out of a text."""
    own = (str(value) for name, value in options.items() if _is_secret(name))
    given = (value for name, value in environment.items() if name.startswith(_PROVIDERS) and _is_secret(name))
    secrets = sorted({value for value in (*own, *given) if len(value) > 3}, key=len, reverse=True)
    return lambda text: _without(text, secrets)


def one_line(text: str) -> str:
    """Text in one line of sensible length."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:_LONGEST]


def _of_answer(code: str, words: str, times: str) -> Told:
    if code in ("401", "403") and not _FULL.search(words):
        return Told("forbidden", words + times)
    if code == "507" or _FULL.search(words):
        return Told("unreachable", f"it is full ({words}){times}", FULL)
    if code in ("409", "412"):
        return Told("conflict", f"it was changed meanwhile ({words}){times}")
    if is_no_bucket(words):
        return Told("invalid", words + times, "Make the bucket first; a store does not make it.")
    return Told("unreachable", words + times)


def _own_words(body: str) -> str:
    # An XML answer repeats the request, with what signed it; only these two elements are for people.
    if "<" not in body:
        return one_line(body)
    parts = (re.search(rf"<{name}>([^<]*)</{name}>", body) for name in ("Code", "Message"))
    return one_line(": ".join(found.group(1) for found in parts if found))


def _is_secret(name: str) -> bool:
    return bool(_SECRET.search(name)) and not _NAMES_A_PLACE.search(name)


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return re.sub(r"(?<=://)[^/@\s]+@", "***@", text)
