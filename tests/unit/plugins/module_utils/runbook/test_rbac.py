# SPDX-License-Identifier: GPL-3.0-or-later
import subprocess
import sys

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import places, rbac
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import runbook, step


def rule(group: str, resources: list[str], verbs: list[str], **more) -> dict:
    return {"apiGroups": [group], "resources": resources, "verbs": verbs, **more}


def test_verbs_of_the_same_resource_are_joined_in_a_fixed_order():
    joined = rbac.union(
        [rule("argoproj.io", ["workflows"], ["delete", "get"]), rule("argoproj.io", ["workflows"], ["list"])]
    )
    assert joined == [rule("argoproj.io", ["workflows"], ["get", "list", "delete"])]


def test_verbs_that_few_know_have_their_order_too():
    (joined,) = rbac.union([rule("", ["roles"], ["use", "escalate", "get", "impersonate", "bind", "approve"])])
    assert joined["verbs"] == ["get", "approve", "bind", "escalate", "impersonate", "use"]


def test_the_order_of_the_roles_does_not_matter():
    rules = [rule("", ["pods", "configmaps"], ["list"]), rule("apps", ["deployments"], ["get"])]
    assert rbac.union(rules) == rbac.union(reversed(rules))


def test_a_rule_for_one_name_is_not_widened():
    named = rule("", ["configmaps"], ["get"], resourceNames=["emergency-stop"])
    assert rbac.union([named, rule("", ["configmaps"], ["list"])]) == [rule("", ["configmaps"], ["list"]), named]


def test_a_runbook_needs_the_rights_of_its_life_cycle_and_of_each_role_once():
    assert rbac.roles(runbook(step(), step("Again"), step("Look", "agent_platform.ops.certificate_expiry"))) == [
        "runbook",
        "workflow_retention",
        "certificate_expiry",
    ]


def test_the_objects_are_named_as_the_runbook():
    need = {"cluster": [rule("", ["pods"], ["list"])], "operations": [rule("", ["configmaps"], ["get"])]}
    made = rbac.manifest(runbook(), [need, need])["items"]
    assert [(one["kind"], one["metadata"]["name"], one["metadata"].get("namespace")) for one in made] == [
        ("ServiceAccount", "weekly-maintenance", "agent-platform-ops"),
        ("ClusterRole", "agent-platform-ops-weekly-maintenance", None),
        ("ClusterRoleBinding", "agent-platform-ops-weekly-maintenance", None),
        ("Role", "weekly-maintenance", "agent-platform-ops"),
        ("RoleBinding", "weekly-maintenance", "agent-platform-ops"),
    ]
    assert made[1]["rules"] == need["cluster"]
    assert made[3]["rules"] == need["operations"]


def test_what_an_entry_point_needs_besides_is_granted_where_a_step_uses_it():
    acting = {"entry_points": ["apply", "rollback"], "cluster": [rule("apps", ["deployments"], ["patch"])]}
    declared = {"runbook": {"cluster": []}, "workflow_retention": {"cluster": [], "besides": acting}}
    shown = runbook(step())
    for entry, many in (
        ({}, 2),
        ({"tasks_from": "look"}, 2),
        ({"tasks_from": "apply"}, 3),
        ({"rollback": "rollback"}, 3),
    ):
        used = {**shown, "steps": [{**shown["steps"][0], **entry}]}
        assert len(rbac.needs(used, declared)) == many
    assert rbac.needs({**shown, "steps": [*shown["steps"], used["steps"][0]]}, declared)[2] == acting


def test_the_files_are_what_the_roles_declare():
    script = places.ROOT / "scripts" / "sync-rbac"
    checked = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_paths_that_are_no_objects_stand_by_themselves():
    metrics = {"nonResourceURLs": ["/metrics"], "verbs": ["get"]}
    assert rbac.union([metrics, rule("", ["pods"], ["list"]), metrics]) == [rule("", ["pods"], ["list"]), metrics]
