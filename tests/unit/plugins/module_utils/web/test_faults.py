# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import http.client
import socket
import ssl

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.web.faults import FAULTS, explain
from urllib3 import exceptions


def _refused() -> Exception:
    error = exceptions.NewConnectionError(None, "…")
    error.__cause__ = ConnectionRefusedError(111, "Connection refused")
    return error


def _untrusted() -> Exception:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "certificate has expired"
    return error


@pytest.mark.parametrize(
    ("error", "fault", "words"),
    [
        (_refused(), "connect", "connection refused"),
        (OSError(113, "No route to host"), "connect", "no route to host"),
        (OSError("odd"), "connect", "no connection"),
        (socket.gaierror(-2, "Name or service not known"), "name", "its name cannot be resolved"),
        (UnicodeError("label too long"), "name", "its name cannot be resolved"),
        (TimeoutError(), "timeout", ""),
        (exceptions.ConnectTimeoutError(None, "…"), "timeout", ""),
        (_untrusted(), "tls", "its certificate is not trusted (certificate has expired)"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] …"), "tls", "no TLS connection (handshake failed)"),
        (ConnectionResetError(104, "reset"), "closed", "it closed the connection before its answer was whole"),
        (http.client.RemoteDisconnected(), "closed", "it closed the connection before its answer was whole"),
        (exceptions.ProtocolError("…"), "closed", "it closed the connection before its answer was whole"),
        (http.client.BadStatusLine("<html>"), "malformed", "its answer is not HTTP (BadStatusLine)"),
        (http.client.LineTooLong("header line"), "malformed", "its answer is not HTTP (LineTooLong)"),
        (ValueError("…"), "malformed", "its answer is not HTTP (ValueError)"),
    ],
    ids=lambda value: value.__class__.__name__ if isinstance(value, Exception) else None,
)
def test_every_error_has_a_word_and_words(error, fault, words):
    assert explain(error) == (fault, words)
    assert fault in FAULTS
