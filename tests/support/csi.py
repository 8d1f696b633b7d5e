# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated CSI driver: it makes VolumeSnapshots ready as a real one does, over the real definitions."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.commands import run

API = "snapshot.storage.k8s.io/v1"
MODULE = "github.com/kubernetes-csi/external-snapshotter/client/v8@v8.4.0"
SUM = "h1:bMqrb3UHgHbP+PW9VwiejfDJU1R0PpXVZNMdeH8WYKI="
_KINDS = ("volumesnapshots", "volumesnapshotclasses", "volumesnapshotcontents")
_DEFINITIONS = resource("apiextensions.k8s.io/v1", "customresourcedefinitions")


def definitions(cwd: Path) -> list[dict[str, Any]]:
    """The CustomResourceDefinitions of the pinned module.

    :param cwd: a folder outside of any Go module
    """
    said = json.loads(run("go", "mod", "download", "-json", MODULE, cwd=cwd).stdout)
    assert said["Sum"] == SUM
    folder = Path(said["Dir"], "config", "crd")
    return [yaml.safe_load((folder / f"snapshot.storage.k8s.io_{kind}.yaml").read_text()) for kind in _KINDS]


class SimulatedDriver:
    """Makes each VolumeSnapshot of one namespace ready while its context lasts.

    broken: claims of which it says an error instead. The definitions are there for as long, too.
    """

    def __init__(self, api: Client, namespace: str, cwd: Path) -> None:
        self.broken: set[str] = set()
        self._api, self._namespace, self._cwd = api, namespace, cwd
        self._path = resource(API, "volumesnapshots", namespace)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> SimulatedDriver:
        for one in definitions(self._cwd):
            self._api.apply(f"{_DEFINITIONS}/{one['metadata']['name']}", one)
        while not self._is_served():
            self._ended.wait(0.1)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()
        for kind in _KINDS:
            found = self._api.get_or_none(f"{_DEFINITIONS}/{kind}.snapshot.storage.k8s.io")
            if found:
                meta = found["metadata"]
                self._api.delete(f"{_DEFINITIONS}/{meta['name']}", meta["uid"], meta["resourceVersion"])

    def _is_served(self) -> bool:
        try:
            return list(self._api.pages(self._path)) is not None
        except OpsError:
            return False

    def _work(self) -> None:
        while not self._ended.wait(0.1):
            try:
                for page in self._api.pages(self._path):
                    for item in page:
                        self._make_ready(item)
            except OpsError:
                continue  # the definitions come and go with the test

    def _make_ready(self, item: dict[str, Any]) -> None:
        if (item.get("status") or {}).get("readyToUse"):
            return
        claim = item["spec"]["source"]["persistentVolumeClaimName"]
        good = {"readyToUse": True, "restoreSize": "1Gi", "boundVolumeSnapshotContentName": item["metadata"]["uid"]}
        bad = {"readyToUse": False, "error": {"message": "the simulated driver is\nfull"}}
        body = {"status": bad if claim in self.broken else good}
        self._api.patch(f"{self._path}/{item['metadata']['name']}/status", body)
