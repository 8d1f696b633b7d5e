#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Load the sample platform into a practice cluster."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_sample
short_description: Load the sample platform into a practice cluster
version_added: 0.1.0
author:
  - The agent_platform.ops authors (@agent-platform-ops)
description:
  - Loads an agent platform in use into a practice cluster, with workflows, CodeRuns, pods, claims and certificates
    in every state that such a platform is known for. All times are relative to one moment.
  - What was loaded is noted in the ConfigMap C(lab-sample) of namespace C(agent-platform-ops). A sample that was loaded
    whole is not touched again, whatever has been done to it since; an interrupted one is completed.
  - All objects carry the label C(agents.platform/sample) with the profile as its value, and those that stand for a
    situation C(agents.platform/sample-state).
  - A cluster without simulated nodes is refused.
options:
  profile:
    description:
      - How much of a past the platform has.
      - V(small) has some 60 workflows, V(busy) some 1,500. The special states are the same in both.
    type: str
    choices: [small, busy]
    default: small
  workflows:
    description: How many plain finished workflows to add to that.
    type: int
    default: 0
  seed:
    description: What the names, ages and ends of past workflows are drawn from; the same seed gives the same ones.
    type: int
    default: 1
  now:
    description: The moment that all times are relative to, as RFC 3339 with a zone; the present one if not given.
    type: str
  manifests:
    description: A folder with the static objects of the sample as YAML files, such as kinds and controllers.
    type: path
    required: true
  reset:
    description: Delete what is left of any sample first, with its own finalizers, and load a fresh one.
    type: bool
    default: false
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: Load the small sample
  agent_platform.ops.lab_sample:
    kubeconfig: .state/lab/lab/kubeconfig
    profile: small
    manifests: roles/lab/files/sample

- name: Start afresh with 10,000 finished workflows more
  agent_platform.ops.lab_sample:
    kubeconfig: .state/lab/lab/kubeconfig
    manifests: roles/lab/files/sample
    workflows: 10000
    reset: true
"""

RETURN = r"""
reason:
  description: Why something, or nothing, was done.
  returned: success
  type: str
  sample: this sample was loaded as of 2026-11-21T08:00:00+00:00
now:
  description: The moment that the sample's times are relative to.
  returned: success
  type: str
  sample: "2026-11-21T08:00:00+00:00"
created:
  description: How many objects were made.
  returned: success
  type: int
deleted:
  description: How many objects of an earlier sample were deleted.
  returned: success
  type: int
seconds:
  description: How long it took.
  returned: success
  type: float
"""

import time
from datetime import UTC, datetime

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.ensure import Wanted, ensure
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.manifests import read_manifests

SPEC = {
    "profile": {"type": "str", "choices": ["small", "busy"], "default": "small"},
    "workflows": {"type": "int", "default": 0},
    "seed": {"type": "int", "default": 1},
    "now": {"type": "str"},
    "manifests": {"type": "path", "required": True},
    "reset": {"type": "bool", "default": False},
}


def moment(text: str | None) -> datetime:
    """The time a person gave, or the present one in whole seconds."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        given = None
    if given is None or given.tzinfo is None:
        raise OpsError("invalid", f"now is {text!r}; it must be a time such as 2026-11-21T08:00:00Z")
    return given.astimezone(UTC)


def main() -> None:
    module = AnsibleModule(argument_spec={**CONNECTION_SPEC, **SPEC}, supports_check_mode=True)
    options, began = module.params, time.monotonic()
    try:
        wanted = Wanted(options["profile"], options["workflows"], options["seed"], moment(options["now"]))
        client, manifests = connect(module), read_manifests(options["manifests"])
        outcome = ensure(client, manifests, wanted, reset=options["reset"], dry=module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result(options["platform"]))
    module.exit_json(**outcome.as_result(), seconds=round(time.monotonic() - began, 1))


if __name__ == "__main__":
    main()
