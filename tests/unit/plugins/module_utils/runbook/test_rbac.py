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


def test_the_files_are_what_the_roles_declare():
    script = places.ROOT / "scripts" / "sync-rbac"
    checked = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
