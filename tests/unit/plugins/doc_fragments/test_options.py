# SPDX-License-Identifier: GPL-3.0-or-later
"""What a fragment documents is what the spec of the same options accepts."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.doc_fragments import (
    acting,
    agent_pod,
    agents,
    backup_objects,
    backup_store,
    component_method,
    connection,
    lock,
    looking,
    restoring,
    usage,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import AGENTS_SPEC, OPTIONAL_AGENTS_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.targets import POD_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking as looking_spec
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import restore_run, upgrade_release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import (
    REASON_REQUIRED_SPEC,
    SEVERAL_SPEC,
    SPEC,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import STORE_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import LOCK_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.resource_tuning_info import USAGE_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

LOCK = {"lock": LOCK_SPEC}
# Also options of modules that restore nothing.
OBJECTS = ("identity", "kinds", "namespaces")


def accepted(options):
    """The documented options as an argument spec."""
    kept = ("type", "elements", "choices", "default", "required")
    return {
        name: {
            **{key: option[key] for key in kept if key in option},
            **({"options": accepted(option["suboptions"])} if "suboptions" in option else {}),
        }
        for name, option in options.items()
    }


@pytest.mark.parametrize(
    ("fragment", "spec"),
    [
        (connection.ModuleDocFragment.DOCUMENTATION, CONNECTION_SPEC),
        (lock.ModuleDocFragment.DOCUMENTATION, LOCK),
        (agents.ModuleDocFragment.DOCUMENTATION, {"agents": AGENTS_SPEC}),
        (agents.ModuleDocFragment.OPTIONAL, {"agents": OPTIONAL_AGENTS_SPEC}),
        (agent_pod.ModuleDocFragment.DOCUMENTATION, POD_SPEC),
        # Fragment lock stands beside these, since modules that prune take a lock too.
        (acting.ModuleDocFragment.DOCUMENTATION, {name: SPEC[name] for name in SPEC if name != "lock"}),
        (
            acting.ModuleDocFragment.REASON_REQUIRED,
            {name: REASON_REQUIRED_SPEC[name] for name in REASON_REQUIRED_SPEC if name != "lock"},
        ),
        (acting.ModuleDocFragment.SEVERAL, SEVERAL_SPEC),
        (backup_store.ModuleDocFragment.DOCUMENTATION, STORE_SPEC),
        (looking.ModuleDocFragment.DOCUMENTATION, looking_spec.SPEC),
        (looking.ModuleDocFragment.ROWS, looking_spec.ROWS_SPEC),
        (
            restoring.ModuleDocFragment.DOCUMENTATION,
            {name: restore_run.SPEC[name] for name in restore_run.SPEC if name not in OBJECTS},
        ),
        (backup_objects.ModuleDocFragment.DOCUMENTATION, {name: restore_run.SPEC[name] for name in OBJECTS}),
        (usage.ModuleDocFragment.DOCUMENTATION, USAGE_SPEC),
        (component_method.ModuleDocFragment.DOCUMENTATION, upgrade_release.SPEC),
    ],
    ids=[
        "connection",
        "lock",
        "agents",
        "agents optional",
        "pod",
        "acting",
        "reason required",
        "several",
        "backup store",
        "looking",
        "looking rows",
        "restoring",
        "backup objects",
        "usage",
        "component method",
    ],
)
def test_the_documentation_says_what_the_spec_says(fragment, spec):
    # What is not logged is no matter of the documentation.
    shown = {name: {key: value for key, value in one.items() if key != "no_log"} for name, one in spec.items()}
    assert accepted(yaml.safe_load(fragment)["options"]) == shown
