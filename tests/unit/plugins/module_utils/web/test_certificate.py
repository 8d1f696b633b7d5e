# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.web.certificate import ends

from tests.support.services import DAY, make_certificate


def _der(path):
    text = path.read_text()
    return ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERTIFICATE") :])


@pytest.mark.parametrize("length", [-400 * DAY, 9 * DAY, 60 * 365 * DAY], ids=["past", "soon", "after 2050"])
def test_the_end_is_read(tmp_path, length: timedelta):
    expected = datetime.now(UTC) + length
    assert abs(ends(_der(make_certificate(tmp_path, "localhost", ends_in=length))) - expected) < timedelta(minutes=1)


def test_what_is_no_certificate_has_no_known_end(tmp_path):
    der = _der(make_certificate(tmp_path, "localhost"))
    assert all(ends(der[:length]) is None for length in range(len(der)))
    for junk in (b"", b"\x30", b"\x30\x80", b"\x02\x01\x01", b"\x30\xff" + b"\xff" * 200, b"\x00" * 64):
        assert ends(junk) is None
