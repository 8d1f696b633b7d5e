# SPDX-License-Identifier: GPL-3.0-or-later
"""The peers: raw requests with the same imports as our modules, no decisions and no preconditions."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import urllib3
from ansible.module_utils.basic import AnsibleModule  # noqa: F401 - what every module pays for
from kubernetes import client, config

LIMIT = 500
CONNECTIONS = 8


def open_pool(kubeconfig: str) -> tuple[urllib3.HTTPSConnectionPool, dict[str, str]]:
    settings = client.Configuration()
    config.load_kube_config(config_file=kubeconfig, client_configuration=settings)
    pool = urllib3.connection_from_url(
        settings.host,
        maxsize=CONNECTIONS,
        ca_certs=settings.ssl_ca_cert,
        cert_file=settings.cert_file,
        key_file=settings.key_file,
    )
    token = settings.get_api_key_with_prefix("BearerToken")
    return pool, {"Accept": "application/json", **({"Authorization": token} if token else {})}


def names(kubeconfig: str, path: str) -> list[str]:
    """Page by page, decoded, as the simplest correct reader does it."""
    pool, headers = open_pool(kubeconfig)
    return _names(pool, headers, path)


def _names(pool: urllib3.HTTPSConnectionPool, headers: dict[str, str], path: str) -> list[str]:
    found, token = [], None
    while True:
        query = {"limit": LIMIT, **({"continue": token} if token else {})}
        page = json.loads(pool.request("GET", f"{path}?{urlencode(query)}", headers=headers).data)
        found += [item["metadata"]["name"] for item in page["items"]]
        token = page["metadata"].get("continue")
        if not token:
            return found


def read(kubeconfig: str, *paths: str) -> list[str]:
    """Several collections at once, each as above."""
    pool, headers = open_pool(kubeconfig)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        return [name for found in threads.map(lambda path: _names(pool, headers, path), paths) for name in found]


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


if __name__ == "__main__":
    work, *arguments = sys.argv[1:]
    result = {"list": names, "read": read, "delete": delete}[work](*arguments)
    print(result if isinstance(result, int) else len(result))
