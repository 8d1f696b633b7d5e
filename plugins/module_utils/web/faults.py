# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What went wrong between a question and its answer, in a word and in words. No I/O. Private API."""

from __future__ import annotations

import http.client
import socket
import ssl

try:
    from urllib3 import exceptions as _failures
except ImportError:  # told by address.parse()
    _failures = None

FAULTS = ("timeout", "name", "connect", "tls", "closed", "malformed", "redirect")


def explain(error: Exception) -> tuple[str, str]:
    """(fault, words); no words for a timeout, which the caller knows better."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return "tls", f"its certificate is not trusted ({error.verify_message})"
    if isinstance(error, ssl.SSLError):
        reason = (getattr(error, "reason", None) or "handshake failed").lower().replace("_", " ")
        return "tls", f"no TLS connection ({reason})"
    if isinstance(error, socket.gaierror | UnicodeError):
        return "name", "its name cannot be resolved"
    # NewConnectionError is a kind of ConnectTimeoutError, but tells of a connection that was refused.
    if isinstance(error, _failures.NewConnectionError):
        return "connect", _reason(error.__cause__)
    if isinstance(error, TimeoutError | _failures.TimeoutError):
        return "timeout", ""
    if isinstance(error, ConnectionError | http.client.IncompleteRead | _failures.ProtocolError):
        return "closed", "it closed the connection before its answer was whole"
    if isinstance(error, OSError):
        return "connect", _reason(error)
    return "malformed", f"its answer is not HTTP ({error.__class__.__name__})"


def _reason(error: BaseException | None) -> str:
    words = getattr(error, "strerror", None)
    return words.lower() if words else "no connection"
