# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.manifests import read_manifests


def test_files_are_read_in_the_order_of_their_names(tmp_path):
    (tmp_path / "b.yml").write_text("---\nkind: Service\nmetadata: {name: b}\n")
    (tmp_path / "a.yml").write_text(
        "---\nkind: Service\nmetadata: {name: a1}\n---\nkind: Pod\nmetadata: {name: a2}\n---\n"
    )
    (tmp_path / "c.txt").write_text("no YAML: [")
    assert [one["metadata"]["name"] for one in read_manifests(str(tmp_path))] == ["a1", "a2", "b"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "there is no .* file with objects"),
        ("kind: [", "cannot be read as YAML"),
        ("kind: Secret\n", "cannot hold an object of kind 'Secret'"),
        ("just words\n", "cannot be read as Kubernetes objects"),
    ],
)
def test_what_cannot_be_loaded_is_refused_in_one_sentence(tmp_path, text, words):
    if text is not None:
        (tmp_path / "a.yml").write_text(text)
    with pytest.raises(OpsError, match=words) as caught:
        read_manifests(str(tmp_path))
    assert caught.value.kind == "invalid"
    assert "\n" not in caught.value.message


def test_the_collections_own_are_all_of_known_kinds(manifests):
    kinds = {kind for kind, _name in manifests}
    assert {"CustomResourceDefinition", "EventBus", "EventSource", "Sensor", "ResourceQuota"} <= kinds


def test_two_sensors_are_defective(manifests):
    """A label selector is no field of a trigger: the API server stores it, and Argo Events ignores it."""
    defective = set()
    for (kind, name), sensor in manifests.items():
        for trigger in sensor["spec"]["triggers"] if kind == "Sensor" else ():
            template = trigger["template"]
            action = template.get("argoWorkflow") or template.get("k8s")
            if "labelSelector" in action:
                assert action["operation"] in ("resume", "delete")
                defective.add(name)
    assert defective == {"multi-agent-workflow-resume", "implementation-agent-remediation"}
