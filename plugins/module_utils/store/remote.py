# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store in S3, Google Cloud Storage or Azure, through obstore. Private API."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.store.objects import (
    PIECE,
    AbsentError,
    Meta,
    Store,
    check_key,
    check_prefix,
    is_key,
    is_unfinished,
    pieces,
    unfinished,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.store.settings import settings
from ansible_collections.agent_platform.ops.plugins.module_utils.store.words import is_no_bucket, redactor, told

try:
    import obstore
    from obstore import exceptions as _failures
    from obstore import store as _stores
except ImportError as error:  # pragma: no cover - told by connect()
    obstore = _failures = _stores = None
    _IMPORT_ERROR: ImportError | None = error
else:
    _IMPORT_ERROR = None

# Up to this size an object is one request; larger ones go and come in parts of it.
PART = 8 * 1024**2
_PARTS_AT_ONCE = 4
_READ_AHEAD = 2
# What S3 copies in one request, and how fast at least.
_COPIED_AT_MOST = 5 * 1024**3
_COPIED_PER_SECOND = 10 * 1024**2

Connect = Callable[[float], Any]


def connect(url: str, options: Mapping[str, object], timeout: float) -> RemoteStore:
    """The store behind a URL; nothing is asked yet.

    :param timeout: seconds within which one request, with its repetitions, has an answer or has failed
    :raises OpsError: invalid
    """
    if _IMPORT_ERROR is not None:
        raise OpsError("invalid", f"the Python package obstore is missing ({_IMPORT_ERROR})")
    sorted_out = settings(options)
    service = dict(sorted_out.service)
    if url.startswith("s3://"):
        service.setdefault("copy_if_not_exists", "multipart")

    def backend(seconds: float) -> Any:
        return _stores.from_url(
            url,
            config=service or None,
            client_options={**sorted_out.client, **_limits(seconds)},
            retry_config=_retries(seconds),
        )

    hide = redactor(options, os.environ)
    try:
        return RemoteStore(backend, url, timeout, hide)
    except (_failures.BaseError, ValueError) as error:
        words = hide(told(str(error)).words)
        raise OpsError("invalid", f"store {url!r} cannot be opened: {words}") from error


