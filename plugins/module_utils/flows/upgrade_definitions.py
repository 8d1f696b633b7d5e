# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to a version of a component besides its programs: definitions and rights, from files. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

try:
    import yaml
except ImportError:  # said in read()
    yaml = None  # type: ignore[assignment]

#: what is applied, in this order: API and plural by kind. Workloads and settings are a site's own
KINDS = {
    "CustomResourceDefinition": ("apiextensions.k8s.io/v1", "customresourcedefinitions"),
    "ClusterRole": ("rbac.authorization.k8s.io/v1", "clusterroles"),
    "Role": ("rbac.authorization.k8s.io/v1", "roles"),
}
LARGEST = 32_000_000  # bytes; all full definitions of Argo Workflows together are 8 MB
_ENDINGS = (".yml", ".yaml", ".json")
_NO_OBJECTS = ("Kustomization",)


@dataclass(frozen=True, slots=True)
class Definition:
    kind: str
    namespace: str
    name: str
    body: dict[str, Any]

    @property
    def path(self) -> str:
        api, plural = KINDS[self.kind]
        return resource(api, plural, self.namespace or None, self.name)


@dataclass(slots=True)
class Definitions:
    """rows: in the order in which they are applied. left_out: how many objects of other kinds the files hold."""

    rows: list[Definition] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def read(paths: Iterable[str], namespace: str) -> Definitions:
    """The definitions in files, and in the YAML and JSON files of folders.

    :param namespace: of a Role that names none
    :raises OpsError: invalid, naming the file
    """
    if yaml is None:
        raise OpsError("invalid", "the Python library PyYAML is not installed", hint="Install it beside ansible-core.")
    found, seen = Definitions(), set()
    for file in _files(paths):
        for body in _documents(file):
            kind, meta = text(body.get("kind")), mapping(body.get("metadata"))
            if kind not in KINDS:
                found.left_out[kind or "without a kind"] += kind not in _NO_OBJECTS
                continue
            one = Definition(kind, _namespace(kind, meta, namespace), text(meta.get("name")), _for_apply(body))
            if not one.name or one.path in seen:
                why = "stands there twice" if one.name else "has no name"
                raise OpsError("invalid", f"definitions: {file.name}: {kind} {one.name} {why}".replace("  ", " "))
            seen.add(one.path)
            found.rows.append(one)
    found.rows.sort(key=lambda one: (list(KINDS).index(one.kind), one.namespace, one.name))
    return found


def _files(paths: Iterable[str]) -> Iterator[Path]:
    size = 0
    for given in paths:
        path = Path(given)
        if not path.exists():
            raise OpsError("invalid", f"definitions: {given} is not there; give a file or folder of YAML or JSON")
        listed = sorted(one for one in path.iterdir() if one.suffix in _ENDINGS) if path.is_dir() else [path]
        for file in listed:
            size += file.stat().st_size
            if size > LARGEST:
                raise OpsError("invalid", f"definitions: more than {LARGEST:,} bytes; give the definitions alone")
            yield file


def _documents(file: Path) -> Iterator[dict[str, Any]]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        documents = list(yaml.load_all(file.read_text(encoding="utf-8"), Loader=loader))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        words = " ".join(str(error).split())
        raise OpsError("invalid", f"definitions: {file.name} cannot be read: {words:.200}") from error
    for one in documents:
        if one is None:
            continue
        if not isinstance(one, dict):
            raise OpsError("invalid", f"definitions: {file.name} holds something that is no object")
        if one.get("kind") == "List":
            yield from (mapping(item) for item in one.get("items") or [])
        else:
            yield one


def _namespace(kind: str, meta: dict[str, Any], default: str) -> str:
    return text(meta.get("namespace")) or default if kind == "Role" else ""


def _for_apply(body: dict[str, Any]) -> dict[str, Any]:
    """Without what a cluster gives out, which an apply must not claim."""
    made = {key: value for key, value in body.items() if key != "status"}
    given = mapping(body.get("metadata"))
    made["metadata"] = {key: given[key] for key in ("name", "namespace", "labels", "annotations") if key in given}
    return made
