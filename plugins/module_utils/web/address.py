# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses that may be asked, and where a redirect may lead. No I/O. Private API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

try:
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url
except ImportError:  # told by parse()
    LocationParseError = ValueError
    parse_url = None

_LONGEST = 8000
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Address:
    """One http or https address: host without brackets, target as it stands in the request line."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host, and the port where it is not the usual one, as header Host has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def parse(url: object) -> Address:
    """The address that a URL names.

    :raises OpsError: invalid, for anything but a plain http or https URL; a URL with credentials is not repeated
    """
    if parse_url is None:
        raise OpsError("invalid", "the Python package urllib3 is not installed", hint="Run: pip install urllib3")
    if not isinstance(url, str) or not url or len(url) > _LONGEST:
        raise OpsError("invalid", f"a URL is text of 1 to {_LONGEST} characters, such as http://localhost:8000/health")
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise OpsError("invalid", "a URL must not carry credentials", hint="Give them as a header from a file.")
    hint = "Write http:// or https:// and a host, such as http://localhost:8000/health."
    if re.search(r"[\s\x00-\x1f\x7f\\]", url) or not re.match(r"https?://", url, re.IGNORECASE):
        raise OpsError("invalid", f"{url!r:.100} is not an http or https URL", hint=hint)
    try:
        parsed = parse_url(url)
    except LocationParseError as error:
        raise OpsError("invalid", f"{url!r:.100} is not an http or https URL", hint=hint) from error
    if not parsed.host or parsed.auth or parsed.port == 0:
        raise OpsError("invalid", f"{url!r:.100} names no usable host and port", hint=hint)
    scheme = str(parsed.scheme)
    return Address(scheme, parsed.host.strip("[]"), parsed.port or _PORTS[scheme], parsed.request_uri)


def redirected(current: Address, location: str) -> Address | str:
    """Where a redirect leads, or why it is not followed.

    It must stay at the host that was asked, and at its port unless it goes from http to https, as servers do. So nobody
    who answers a question can turn it against another service.
    """
    try:
        target = parse(urljoin(current.url, location))
    except (OpsError, ValueError):
        return f"a redirect to no http or https URL is not followed ({_scheme(location)})"
    if target.host.lower() != current.host.lower():
        return f"a redirect to another host is not followed ({target.authority})"
    if (current.scheme, target.scheme) == ("https", "http"):
        return "a redirect from https back to http is not followed"
    if target.scheme == current.scheme and target.port != current.port:
        return f"a redirect to another port is not followed ({target.authority})"
    return target


def _scheme(location: str) -> str:
    try:
        return urlsplit(location).scheme[:20] or "malformed"
    except ValueError:
        return "malformed"
