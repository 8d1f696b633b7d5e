# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One store, one URL: a folder, s3://bucket/prefix, gs://bucket/prefix or az://container/prefix. Private API."""

from __future__ import annotations

import os
from collections.abc import Mapping

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore
from ansible_collections.agent_platform.ops.plugins.module_utils.store.objects import AbsentError, Meta, Store
from ansible_collections.agent_platform.ops.plugins.module_utils.store.remote import connect
from ansible_collections.agent_platform.ops.plugins.module_utils.store.settings import local_folder, remote_url

__all__ = ["TIMEOUT", "AbsentError", "Meta", "Store", "open_store"]

#: seconds within which one request to a remote store, with its repetitions, has an answer or has failed
TIMEOUT = 60.0


def open_store(
    url: str, options: Mapping[str, object] | None = None, *, create: bool = True, timeout: float = TIMEOUT
) -> Store:
    """The store behind a URL; a path without a scheme is a folder, made when needed.

    :param options: of a remote store, such as endpoint, see docs/stores.md; credentials come from the environment
    :param create: without it a folder that is not there is an error, for those who only read
    :param timeout: seconds, for remote stores
    :raises OpsError: invalid or forbidden; what a remote store says is known with the first request
    """
    path = local_folder(url)
    if path is None:
        if timeout <= 0:
            raise OpsError("invalid", f"the time limit of a store is {timeout:g} s; it must be more than 0")
        return connect(remote_url(url), options or {}, timeout)
    folder = os.path.abspath(os.path.expanduser(path))
    if not create and not os.path.isdir(folder):
        raise OpsError("invalid", f"the store's folder {folder} does not exist")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise OpsError("forbidden", f"cannot make the store's folder {folder}: {error.strerror}") from error
    return LocalStore(folder)
