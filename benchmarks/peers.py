# SPDX-License-Identifier: GPL-3.0-or-later
"""The peers: raw requests with the same imports and credentials as our modules, no decisions and no preconditions."""

from __future__ import annotations

import hashlib
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import obstore
import obstore.store
import urllib3
from ansible.module_utils.basic import AnsibleModule  # noqa: F401 - what every module pays for
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import tls
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load

LIMIT = 500
CONNECTIONS = 8


def open_pool(kubeconfig: str) -> tuple[urllib3.HTTPSConnectionPool, dict[str, str]]:
    credentials = load(kubeconfig)
    pool = urllib3.connection_from_url(credentials.host, maxsize=CONNECTIONS, ssl_context=tls.context(credentials))
    token = credentials.authorization()
    return pool, {"Accept": "application/json", **({"Authorization": token} if token else {})}


def names(kubeconfig: str, path: str) -> list[str]:
    """Page by page, decoded, as the simplest correct reader does it."""
    pool, headers = open_pool(kubeconfig)
    return _names(pool, headers, path)


def _names(pool: urllib3.HTTPSConnectionPool, headers: dict[str, str], path: str) -> list[str]:
    found, token = [], None
    while True:
        query = {"limit": LIMIT, **({"continue": token} if token else {})}
        page = json.loads(
            pool.request("GET", f"{path}{'&' if '?' in path else '?'}{urlencode(query)}", headers=headers).data
        )
        found += [item["metadata"]["name"] for item in page["items"]]
        token = page["metadata"].get("continue")
        if not token:
            return found


def read(kubeconfig: str, *paths: str) -> list[str]:
    """Several collections at once, each as above."""
    pool, headers = open_pool(kubeconfig)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        return [name for found in threads.map(lambda path: _names(pool, headers, path), paths) for name in found]


def digest(kubeconfig: str, *paths: str) -> int:
    """Read, decode and hash every byte of several collections, one after another; how many objects they were."""
    pool, headers = open_pool(kubeconfig)
    found, count = hashlib.sha256(), 0
    for path in paths:
        token = None
        while token != "":
            query = {"limit": LIMIT, **({"continue": token} if token else {})}
            data = pool.request("GET", f"{path}?{urlencode(query)}", headers=headers).data
            found.update(data)
            page = json.loads(data)
            count += len(page["items"])
            token = page["metadata"].get("continue") or ""
    return count


def delete(kubeconfig: str, path: str) -> int:
    pool, headers = open_pool(kubeconfig)
    body = json.dumps({"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background"}).encode()
    headers |= {"Content-Type": "application/json"}

    def one(name: str) -> int:
        return pool.request("DELETE", f"{path}/{name}", body=body, headers=headers).status

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        statuses = list(threads.map(one, names(kubeconfig, path)))
    assert set(statuses) == {200}, set(statuses)
    return len(statuses)


def patch(kubeconfig: str, path: str) -> int:
    """Hold them all; nobody looks whether it took effect."""
    return _patch(kubeconfig, path, {"suspend": True})


def stop(kubeconfig: str, path: str) -> int:
    """Stop them all, and ask until the controller has ended each."""
    count = _patch(kubeconfig, path, {"shutdown": "Stop"})
    pool, headers = open_pool(kubeconfig)
    unfinished = urlencode({"limit": 1, "labelSelector": "workflows.argoproj.io/completed!=true"})
    while json.loads(pool.request("GET", f"{path}?{unfinished}", headers=headers).data)["items"]:
        time.sleep(0.5)
    return count


def _patch(kubeconfig: str, path: str, spec: dict[str, Any]) -> int:
    pool, headers = open_pool(kubeconfig)
    body = json.dumps({"spec": spec}).encode()
    headers |= {"Content-Type": "application/merge-patch+json"}

    def one(name: str) -> int:
        return pool.request("PATCH", f"{path}/{name}", body=body, headers=headers).status

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        statuses = list(threads.map(one, names(kubeconfig, path)))
    assert set(statuses) == {200}, set(statuses)
    return len(statuses)


def store(folder: str) -> int:
    """Read every object of a local store, one after another, and do nothing with it; how many bytes they were."""
    opened = obstore.store.LocalStore(folder)
    paths = [meta["path"] for page in obstore.list(opened) for meta in page]
    return sum(len(obstore.get(opened, path).bytes()) for path in paths)


if __name__ == "__main__":
    work, *arguments = sys.argv[1:]
    known = (read, digest, delete, patch, stop, store)
    result = {"list": names, **{peer.__name__: peer for peer in known}}[work](*arguments)
    print(result if isinstance(result, int) else len(result))
