# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import tls
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import Credentials
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from cryptography.hazmat.primitives import serialization

from tests.support.services import Reply, make_certificate, serve


def ask(host, **given):
    transport = Transport(lambda: Credentials(host=host, **given), sleep=lambda _seconds: None)
    return transport.request("GET", "/version")


@pytest.fixture
def pem(tmp_path):
    return make_certificate(tmp_path, "localhost", "cluster.example")


@pytest.fixture
def service(pem):
    with serve(Reply(), pem) as running:
        yield running


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_the_server_is_checked_against_a_file_or_a_text_unless_nobody_wants_to(pem, service):
    well = {"status": "ok"}
    assert ask(service.url(host="localhost"), ca_file=str(pem)) == well
    assert ask(service.url(host="localhost"), ca_data=pem.read_text()) == well
    assert ask(service.url(), ca_file=str(pem), server_name="cluster.example") == well
    assert ask(service.url(), verify=False) == well
    for host, given in (("127.0.0.1", {"ca_file": str(pem)}), ("localhost", {})):
        with pytest.raises(OpsError, match="gave no answer"):
            ask(service.url(host=host), **given)


def test_certificates_that_are_gone_after_the_start_are_not_missed(pem, service):
    transport = Transport(
        lambda: Credentials(host=service.url(host="localhost"), ca_file=str(pem), cert_file=str(pem), key_file=str(pem))
    )
    pem.unlink()
    assert transport.request("GET", "/version") == {"status": "ok"}


def locked(pem):
    """The same key, which only a password opens."""
    key = serialization.load_pem_private_key(pem.read_bytes(), None)
    closed = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"password"),
    )
    path = pem.with_name("locked.pem")
    path.write_bytes(closed + pem.read_bytes())
    return str(path)


@pytest.mark.parametrize(
    "given",
    [
        lambda _pem: {"ca_file": "/no/such/file"},
        lambda _pem: {"ca_data": "no certificate"},
        lambda pem: {"cert_file": str(pem), "key_file": "/no/such/file"},
        lambda pem: {"cert_file": str(pem), "key_file": locked(pem)},
    ],
    ids=["absent", "text", "key", "locked"],
)
def test_certificates_that_cannot_be_used_are_one_sentence(pem, given):
    with pytest.raises(OpsError, match="the certificates of the kubeconfig cannot be used") as caught:
        tls.context(Credentials(host="https://localhost", **given(pem)))
    assert caught.value.kind == "invalid"
    assert "\n" not in caught.value.as_result()["msg"]
