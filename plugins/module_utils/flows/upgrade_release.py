# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Helm release of a component as Helm keeps it in the cluster. Private API.

Helm itself is run by the role; here is looked what it has done, and what it is to do.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import Placed
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import UNDER_WAY, Record
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import helm_history, helm_owner
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import Component
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.helm_history import History, Known

try:
    import yaml
except ImportError:  # said in _values()
    yaml = None  # type: ignore[assignment]

MANIFESTS, HELM = "manifests", "helm"
#: options of the modules that move a component; see doc fragment component_method
SPEC: dict[str, Any] = {
    "method": {"type": "str", "choices": [MANIFESTS, HELM], "default": MANIFESTS},
    "release": {
        "type": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "namespace": {"type": "str", "default": ""},
            "chart_version": {"type": "str", "default": ""},
            "values_files": {"type": "list", "elements": "path", "default": []},
            "timeout": {"type": "int", "default": 300},
        },
    },
}
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LONGEST_NAME = 53
_MARGIN = 10  # seconds after Helm's own time limit
_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Release:
    """A release that is moved. patience: seconds after which nobody works on a pending revision any more."""

    namespace: str
    name: str
    chart_version: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    patience: float = 0

    @property
    def place(self) -> str:
        return f"{self.namespace}/{self.name}"


def of(options: Mapping[str, Any], component: Component) -> Release | None:
    """The release that is named; None where images are moved.

    :raises OpsError: invalid, for a name, a file or a combination that cannot be
    """
    given = options["release"]
    if options["method"] == MANIFESTS:
        if given:
            raise OpsError("invalid", "release: it belongs to method helm; leave it out, or set method: helm")
        return None
    if not given:
        raise OpsError("invalid", "release: method helm needs the name of the release, such as {name: argo-workflows}")
    if options.get("images"):
        raise OpsError("invalid", "images: with method helm the chart and its values name them; give values_files")
    name = given["name"]
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        raise OpsError("invalid", f"release: {name!r:.80} is no name of a release; write it like argo-workflows")
    values: dict[str, Any] = {}
    for file in given["values_files"]:
        _merge(values, _values(Path(file)))
    place = given["namespace"] or component.namespace
    return Release(place, name, given["chart_version"], values, given["timeout"] + _MARGIN)


def history(client: Client, release: Release) -> History:
    """:raises OpsError: refused, when there is no such release"""
    query = {"labelSelector": f"owner=helm,name={release.name}", "fieldSelector": "type=helm.sh/release.v1"}
    secrets, _version = client.list_at(resource("v1", "secrets", release.namespace), query)
    return helm_history.read(secrets, release.place, release.values)


def settled(client: Client, release: Release, record: Record | None, proceed: Callable[[], None]) -> History:
    """The history once nobody works on the release any more: that is waited for, within Helm's own time limit.

    :param proceed: asked at each look whether this module may still act
    :raises OpsError: refused, when somebody else has left it in the middle
    """
    while True:
        found = history(client, release)
        helm_history.put_back_first(found, known(record, release))
        if helm_history.left_to_wait(found, datetime.now(UTC), release.patience) <= 0:
            return found
        time.sleep(_PAUSE)
        proceed()


def known(record: Record | None, release: Release) -> Known | None:
    """What a record knows of the release; None where it is about another one."""
    if record is None or record.release != release.place:
        return None
    return Known(record.old, record.new, record.before, record.after, record.phase == UNDER_WAY)


def require_owner(placed: list[Placed], release: Release | None) -> None:
    """:raises OpsError: refused, when a workload is not moved by whom it belongs to"""
    helm_owner.require([one.item for one in placed], placed[0].workload.kind, release.place if release else "")


def require_same_method(record: Record | None, release: Release | None) -> None:
    """:raises OpsError: refused, when an upgrade was made in another way than it is to be gone on with or taken back"""
    place = release.place if release else ""
    if record is None or record.release == place:
        return
    made = f"by Helm release {record.release}" if record.release else "by manifests"
    hint = f"Set component_upgrade_method={HELM if record.release else MANIFESTS}, with the same release."
    raise OpsError("refused", f"the upgrade {record.old} → {record.new} was made {made}", hint=hint)


def judged(
    client: Client, release: Release | None, placed: list[Placed], record: Record | None
) -> tuple[str, list[dict[str, Any]]]:
    """Why the workloads cannot be moved in this way, as sentences, or nothing; and what a person is to know of it."""
    try:
        require_same_method(record if record and record.phase == UNDER_WAY else None, release)
        require_owner(placed, release)
        if release is None:
            return "", helm_owner.findings([one.item for one in placed], placed[0].workload.kind)
        found = history(client, release)
        helm_history.put_back_first(found, known(record, release))
    except OpsError as refusal:
        return refusal.as_result()["msg"], []
    return "", helm_history.findings(found, release.namespace, release.name)


def _values(file: Path) -> dict[str, Any]:
    if yaml is None:
        raise OpsError("invalid", "the Python library PyYAML is not installed", hint="Install it beside ansible-core.")
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        # Without the reason, which may quote a value.
        raise OpsError("invalid", f"values_files: {file.name} cannot be read as YAML") from None
    if found is not None and not isinstance(found, dict):
        raise OpsError("invalid", f"values_files: {file.name} holds no mapping")
    return found or {}


def _merge(values: dict[str, Any], more: Mapping[str, Any]) -> None:
    """As Helm does it: mappings are merged, and of anything else the later one stands."""
    for name, value in more.items():
        if isinstance(value, Mapping) and isinstance(values.get(name), dict):
            _merge(values[name], value)
        else:
            values[name] = value