class RemoteStore(Store):
    """Objects in a bucket.

    Of a large object that may not replace another one, the bytes go under a name of their own first, and the store
    copies them to the key where that is free: obstore has no condition on an upload in parts.
    """

    def __init__(self, backend: Connect, url: str, timeout: float, hide: Callable[[str], str]) -> None:
        """:param backend: gives obstore's store for a time limit in seconds"""
        self._connect = backend
        self._backend = backend(timeout)
        self._url = url
        self._timeout = timeout
        self._hide = hide

    def put_file(self, key: str, file: BinaryIO, *, if_absent: bool = True) -> bool:
        check_key(key)
        parts = pieces(file, PART)
        first = next(parts, b"")
        second = next(parts, b"")
        with self._told("write", key):
            if not second:
                mode = "create" if if_absent else "overwrite"
                return self._created(
                    key, lambda: obstore.put(self._backend, key, first, mode=mode, use_multipart=False)
                )
            every = itertools.chain((first, second), parts)
            if not if_absent:
                self._upload(key, every)
                return True
            return self.head(key) is None and self._put_aside(key, every)

    def read(self, key: str) -> Iterator[bytes]:
        check_key(key)
        with self._told("read", key):
            try:
                found = obstore.get(self._backend, key)
                meta = self._proved(found.meta)
                rest = self._ranges(key, meta) if meta["size"] > PART else iter((found.bytes(),))
                del found
                for part in rest:
                    for start in range(0, len(part), PIECE):
                        yield bytes(part[start : start + PIECE])
            except FileNotFoundError as error:
                raise self._absence(key, error) from None

    def head(self, key: str) -> Meta | None:
        check_key(key)
        with self._told("look at", key):
            try:
                return _meta(self._proved(obstore.head(self._backend, key)))
            except FileNotFoundError:
                return None

    def list(self, prefix: str = "") -> Iterator[Meta]:
        return (meta for meta in self._all(check_prefix(prefix)) if is_key(meta.key))

    def delete(self, key: str) -> None:
        check_key(key)
        self._delete(key)

    def sweep(self, older_than: datetime) -> int:
        left = [meta.key for meta in self._all("") if is_unfinished(meta.key) and meta.modified < older_than]
        for key in left:
            self._delete(key)
        return len(left)

    def place(self, key: str) -> str:
        return f"{self._url}/{key}"

    def _put_aside(self, key: str, parts: Iterator[bytes]) -> bool:
        """Upload under a name of its own, then copy to the key where that is free."""
        aside = unfinished(key)
        try:
            size = self._upload(aside, parts)
            patient = self._connect(self._timeout + size / _COPIED_PER_SECOND)
            return self._created(key, lambda: obstore.copy(patient, aside, key, overwrite=False))
        finally:
            self._delete(aside)

    def _upload(self, key: str, parts: Iterator[bytes]) -> int:
        """Write parts; how many bytes they were."""
        size = 0

        def counted() -> Iterator[bytes]:
            nonlocal size
            for part in parts:
                size += len(part)
                if size > _COPIED_AT_MOST:
                    raise OpsError("invalid", f"{self.place(key)} would be larger than 5 GiB")
                yield part

        obstore.put(self._backend, key, counted(), chunk_size=PART, max_concurrency=_PARTS_AT_ONCE)
        return size

    def _created(self, key: str, write: Callable[[], object]) -> bool:
        try:
            write()
        except _failures.AlreadyExistsError:
            # S3 also answers so to one of two at once, and to a key below another object.
            if self.head(key) is None:
                raise OpsError("conflict", f"cannot write {self.place(key)}: another writer was in between") from None
            return False
        return True

    def _ranges(self, key: str, meta: Any) -> Iterator[Any]:
        """The parts of one version of an object, the next ones being fetched while one is worked on.

        One long answer would have to be read within the time limit of one request, however slow its reader is.
        """

        def fetch(start: int) -> Any:
            options = {"range": (start, min(start + PART, meta["size"])), "if_match": meta["e_tag"]}
            return obstore.get(self._backend, key, options=options).bytes()

        with ThreadPoolExecutor(_READ_AHEAD) as ahead:
            coming: deque[Future[Any]] = deque()
            for start in range(0, meta["size"], PART):
                coming.append(ahead.submit(fetch, start))
                if len(coming) > _READ_AHEAD:
                    yield coming.popleft().result()
            for part in coming:
                yield part.result()

    def _all(self, prefix: str) -> Iterator[Meta]:
        with self._told("list", prefix):
            empty = True
            for page in obstore.list(self._backend, prefix or None):
                for meta in page:
                    empty = False
                    yield _meta(meta)
            # Any page of any server reads as a list of nothing.
            if empty:
                self._prove()

    def _delete(self, key: str) -> None:
        with self._told("delete", key):
            try:
                obstore.delete(self._backend, key)
            except FileNotFoundError as error:
                if is_no_bucket(str(error)):
                    raise

    def _proved(self, meta: Any) -> Any:
        """Refuse the answer of something that is no store, such as the page of a proxy."""
        if not meta["e_tag"]:
            raise self._stranger()
        return meta

    def _prove(self) -> None:
        """Ask for an object that nobody has."""
        try:
            obstore.head(self._backend, unfinished(""))
        except FileNotFoundError:
            return
        raise self._stranger()

    def _stranger(self) -> OpsError:
        return OpsError("unverified", f"{self._url}: what answers there does not answer like a store")

    def _absence(self, key: str, error: Exception) -> OpsError:
        return self._failure("read", key, error) if is_no_bucket(str(error)) else AbsentError(self.place(key))

    @contextmanager
    def _told(self, verb: str, key: str) -> Iterator[None]:
        try:
            yield
        except OpsError:
            raise
        except (_failures.BaseError, OSError, ValueError) as error:
            raise self._failure(verb, key, error) from error

    def _failure(self, verb: str, key: str, error: Exception) -> OpsError:
        denied = isinstance(error, PermissionError | _failures.PermissionDeniedError | _failures.UnauthenticatedError)
        failure = told(str(error) or type(error).__name__, denied=denied)
        return OpsError(
            failure.kind, self._hide(f"cannot {verb} {self.place(key)}: {failure.words}"), hint=failure.hint
        )


def _meta(found: Any) -> Meta:
    return Meta(found["path"], found["size"], found["last_modified"].astimezone(UTC))


def _limits(seconds: float) -> dict[str, timedelta]:
    return {"timeout": timedelta(seconds=seconds / 2), "connect_timeout": timedelta(seconds=min(5.0, seconds / 4))}


def _retries(seconds: float) -> dict[str, Any]:
    # The last repetition starts before 3/8 of the time have passed, and takes at most one half.
    backoff = {
        "init_backoff": timedelta(milliseconds=100),
        "max_backoff": timedelta(seconds=seconds / 8),
        "base": 2,
    }
    return {"max_retries": 10, "retry_timeout": timedelta(seconds=seconds / 4), "backoff": backoff}
