# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of a backup: who signs it, whose signatures count, and for whom it is encrypted. Private API.

Keys are OpenSSH or PEM Ed25519 for signatures, and age, ssh-ed25519 or ssh-rsa for encryption, all as text that the
caller has read. No private part ever stands in a message.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

try:
    import pyrage
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
except ImportError as error:  # pragma: no cover - told by require_libraries()
    pyrage = None
    InvalidSignature = UnsupportedAlgorithm = Exception
    _IMPORT_ERROR: ImportError | None = error
else:
    _IMPORT_ERROR = None

_RECIPIENTS = "age1…, ssh-ed25519 … and ssh-rsa …"
_ADDRESS = b"agent_platform.ops backup address 1"


def require_libraries() -> None:
    """:raises OpsError: invalid, when what this needs is not installed"""
    if _IMPORT_ERROR is not None:
        raise OpsError("invalid", f"backups need the Python packages cryptography and pyrage ({_IMPORT_ERROR})")


@dataclass(frozen=True, slots=True)
class Recipients:
    """For whom parts are encrypted; for nobody when there are none."""

    keys: tuple[Any, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The same for the same set of recipients; "plain" for none."""
        if not self.names:
            return "plain"
        return hashlib.sha256("\n".join(sorted(self.names)).encode()).hexdigest()[:16]


def recipients(lines: Iterable[str]) -> Recipients:
    """:param lines: public keys as age1…, ssh-ed25519 … or ssh-rsa …; a comment behind an ssh key is dropped

    :raises OpsError: invalid, naming the line
    """
    require_libraries()
    named = {name: _recipient(name) for name in dict.fromkeys(map(_without_comment, lines))}
    return Recipients(tuple(named.values()), tuple(named))


def is_private(words: str) -> bool:
    """Whether a text is a private key, or holds one."""
    return "AGE-SECRET-KEY-" in words or "PRIVATE KEY" in words


def _without_comment(line: str) -> str:
    if is_private(line):
        raise OpsError("invalid", f"recipients: one of them is a private key; give public ones: {_RECIPIENTS}")
    return " ".join(line.split()[:2])


def _recipient(line: str) -> Any:
    try:
        if line.startswith("age1"):
            return pyrage.x25519.Recipient.from_str(line)
        if line.startswith(("ssh-ed25519 ", "ssh-rsa ")):
            return pyrage.ssh.Recipient.from_str(line)
    except pyrage.RecipientError as error:
        raise OpsError(
            "invalid", f"recipients: {line:.60} is no public key ({error}); {_RECIPIENTS} are taken"
        ) from error
    raise OpsError("invalid", f"recipients: {line.split(' ')[0]:.60} is not taken; {_RECIPIENTS} are")


def identities(data: bytes, place: str) -> list[Any]:
    """The private keys of a file: lines of AGE-SECRET-KEY-1…, or one OpenSSH key without a passphrase.

    :param place: what the file is called in a message
    :raises OpsError: invalid, without a word of what is in the file
    """
    require_libraries()
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line.startswith("AGE-SECRET-KEY-")]
        if not found and any("PRIVATE KEY" in line for line in lines):
            found = [pyrage.ssh.Identity.from_buffer(data)]
    except pyrage.IdentityError as error:
        raise OpsError("invalid", f"{place} holds no identity that can be used: a broken or protected key") from error
    if not found:
        raise OpsError("invalid", f"{place} holds no identity; AGE-SECRET-KEY-1… and OpenSSH keys are taken")
    return found


@dataclass(frozen=True, slots=True)
class Signer:
    """The private key that signs the manifests of a platform."""

    key: Any

    @property
    def name(self) -> str:
        return fingerprint(self.key.public_key())

    @property
    def public(self) -> str:
        """As a line of an inventory."""
        return _line(self.key.public_key())

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)

    def address_key(self, store: str) -> bytes:
        """The key under which parts are addressed: whoever reads a store cannot confirm a guess of what is in it.

        :param store: id of the store
        """
        seed = self.key.private_bytes(
            serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption()
        )
        return HKDF(hashes.SHA256(), 32, salt=store.encode(), info=_ADDRESS).derive(seed)


def signer(data: bytes, place: str) -> Signer:
    """:param data: an Ed25519 private key, OpenSSH or PEM, without a passphrase

    :raises OpsError: invalid, without a word of what is in the file
    """
    require_libraries()
    load = serialization.load_ssh_private_key if b"OPENSSH" in data else serialization.load_pem_private_key
    try:
        key = load(data, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise OpsError(
            "invalid",
            f"{place} holds no private key that can be used without a passphrase",
            hint="Make one with: ssh-keygen -t ed25519 -N '' -f FILE",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise OpsError("invalid", f"{place} holds a key of another kind; Ed25519 is taken")
    return Signer(key)


@dataclass(frozen=True, slots=True)
class Trusted:
    """The public keys of an inventory, by fingerprint."""

    keys: dict[str, Any]

    def accepts(self, name: str, signature: bytes, data: bytes) -> str:
        """Why a signature does not count, nothing when it does."""
        key = self.keys.get(name)
        if key is None:
            return f"it is signed by {name or 'nobody'}, whom the inventory does not trust"
        try:
            key.verify(signature, data)
        except InvalidSignature:
            return f"its signature by {name} does not fit what it says"
        return ""


def trusted(lines: Iterable[str]) -> Trusted:
    """:param lines: "ssh-ed25519 AAAA… comment"

    :raises OpsError: invalid, naming the line
    """
    require_libraries()
    keys = {}
    for line in lines:
        try:
            key = serialization.load_ssh_public_key(" ".join(line.split()[:2]).encode())
        except (ValueError, UnsupportedAlgorithm) as error:
            raise OpsError("invalid", f"trusted_keys: {line:.60} is no public key; ssh-ed25519 … is taken") from error
        if not isinstance(key, Ed25519PublicKey):
            raise OpsError("invalid", f"trusted_keys: {line.split()[0]} is not taken; ssh-ed25519 is")
        keys[fingerprint(key)] = key
    return Trusted(keys)


def fingerprint(key: Any) -> str:
    """As ssh-keygen -l shows it: SHA256:…"""
    blob = base64.b64decode(_line(key).split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def _line(key: Any) -> str:
    return key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


def address(key: bytes, resource: str) -> hmac.HMAC:
    """A running HMAC-SHA256 over the plain content of a part; the kind of its objects is bound in."""
    return hmac.new(key, resource.encode() + b"\0", hashlib.sha256)
