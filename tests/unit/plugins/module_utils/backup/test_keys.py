# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import subprocess

import pyrage
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

IDENTITY = pyrage.x25519.Identity.generate()
AGE = str(IDENTITY.to_public())
ED25519 = ed25519.Ed25519PrivateKey.generate()
RSA = rsa.generate_private_key(65537, 2048)
ECDSA = ec.generate_private_key(ec.SECP256R1())


def private(key, form=serialization.PrivateFormat.OpenSSH):
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def public(key):
    return key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


@pytest.mark.parametrize(
    ("line", "data"),
    [(AGE, str(IDENTITY).encode()), (public(ED25519), private(ED25519)), (f"{public(RSA)} a@b", private(RSA))],
    ids=["age", "ed25519", "rsa with comment"],
)
def test_what_is_encrypted_for_a_recipient_its_identity_decrypts(line, data):
    sealed = pyrage.encrypt(b"text", list(keys.recipients([line]).keys))
    assert pyrage.decrypt(sealed, keys.identities(b"# made today\n" + data if line == AGE else data, "file")) == b"text"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (public(ECDSA), "recipients: ecdsa-sha2-nistp256 is not taken; age1…, ssh-ed25519 … and ssh-rsa … are"),
        (str(IDENTITY), "recipients: one of them is a private key"),
        (private(ED25519).decode(), "recipients: one of them is a private key"),
        ("age1abc", "recipients: age1abc is no public key"),
        ("ssh-ed25519 AAAA", "recipients: ssh-ed25519 AAAA is no public key"),
        ("", "is not taken"),
        ("{{ x }}", "is not taken"),
    ],
    ids=["ecdsa", "age identity", "private key", "cut", "cut ssh", "empty", "template"],
)
def test_other_recipients_are_refused_without_a_private_part(line, why):
    with pytest.raises(OpsError, match=r"^recipients") as refused:
        keys.recipients([AGE, line])
    assert why in refused.value.message
    assert "AGE-SECRET" not in refused.value.message
    assert "b3Blbn" not in refused.value.message


def test_a_set_of_recipients_has_one_id_and_none_is_plain():
    one, other = keys.recipients([AGE, public(RSA)]), keys.recipients([f"{public(RSA)} comment", AGE, AGE])
    assert one.id == other.id != keys.recipients([AGE]).id
    assert len(other.keys) == 2
    assert keys.recipients([]).id == "plain"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "holds no identity"),
        (AGE.encode(), "holds no identity"),
        (b"AGE-SECRET-KEY-1BROKEN", "broken or protected"),
        (b"\xff\xfe", "holds no identity"),
    ],
    ids=["empty", "recipient", "broken", "binary"],
)
def test_what_is_no_identity_is_told_without_a_word_of_it(data, why):
    with pytest.raises(OpsError, match=why) as refused:
        keys.identities(data, "the file")
    assert refused.value.message.startswith("the file ")
    assert "BROKEN" not in refused.value.message


@pytest.mark.parametrize("form", [serialization.PrivateFormat.OpenSSH, serialization.PrivateFormat.PKCS8])
def test_a_signature_counts_when_its_key_is_trusted_and_fits(form):
    signer = keys.signer(private(ED25519, form=form), "file")
    trusted = keys.trusted([f"{signer.public} me@here"])
    signature = signer.sign(b"text")
    assert trusted.accepts(signer.name, signature, b"text") == ""
    assert "does not fit" in trusted.accepts(signer.name, signature, b"texT")
    assert "does not fit" in trusted.accepts(signer.name, b"", b"text")
    assert "does not trust" in trusted.accepts("SHA256:other", signature, b"text")
    assert "nobody" in trusted.accepts("", signature, b"text")
    assert "does not trust" in keys.trusted([]).accepts(signer.name, signature, b"text")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (private(RSA), "a key of another kind; Ed25519 is taken"),
        (private(ECDSA), "a key of another kind"),
        (public(ED25519).encode(), "no private key"),
        (b"", "no private key"),
        (private(ED25519)[:-60], "no private key"),
    ],
    ids=["rsa", "ecdsa", "public", "empty", "cut"],
)
def test_what_cannot_sign_is_told(data, why):
    with pytest.raises(OpsError, match=why) as refused:
        keys.signer(data, "the file")
    assert refused.value.message.startswith("the file ")


def test_a_key_with_a_passphrase_is_told(tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "passphrase", "-f", tmp_path / "key"], check=True)
    data = (tmp_path / "key").read_bytes()
    with pytest.raises(OpsError, match=r"^the file holds no private key that can be used without a passphrase"):
        keys.signer(data, "the file")
    with pytest.raises(OpsError, match=r"^the file holds no identity that can be used: a broken or protected key"):
        keys.identities(data, "the file")


@pytest.mark.parametrize(
    ("line", "why"),
    [("nonsense", "is no public key"), (public(RSA), "ssh-rsa is not taken; ssh-ed25519 is"), ("", "is no public key")],
    ids=["nonsense", "rsa", "empty"],
)
def test_other_trusted_keys_are_refused(line, why):
    with pytest.raises(OpsError, match=why):
        keys.trusted([line])


def test_a_fingerprint_is_that_of_ssh_keygen(tmp_path):
    signer = keys.signer(private(ED25519), "file")
    (tmp_path / "key.pub").write_text(signer.public)
    shown = subprocess.run(["ssh-keygen", "-lf", tmp_path / "key.pub"], capture_output=True, text=True, check=True)
    assert shown.stdout.split()[1] == signer.name


def test_an_address_depends_on_key_store_kind_and_content():
    signer = keys.signer(private(ED25519), "file")
    other = keys.Signer(ed25519.Ed25519PrivateKey.generate())

    def address(signer, store, kind, content):
        found = keys.address(signer.address_key(store), kind)
        found.update(content)
        return found.hexdigest()

    cases = [(signer, "s", "k", b"c"), (other, "s", "k", b"c"), (signer, "t", "k", b"c"), (signer, "s", "l", b"c")]
    assert len({address(*case) for case in [*cases, (signer, "s", "k", b"d")]}) == 5
    assert address(*cases[0]) == address(*cases[0])
