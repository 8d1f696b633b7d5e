# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import (
    ADMIN,
    ENTRIES,
    METRICS_SERVER,
    PORTS,
    SUPERVISOR,
    WORKFLOW_CONTROLLER,
    Layout,
    audit_policy,
    kubeconfig,
    kwokctl_settings,
    require_name,
    require_path,
    token_file,
)

LAYOUT = Layout(Path("/state/lab"), "lab")


@pytest.mark.parametrize("name", ["lab", "a", "my-lab-2", "x" * 40])
def test_good_names(name):
    require_name(name)


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a_b", "a/b", "..", "x" * 41, "a\n"])
def test_bad_names_are_refused(name):
    with pytest.raises(OpsError, match="cannot be used"):
        require_name(name)


@pytest.mark.parametrize("path", ["/srv/zoë/.state/lab", "/a_b/c-d/e.f/~g+@%"])
def test_good_paths(path):
    require_path("lab_directory", path)


@pytest.mark.parametrize("path", ["/with space/lab", "/a\tb", "/a'b", '/a"b', "/a$b", "/a;b", "/a\\b", "/a\n"])
def test_paths_that_kwokctl_would_cut_are_refused(path):
    with pytest.raises(OpsError, match=r"lab_directory is .* take no spaces or special signs"):
        require_path("lab_directory", path)


def test_everything_lies_in_the_folder_under_a_known_name():
    paths = [
        LAYOUT.state,
        LAYOUT.kubeconfig,
        LAYOUT.audit_log,
        LAYOUT.programs,
        LAYOUT.manifests,
        LAYOUT.cluster,
        LAYOUT.supervisor_program,
        LAYOUT.supervisor_settings,
        LAYOUT.supervisor_status,
        LAYOUT.kubeconfig_of("x"),
    ]
    assert all(path.relative_to(LAYOUT.directory).parts[0].startswith(ENTRIES) for path in paths)


def test_the_control_plane_listens_on_loopback_at_the_chosen_ports():
    settings = kwokctl_settings(LAYOUT, {name: 20000 + index for index, name in enumerate(PORTS)})
    options = settings["options"]
    assert options["bindAddress"] == "127.0.0.1"
    assert [value for key, value in options.items() if key.endswith("Port")] == [
        20000,
        20001,
        20002,
        20003,
        20004,
        20005,
    ]
    arguments = {
        one["name"]: {argument["key"]: argument["value"] for argument in one["extraArgs"]}
        for one in settings["componentsPatches"]
    }
    server = arguments["kube-apiserver"]
    assert arguments["kube-scheduler"] == arguments["kube-controller-manager"] == {"leader-elect": "false"}
    assert server["audit-log-path"] == "/state/lab/logs/audit.log"
    assert server["token-auth-file"] == "/state/lab/private/tokens.csv"


def judged(user, verb):
    """The level that the first matching rule gives, as the API server decides."""
    for rule in audit_policy()["rules"]:
        named = "users" not in rule or user in rule["users"]
        if named and verb in rule.get("verbs", [verb]) and "nonResourceURLs" not in rule:
            return rule["level"]
    return "None"


@pytest.mark.parametrize(
    ("user", "verb", "level"),
    [
        (ADMIN, "get", "Metadata"),
        (ADMIN, "delete", "Metadata"),
        ("system:serviceaccount:agent-platform-ops:weekly-maintenance", "list", "Metadata"),
        ("system:serviceaccount:agent-platform-ops:weekly-maintenance", "patch", "Metadata"),
        (WORKFLOW_CONTROLLER, "update", "Metadata"),
        (WORKFLOW_CONTROLLER, "watch", "None"),
        (SUPERVISOR, "watch", "None"),
        (SUPERVISOR, "create", "Metadata"),
        (METRICS_SERVER, "create", "None"),
        ("kwok-admin", "patch", "None"),
    ],
)
def test_the_audit_log_holds_what_people_and_runbooks_do(user, verb, level):
    assert judged(user, verb) == level


def test_each_user_has_its_own_token():
    users = (ADMIN, SUPERVISOR, METRICS_SERVER, WORKFLOW_CONTROLLER)
    lines = token_file({user: f"t-{user}" for user in users}).splitlines()
    assert [line.split(",")[1] for line in lines] == list(users)
    assert lines[0] == f't-{ADMIN},{ADMIN},{ADMIN},"system:masters"'
    assert sum("system:masters" in line for line in lines) == 1


def test_a_kubeconfig_holds_one_user_of_one_cluster():
    made = kubeconfig("lab", ADMIN, "secret", 20000, "Y2E=")
    assert made["clusters"][0]["cluster"]["server"] == "https://127.0.0.1:20000"
    assert made["contexts"] == [{"name": "lab", "context": {"cluster": "lab", "user": ADMIN}}]
    assert made["users"] == [{"name": ADMIN, "user": {"token": "secret"}}]
