# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a certificate ends, read from its DER bytes. No I/O. Private API.

Python's ssl decodes a peer's certificate only where it was verified; many internal services are asked without that.
"""

from __future__ import annotations

from datetime import UTC, datetime

_SEQUENCE, _VERSION, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0xA0, 0x17, 0x18


def ends(der: bytes) -> datetime | None:
    """The notAfter of an X.509 certificate (RFC 5280, 4.1), None for what is none."""
    try:
        content = _enter(_enter(der))  # Certificate, TBSCertificate
        if content[0] == _VERSION:
            content = _skip(content)
        for _field in ("serialNumber", "signature", "issuer"):
            content = _skip(content)
        tag, text, _rest = _element(_skip(_enter(content)))  # validity, past its notBefore
        return _time(tag, text.decode("ascii"))
    except (IndexError, ValueError):
        return None


def _element(data: bytes) -> tuple[int, bytes, bytes]:
    """(tag, content, what follows) of the first element."""
    length, start = data[1], 2
    if length & 0x80:
        start = 2 + (length & 0x7F)
        length = int.from_bytes(data[2:start], "big")
    if start + length > len(data):
        raise ValueError("cut")
    return data[0], data[start : start + length], data[start + length :]


def _enter(data: bytes) -> bytes:
    tag, content, _rest = _element(data)
    if tag != _SEQUENCE:
        raise ValueError("not a sequence")
    return content


def _skip(data: bytes) -> bytes:
    return _element(data)[2]


def _time(tag: int, text: str) -> datetime:
    if tag == _UTC_TIME:  # two digits of the year: 50 is 1950
        text = ("19" if text >= "50" else "20") + text
    elif tag != _GENERALIZED_TIME:
        raise ValueError("not a time")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
