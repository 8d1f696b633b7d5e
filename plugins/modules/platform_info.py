#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what must be known of a platform before a runbook begins."""

from __future__ import annotations

DOCUMENTATION = r"""
module: platform_info
short_description: Read what must be known of a platform before a runbook begins
version_added: 0.1.0
description:
  - Reads, with a handful of GET requests in one process, the version of the API server, which cluster it is, the
    level of the emergency stop, whether our own namespace exists, and how the workflow controller stands.
  - What cannot be read is told as such, with the reason; only an API server that does not answer fails the module.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  operations_namespace:
    description: Namespace of our own objects.
    type: str
    default: agent-platform-ops
  workflow_controller:
    description: The Deployment of Argo's workflow controller.
    type: dict
    default: {}
    suboptions:
      namespace:
        description: Its namespace.
        type: str
        default: argo
      name:
        description: Its name.
        type: str
        default: argo-workflows-workflow-controller
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Look at the platform
  agent_platform.ops.platform_info:
    kubeconfig: ~/.kube/platform
    cluster_uid: 6a1f5c2e-2f0e-4b43-9d0a-0a5d4d6e7a11
  register: platform
"""

RETURN = r"""
version:
  description: Version of the API server.
  returned: success
  type: str
  sample: v1.35.4
cluster_uid:
  description: Uid of namespace C(kube-system), which tells clusters apart.
  returned: success
  type: str
pinned_uid:
  description: The uid that the inventory pins, empty without a pin.
  returned: success
  type: str
emergency_stop:
  description: Level of the emergency stop, 0 when it is off; null, with the reason, when it cannot be told.
  returned: success
  type: dict
  sample: {namespace: agent-platform-ops, name: emergency-stop, level: 0, message: ""}
operations_namespace:
  description: Whether our own namespace is there; null when it cannot be told.
  returned: success
  type: dict
  sample: {name: agent-platform-ops, present: true, message: ""}
workflow_controller:
  description: Replicas wanted and available; null when they cannot be told.
  returned: success
  type: dict
  sample: {namespace: argo, name: controller, present: true, wanted: 1, available: 1, message: ""}
cost:
  description: What the conversation with the API server took.
  returned: success
  type: dict
  sample: {requests: 5, bytes_read: 9120, retries: 0, writes: 0}
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health import facts
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import (
    CONNECTION_SPEC,
    cluster_uid,
    connect,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource


def look(client: Client, path: str) -> tuple[dict | None, str | None]:
    """(object or None, why it could not be read or None); an API server that does not answer still raises."""
    try:
        return client.get_or_none(path), None
    except OpsError as error:
        if error.kind != "forbidden":
            raise
        return None, error.message


def read(client: Client, options: dict) -> dict:
    """What the module returns."""
    own, controller = options["operations_namespace"], options["workflow_controller"]
    stop = look(client, resource("v1", "configmaps", own, "emergency-stop"))
    namespace = look(client, resource("v1", "namespaces", name=own))
    deployment = look(client, resource("apps/v1", "deployments", controller["namespace"], controller["name"]))
    return {
        "version": client.get("/version")["gitVersion"],
        "cluster_uid": cluster_uid(client),
        "pinned_uid": options["cluster_uid"] or "",
        "platform": options["platform"] or "",
        "emergency_stop": facts.emergency_stop(own, *stop),
        "operations_namespace": facts.namespace(own, *namespace),
        "workflow_controller": facts.deployment(controller["namespace"], controller["name"], *deployment),
        "cost": client.cost.as_dict(),
    }


def main() -> None:
    controller = {
        "namespace": {"type": "str", "default": "argo"},
        "name": {"type": "str", "default": "argo-workflows-workflow-controller"},
    }
    module = AnsibleModule(
        argument_spec={
            "operations_namespace": {"type": "str", "default": "agent-platform-ops"},
            "workflow_controller": {"type": "dict", "default": {}, "apply_defaults": True, "options": controller},
            **CONNECTION_SPEC,
        },
        supports_check_mode=True,
    )
    try:
        module.exit_json(changed=False, **read(connect(module, read_only=True), module.params))
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))


if __name__ == "__main__":
    main()
