# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One store, one URL: file:///path, s3://bucket/prefix, gs://, az:// through obstore. Private API.

A store has put-if-absent and no locks.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

try:
    import obstore
    from obstore import exceptions as _failures
    from obstore import store as _stores
except ImportError as error:  # pragma: no cover - told by open_store()
    obstore = _failures = _stores = None
    _IMPORT_ERROR: ImportError | None = error
else:
    _IMPORT_ERROR = None

_REMOTE = ("s3", "gs", "az")


class Store:
    """Whole objects by key; keys are relative paths with slashes."""

    def __init__(self, backend: Any, url: str, folder: str | None) -> None:
        self._backend = backend
        self._url = url.rstrip("/")
        self._folder = folder

    def put(self, key: str, data: bytes, *, if_absent: bool = False) -> bool:
        """Write one object, durable on return; False when if_absent is asked and it is there already."""
        _check(key)
        # LocalStore writes 0644; records name people and objects, so nobody else is to read them.
        previous = os.umask(0o077) if self._folder else None
        try:
            obstore.put(self._backend, key, data, mode="create" if if_absent else "overwrite")
        except _failures.AlreadyExistsError:
            return False
        except Exception as error:
            raise self._failure("write", key, error) from error
        finally:
            if previous is not None:
                os.umask(previous)
        if self._folder:
            _flush(os.path.join(self._folder, key))
        return True

    def get(self, key: str) -> bytes | None:
        """One whole object, or None when it is not there."""
        _check(key)
        try:
            return bytes(obstore.get(self._backend, key).bytes())
        except (_failures.NotFoundError, FileNotFoundError):
            return None
        except Exception as error:
            raise self._failure("read", key, error) from error

    def keys(self, prefix: str = "") -> list[str]:
        """All keys below a prefix, sorted."""
        try:
            return sorted(meta["path"] for page in obstore.list(self._backend, prefix or None) for meta in page)
        except Exception as error:
            raise self._failure("list", prefix, error) from error

    def place(self, key: str) -> str:
        """Where a person finds an object: a path for a local store, else its URL."""
        return os.path.join(self._folder, key) if self._folder else f"{self._url}/{key}"

    def _failure(self, verb: str, key: str, error: Exception) -> OpsError:
        # obstore raises its own family and a few built-in ones; its words carry a debug dump after the first line.
        words = " ".join(str(error).splitlines()[0].split())[:300] if str(error) else type(error).__name__
        denied = isinstance(error, PermissionError | _failures.PermissionDeniedError | _failures.UnauthenticatedError)
        return OpsError("forbidden" if denied else "unreachable", f"cannot {verb} {self.place(key)}: {words}")


def open_store(url: str, options: dict[str, str] | None = None, *, create: bool = True) -> Store:
    """The store behind a URL; a path without a scheme is a folder, made when needed.

    :param options: settings for obstore, such as endpoint; credentials come from the environment
    :param create: without it a folder that is not there is an error, for those who only read
    """
    if _IMPORT_ERROR is not None:
        raise OpsError("invalid", f"the Python package obstore is missing ({_IMPORT_ERROR})")
    parts = urlsplit(url)
    if parts.scheme in ("", "file"):
        folder = os.path.abspath(os.path.expanduser(unquote(parts.path)))
        if not create and not os.path.isdir(folder):
            raise OpsError("invalid", f"the store's folder {folder} does not exist")
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
        except OSError as error:
            raise OpsError("forbidden", f"cannot make the store's folder {folder}: {error.strerror}") from error
        return Store(_stores.LocalStore(folder), f"file://{folder}", folder)
    if parts.scheme not in _REMOTE:
        raise OpsError("invalid", f"store {url!r} is none of file://, {', '.join(s + '://' for s in _REMOTE)}")
    try:
        return Store(_stores.from_url(url, config=options or None), url, None)
    except Exception as error:
        raise OpsError("invalid", f"store {url!r} cannot be opened: {str(error).splitlines()[0]}") from error


def _check(key: str) -> None:
    if not key or key.startswith("/") or ".." in key.split("/"):
        raise OpsError("invalid", f"{key!r} is no key of a store")


def _flush(path: str) -> None:
    for place, flags in ((path, os.O_RDONLY), (os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)):
        descriptor = os.open(place, flags)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
