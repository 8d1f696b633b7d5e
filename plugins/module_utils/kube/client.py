# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verbs on Kubernetes objects, with preconditions on every write of ours. Private API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import discovery, lists, stream
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import GoneError, NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.cost import Cost
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport

MERGE_PATCH = "application/merge-patch+json"
JSON_PATCH = "application/json-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"
FIELD_MANAGER = "agent_platform.ops"

_PAUSE = 0.5  # seconds between two looks at what is left

GONE, TERMINATING, ABSENT = "gone", "terminating", "absent"

T = TypeVar("T")
V = TypeVar("V")
R = TypeVar("R", bound=lists.Reducer)


class Client:
    """The API server as the rest of the collection sees it."""

    def __init__(self, transport: Transport, concurrency: int = 8) -> None:
        self._transport = transport
        self._concurrency = concurrency

    @property
    def cost(self) -> Cost:
        return self._transport.cost

    @property
    def host(self) -> str:
        return self._transport.host

    def get(self, path: str) -> dict[str, Any]:
        return self._transport.request("GET", path)

    def get_or_none(self, path: str) -> dict[str, Any] | None:
        """The object, or None when it or its kind is not there."""
        try:
            return self.get(path)
        except NotFoundError:
            return None

    def discover(self) -> discovery.Discovery:
        return discovery.discover(self._transport)

    def pages(self, path: str, **options: Any) -> Iterator[list[dict[str, Any]]]:
        return lists.pages(self._transport, path, **options)

    def versioned_pages(self, path: str, **options: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        return lists.versioned_pages(self._transport, path, **options)

    def read(self, path: str, new_reducer: Callable[[], R], **options: Any) -> R:
        return lists.read(self._transport, path, new_reducer, **options)

    def create(self, path: str, body: dict[str, Any], *, dry_run: bool = False) -> dict[str, Any]:
        return self._transport.request("POST", path, query=_query(dry_run), body=body)

    def replace(self, path: str, body: dict[str, Any], *, dry_run: bool = False) -> dict[str, Any]:
        """PUT an object; its own metadata.resourceVersion is the precondition and must be there."""
        if not (body.get("metadata") or {}).get("resourceVersion"):
            raise OpsError("refused", "a replace needs metadata.resourceVersion", request=f"PUT {path}")
        return self._transport.request("PUT", path, query=_query(dry_run), body=body)

    def apply(self, path: str, body: dict[str, Any], *, dry_run: bool = False, force: bool = True) -> dict[str, Any]:
        """Server-side apply."""
        query = {**_query(dry_run), "force": str(force).lower()}
        return self._transport.request("PATCH", path, query=query, body=body, content_type=APPLY_PATCH)

    def patch(self, path: str, body: Any, *, content_type: str = MERGE_PATCH, dry_run: bool = False) -> dict[str, Any]:
        """Patch; the caller puts metadata.resourceVersion or JSON-patch tests into the body as precondition."""
        return self._transport.request("PATCH", path, query=_query(dry_run), body=body, content_type=content_type)

    def delete(self, path: str, uid: str, resource_version: str, *, dry_run: bool = False) -> str:
        """Ask for the deletion of exactly one version of one object.

        :returns: GONE, TERMINATING (finalizers hold it) or ABSENT (it was not there any more)
        :raises OpsError: conflict, when the object is another one or has changed since it was read
        """
        if not uid or not resource_version:
            raise OpsError("refused", "a delete needs the object's uid and resourceVersion", request=f"DELETE {path}")
        body: dict[str, Any] = {
            "kind": "DeleteOptions",
            "apiVersion": "v1",
            "propagationPolicy": "Background",
            "preconditions": {"uid": uid, "resourceVersion": resource_version},
        }
        if dry_run:
            body["dryRun"] = ["All"]
        try:
            # The body alone decides; the query says so too for whoever reads the audit log.
            query = {"dryRun": "All"} if dry_run else None
            answer = self._transport.request("DELETE", path, query=query, body=body)
        except NotFoundError:
            return ABSENT
        return TERMINATING if (answer.get("metadata") or {}).get("deletionTimestamp") else GONE

    def text(self, path: str, most: int) -> bytes:
        """At most so many bytes of an answer that is no JSON, such as metrics."""
        return self._transport.text(path, {}, most)

    def evict(self, namespace: str, pod: str, uid: str, *, dry_run: bool = False) -> bool:
        """Ask for the eviction of exactly one pod, which respects disruption budgets; False when it is gone.

        :raises BudgetError: a budget lets none go now
        :raises OpsError: conflict, when a pod of that name is another one by now
        """
        path = f"{resource('v1', 'pods', namespace, pod)}/eviction"
        body = {
            "apiVersion": "policy/v1",
            "kind": "Eviction",
            "metadata": {"namespace": namespace, "name": pod},
            "deleteOptions": {"preconditions": {"uid": uid}},
        }
        try:
            self.create(path, body, dry_run=dry_run)
        except NotFoundError:
            return False
        return True

    def log(self, namespace: str, pod: str, container: str, *, most: int = 1 << 20, **query: Any) -> str:
        """The log of a container, at most so many bytes of it.

        :param query: of the API, such as tailLines, sinceSeconds, previous="true", timestamps="true"
        """
        asked = {"container": container, "limitBytes": most, **query}
        data = self._transport.text(f"{resource('v1', 'pods', namespace, pod)}/log", asked, most)
        return data.decode("utf-8", "replace")

    def run_in_pod(
        self, namespace: str, pod: str, container: str, command: Sequence[str], *, writes: bool, **options: Any
    ) -> stream.Ran:
        """Run a command in a container, see stream.run.

        :param writes: the command may change something, so check mode refuses it
        """
        credentials = self._transport.for_stream(writes, f"a command to {namespace}/{pod}")
        return stream.run(credentials, (namespace, pod, container), command, **options)

    def ask_pod(
        self, namespace: str, pod: str, port: int, method: str, path: str, *, writes: bool, **options: Any
    ) -> stream.Answer:
        """Send one HTTP request to a port of a pod, see stream.ask.

        :param writes: the request may change something, so check mode refuses it
        """
        credentials = self._transport.for_stream(writes, f"{method} {path} to {namespace}/{pod}")
        return stream.ask(credentials, (namespace, pod, port), method, path, **options)

    def each(self, function: Callable[[T], V], items: Iterable[T]) -> Iterator[tuple[T, V | OpsError]]:
        """Call a function for each item, several at once, and yield (item, result or OpsError) as they end."""
        with ThreadPoolExecutor(max_workers=self._concurrency) as threads:
            running: dict[Future[V], T] = {}
            for item in items:
                running[threads.submit(function, item)] = item
                if len(running) >= self._concurrency * 4:
                    yield from _ended(running)
            while running:
                yield from _ended(running)

    def wait_absent(self, path: str, uids: Iterable[str], timeout: float) -> dict[str, dict[str, Any]]:
        """Wait until none of the uids is left in a collection; returns {uid: metadata} of those that still are."""
        deadline = time.monotonic() + timeout
        wanted = frozenset(uids)
        while True:
            left = self.read(path, lambda: _Remaining(wanted), metadata_only=True)
            seconds = deadline - time.monotonic()
            if not left.found or seconds <= 0:
                return left.found
            self._watch_deletions(path, left, seconds)
            if not left.found or time.monotonic() >= deadline:
                return left.found
            # A watch may be ended at once, by an old version or a proxy; the list is not to be hammered then.
            time.sleep(_PAUSE)

    def list_at(self, path: str, query: dict[str, str]) -> tuple[list[dict[str, Any]], str]:
        """A small collection in one answer, and the resourceVersion from which a watch misses nothing.

        :param query: labelSelector, fieldSelector
        """
        answer = self._transport.request("GET", path, query=query)
        items, version = answer.get("items") or [], (answer.get("metadata") or {}).get("resourceVersion")
        if not isinstance(items, list) or not version:
            raise OpsError("unreachable", f"the answer to GET {path} is no list", request=f"GET {path}")
        return items, str(version)

    def watch(
        self,
        path: str,
        version: str,
        seconds: float,
        *,
        query: dict[str, str] | None = None,
        metadata_only: bool = False,
    ) -> Iterator[dict[str, Any]]:
        """Events of a collection after a version, bookmarks among them, until the server ends it or the time is over.

        :raises GoneError: the version is too old, or the server gives the watch up; only a fresh list helps
        """
        asked = {
            **(query or {}),
            "watch": "true",
            "resourceVersion": version,
            "timeoutSeconds": max(1, round(seconds)),
            "allowWatchBookmarks": "true",
        }
        accept = f"{lists.METADATA};q=1" if metadata_only else "application/json"
        for event in self._transport.stream(path, asked, seconds=seconds, accept=accept):
            if event.get("type") == "ERROR":
                words = str((event.get("object") or {}).get("message") or "the watch ended in an error")
                raise GoneError("conflict", f"{words:.500}", request=f"GET {path}", status=410)
            yield event

    def _watch_deletions(self, path: str, left: _Remaining, seconds: float) -> None:
        try:
            for event in self.watch(path, left.version, seconds, metadata_only=True):
                if event.get("type") == "DELETED":
                    left.found.pop(event["object"]["metadata"]["uid"], None)
                    if not left.found:
                        return
        except GoneError:
            return


class _Remaining:
    def __init__(self, wanted: frozenset[str]) -> None:
        self._wanted = wanted
        self.found: dict[str, dict[str, Any]] = {}
        self.version = ""

    def add(self, items: list[dict[str, Any]]) -> None:
        for item in items:
            meta = item["metadata"]
            if meta["uid"] in self._wanted:
                self.found[meta["uid"]] = meta
                # The newest version among those found is old enough to miss no deletion of them.
                if int(meta["resourceVersion"]) > int(self.version or 0):
                    self.version = meta["resourceVersion"]


def _query(dry_run: bool) -> dict[str, str]:
    return {"fieldManager": FIELD_MANAGER, **({"dryRun": "All"} if dry_run else {})}


def _ended(running: dict[Future[V], T]) -> Iterator[tuple[T, V | OpsError]]:
    done, _pending = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        item = running.pop(future)
        try:
            yield item, future.result()
        except OpsError as error:
            yield item, error
