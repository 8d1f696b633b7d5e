# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user says about a store: its URL and options. Pure; private API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

#: schemes of remote stores
REMOTE = ("s3", "gs", "az")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_PROVIDER = re.compile(r"^(aws|azure|google)_")
# The settings of obstore's HTTP client that are options here.
_CLIENT = {
    "allow_http",
    "allow_invalid_certificates",
    "proxy_ca_certificate",
    "proxy_excludes",
    "proxy_url",
    "root_certificate",
    "user_agent",
}
# Its other ones; given as settings of a store they make obstore panic.
_NO_OPTIONS = {
    "connect_timeout",
    "default_content_type",
    "default_headers",
    "http1_only",
    "http2_keep_alive_interval",
    "http2_keep_alive_timeout",
    "http2_keep_alive_while_idle",
    "http2_only",
    "pool_idle_timeout",
    "pool_max_idle_per_host",
    "randomize_addresses",
    "read_timeout",
    "timeout",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Options of a remote store. service: what the store is; client: how it is asked."""

    service: dict[str, str]
    client: dict[str, str]


def local_folder(url: str) -> str | None:
    """The path that a URL of a local store names, or None for another one.

    A path without a scheme is taken as it is; in a URL, signs may be percent-encoded.

    :raises OpsError: invalid, when a file URL names another computer
    """
    if not _SCHEME.match(url):
        return url
    parts = urlsplit(url)
    if parts.scheme != "file":
        return None
    elsewhere = parts.netloc not in ("", "localhost") or not parts.path.startswith("/")
    if elsewhere or parts.query or parts.fragment:
        raise OpsError(
            "invalid",
            f"store {_shown(url)} is no path on this computer",
            hint="Write it as file:///path with three slashes, and ? and # as %3F and %23; or as a path alone.",
        )
    return unquote(parts.path)


def remote_url(url: str) -> str:
    """The URL of a remote store, without a final slash.

    :raises OpsError: invalid
    """
    parts = urlsplit(url)
    if parts.scheme not in REMOTE:
        known = ", ".join(f"{scheme}://" for scheme in ("file", *REMOTE))
        raise OpsError("invalid", f"store {_shown(url)} is none of {known}")
    if not parts.netloc:
        raise OpsError("invalid", f"store {_shown(url)} names no bucket")
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise OpsError(
            "invalid",
            f"store {_shown(url)} says more than a bucket and a path",
            hint="Credentials come from the environment, and settings are options of the store.",
        )
    return url.rstrip("/")


def settings(options: Mapping[str, object]) -> Settings:
    """The options, sorted out.

    :raises OpsError: invalid, by the option's name and never its value
    """
    found = Settings({}, {})
    for name, value in options.items():
        bare = _PROVIDER.sub("", name.lower())
        if bare in _NO_OPTIONS:
            raise OpsError("invalid", f"{name!r} is no option of a store", hint="The time limit is one of its own.")
        if not isinstance(value, str | bool | int):
            raise OpsError("invalid", f"option {name!r} of the store is neither text nor a number nor true or false")
        words = str(value).lower() if isinstance(value, bool) else str(value)
        if bare == "endpoint" and "@" in urlsplit(words).netloc:
            raise OpsError(
                "invalid",
                "the endpoint of the store holds credentials",
                hint="Credentials come from the environment.",
            )
        (found.client if bare in _CLIENT else found.service)[bare if bare in _CLIENT else name] = words
    return found


def _shown(url: str) -> str:
    """A URL without what may be secret in it."""
    return repr(re.sub(r"(?<=://)[^/]*@", "***@", re.split(r"[?#]", url)[0]))
