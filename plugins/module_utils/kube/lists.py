# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that are whole or an error: paged, at one resourceVersion, in constant memory. Private API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from ansible_collections.agent_platform.ops.plugins.module_utils.collector import resting_collector
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import GoneError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport

METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
#: as many objects in a page as keep its answer at some megabytes, found out on the way
ADAPTIVE = 0
_RESTARTS = 3
_FIRST_PAGE = 8
_LARGEST_PAGE = 500
_PAGE_BYTES = 2 << 20


class Reducer(Protocol):
    def add(self, items: list[dict[str, Any]]) -> None:
        """Take in one page."""


R = TypeVar("R", bound=Reducer)


def pages(transport: Transport, path: str, **options: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield the items of a collection page by page, see versioned_pages."""
    for _version, items in versioned_pages(transport, path, **options):
        yield items


def versioned_pages(
    transport: Transport,
    path: str,
    *,
    limit: int = 500,
    metadata_only: bool = False,
    label_selector: str | None = None,
    field_selector: str | None = None,
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield (resourceVersion, items) of a collection page by page, all of one resourceVersion.

    The next page is fetched while the caller works on this one. An empty page in the middle is not the end.

    :param limit: objects in a page, or ADAPTIVE
    :raises GoneError: the snapshot expired midway; what was yielded so far must be thrown away
    :raises OpsError: any other failure, and an answer that is no list
    """
    query: dict[str, Any] = {"limit": limit or _FIRST_PAGE}
    if label_selector:
        query["labelSelector"] = label_selector
    if field_selector:
        query["fieldSelector"] = field_selector
    accept = METADATA_LIST if metadata_only else "application/json"

    def fetch(token: str | None) -> dict[str, Any]:
        before = transport.cost.bytes_read
        asked = {**query, **({"continue": token} if token else {})}
        page = transport.request("GET", path, query=asked, accept=accept)
        if limit == ADAPTIVE:
            query["limit"] = _next_limit(query["limit"], transport.cost.bytes_read - before)
        return page

    with ThreadPoolExecutor(max_workers=1) as ahead:
        version = None
        page = fetch(None)
        while True:
            items, token, version = _open(page, path, version)
            coming = ahead.submit(fetch, token) if token else None
            del page
            yield version, items
            del items
            if coming is None:
                return
            page = coming.result()
            del coming


def _next_limit(limit: int, received: int) -> int:
    """Twice as many at most, and no more than fit into a page like the last one."""
    fitting = limit * _PAGE_BYTES // max(received, 1)
    return max(1, min(limit * 2, fitting, _LARGEST_PAGE))


def read(transport: Transport, path: str, new_reducer: Callable[[], R], **options: Any) -> R:
    """Feed a whole collection to a reducer and return it; a fresh reducer starts again when the snapshot expires."""
    for _attempt in range(_RESTARTS):
        reducer = new_reducer()
        try:
            with resting_collector():
                for items in pages(transport, path, **options):
                    reducer.add(items)
        except GoneError:
            continue
        return reducer
    raise OpsError(
        "timeout",
        f"the list changed faster than it could be read, {_RESTARTS} times",
        request=f"GET {path}",
        hint="The API server forgets snapshots very quickly; try again when it is less busy.",
    )


def _open(page: dict[str, Any], path: str, version: str | None) -> tuple[list[dict[str, Any]], str | None, str]:
    meta = page.get("metadata")
    items = page.get("items") or []
    if not str(page.get("kind", "")).endswith("List") or not isinstance(meta, dict) or not isinstance(items, list):
        raise OpsError("unreachable", f"the answer to GET {path} is no list", request=f"GET {path}")
    token, now = meta.get("continue") or None, str(meta.get("resourceVersion", ""))
    if version is not None and now != version:
        raise GoneError(
            "conflict", f"the list moved on from {version} to {now} midway", request=f"GET {path}", status=410
        )
    if token is None and meta.get("remainingItemCount"):
        raise OpsError("unreachable", f"the list of {path} ended before its last page", request=f"GET {path}")
    return items, token, now
