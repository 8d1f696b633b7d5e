# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of modules that work with backups, as the objects they stand for. Private API.

Store and trusted keys are documented in doc fragment backup_store. Private keys are only ever paths.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys, manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Signer, Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.settings import local_folder
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store, open_store

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

STORE_SPEC: dict[str, dict[str, Any]] = {
    "store": {"type": "str", "required": True},
    "store_options": {"type": "dict", "default": {}},
    "trusted_keys": {"type": "list", "elements": "str", "required": True, "no_log": False},
}
_MOST_BYTES = 64 * 1024  # of a file with keys


def hide_keys(module: AnsibleModule) -> None:
    """Mask private keys that somebody gave where a path or a public key belongs: results repeat the options."""
    given = (value for option in module.params.values() for value in (option if isinstance(option, list) else [option]))
    module.no_log_values.update(value for value in given if isinstance(value, str) and keys.is_private(value))


def platform_of(options: Mapping[str, Any]) -> str:
    """The platform whose backups are meant: it names their folder in the store.

    :raises OpsError: invalid, when it is empty or cannot name a folder
    """
    platform = options["platform"]
    if not platform:
        raise OpsError("invalid", "platform is empty; it names the folder of the backups in the store")
    manifest.folder(platform)
    return platform


def open_of(options: Mapping[str, Any], *, create: bool = False) -> Store:
    """The store of a module's options.

    :param create: make the folder of a local store when it is not there, for those who write
    :raises OpsError: when there is none, or it cannot be opened
    """
    if not options["store"]:
        raise OpsError("invalid", "store is empty; give its URL, such as s3://bucket/prefix or file:///srv/platform")
    return open_store(options["store"], options["store_options"], create=create)


def look_of(options: Mapping[str, Any]) -> Store | None:
    """The store, to be looked at before the first backup too: nothing for a folder that is not made yet.

    :raises OpsError: when it cannot be opened
    """
    folder = local_folder(options["store"] or "")
    return None if folder and not os.path.isdir(folder) else open_of(options)


def trusted_of(options: Mapping[str, Any]) -> Trusted:
    """Whose signatures count.

    :raises OpsError: invalid, also when nobody is trusted: then no backup could be told from a forged one
    """
    found = keys.trusted(options["trusted_keys"])
    if not found.keys:
        raise OpsError(
            "invalid",
            "trusted_keys is empty, so no backup would be believed; give public keys as ssh-ed25519 AAAA…",
            hint="Set platform_backup_trusted_keys in the inventory.",
        )
    return found


def zone_of(options: Mapping[str, Any]) -> ZoneInfo:
    """The time zone in which days and weeks begin.

    :raises OpsError: invalid, with the accepted form
    """
    name = options["timezone"]
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise OpsError("invalid", f"timezone {name!r:.60} is not known; give a name such as Europe/Berlin") from error


def signer_of(path: str) -> Signer:
    """The key that signs manifests.

    :raises OpsError: invalid or forbidden, naming the file and never what is in it
    """
    return keys.signer(private_file(path, "signing_key"), f"signing_key: {path}")


def trusted_signer_of(path: str, trusted: Trusted) -> Signer:
    """The key that signs what others are to believe.

    :raises OpsError: as signer_of, and refused when nobody would believe it
    """
    signer = signer_of(path)
    if signer.name not in trusted.keys:
        raise OpsError(
            "refused",
            f"signing_key: {path} is not among trusted_keys, so nobody would believe what it signs",
            hint=f"Add its public key to platform_backup_trusted_keys: {signer.public}",
        )
    return signer


def identities_of(path: str | None) -> list[Any]:
    """The keys that decrypt parts; none when no file is given.

    :raises OpsError: invalid or forbidden, naming the file and never what is in it
    """
    return keys.identities(private_file(path, "identity"), f"identity: {path}") if path else []


def private_file(path: str, option: str) -> bytes:
    """A small file that nobody else may read, as ssh asks it of its keys."""
    if not path:
        raise OpsError("invalid", f"{option} is empty; give the path of a private key")
    if keys.is_private(path):
        raise OpsError("invalid", f"{option} is a private key itself; give the path of a file that holds it")
    try:
        # A pipe without a writer would be waited for.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise OpsError("invalid", f"{option}: {path} is no file")
            _require_private(found, path, option)
            return file.read(_MOST_BYTES)
    except OSError as error:
        kind = "forbidden" if isinstance(error, PermissionError) else "invalid"
        raise OpsError(kind, f"{option}: cannot read {path}: {error.strerror}") from error


def _require_private(found: os.stat_result, path: str, option: str) -> None:
    # Secrets that Kubernetes mounts belong to root and are readable by the group of the pod; ssh takes such too.
    group = stat.S_IRWXG if found.st_uid == os.getuid() else 0
    if found.st_mode & (group | stat.S_IRWXO):
        raise OpsError(
            "refused",
            f"{option}: {path} has mode {stat.S_IMODE(found.st_mode):04o}, so others than its owner may read it",
            hint=f"Run: chmod 600 {path}",
        )
