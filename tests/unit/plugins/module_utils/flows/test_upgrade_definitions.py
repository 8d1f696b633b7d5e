# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_definitions


def an(kind: str, name: str = "x", **more: object) -> dict:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "uid": "u"}, **more}


def write(path: Path, *documents: object) -> str:
    path.write_text(yaml.safe_dump_all(documents))
    return str(path)


def test_definitions_come_first_and_other_kinds_are_left_out_and_counted(tmp_path: Path) -> None:
    write(tmp_path / "a.yml", an("Role", "r"), an("Deployment"), None, an("ClusterRole", "c", status={"x": 1}))
    listed = {"kind": "List", "items": [an("CustomResourceDefinition", "d"), an("Deployment")]}
    write(tmp_path / "b.yaml", listed, {"kind": "Kustomization"}, {"what": 1})
    (tmp_path / "README.md").write_text("{")
    found = upgrade_definitions.read([str(tmp_path)], "argo")
    assert [(one.kind, one.namespace, one.name) for one in found.rows] == [
        ("CustomResourceDefinition", "", "d"),
        ("ClusterRole", "", "c"),
        ("Role", "argo", "r"),
    ]
    assert found.rows[2].path == "/apis/rbac.authorization.k8s.io/v1/namespaces/argo/roles/r"
    assert found.rows[1].body == {"apiVersion": "v1", "kind": "ClusterRole", "metadata": {"name": "c"}}
    assert {kind: count for kind, count in found.left_out.items() if count} == {"Deployment": 2, "without a kind": 1}
    assert upgrade_definitions.read([], "argo").rows == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: [", "a.yml cannot be read"),
        ("- 1", "a.yml holds something that is no object"),
        ("{kind: Role, metadata: {name: x}}\n---\n{kind: Role, metadata: {name: x}}", "Role x stands there twice"),
        ("{kind: ClusterRole, metadata: 7}", "ClusterRole has no name"),
        ("!!python/object:os.system {}", "cannot be read"),
    ],
)
def test_what_cannot_be_right_is_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "a.yml").write_text(text)
    with pytest.raises(OpsError, match=words):
        upgrade_definitions.read([str(tmp_path)], "argo")


def test_what_is_not_there_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OpsError, match="is not there; give a file or folder"):
        upgrade_definitions.read([str(tmp_path / "none")], "argo")
    monkeypatch.setattr(upgrade_definitions, "LARGEST", 3)
    with pytest.raises(OpsError, match="more than 3 bytes"):
        upgrade_definitions.read([write(tmp_path / "a.yml", an("Role"))], "argo")
