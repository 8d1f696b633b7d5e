#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send an event source a forged and a signed ping."""

from __future__ import annotations

DOCUMENTATION = r"""
module: webhook_ping
short_description: Send an event source a forged and a signed ping
version_added: 0.1.0
description:
  - Sends an event source of Argo Events the delivery that GitHub sends when a webhook is made, first with a forged
    signature and then with a true one (C(X-Hub-Signature-256), HMAC-SHA256), and tells both answers.
  - The secret is read from the Secret that the event source names. It is in no result, message, argument or log.
  - Sensors see the event C(ping), as they do when GitHub sends it. One that does not look at the kind of an event may
    act on it.
  - Without O(url) it goes to a running pod of the event source by port-forward.
  - Fails when there is nobody to send to or nothing to sign with. What was answered, or that nothing was, is a result
    and no failure.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
    details: Everything is looked up, and nothing is sent.
  diff_mode:
    support: none
options:
  namespace:
    description: Namespace of the event source.
    type: str
    default: argo
  name:
    description: Name of the event source. Of its events the first by name that verifies signatures is taken.
    type: str
    default: github
  url:
    description: Where the ping goes, with its path.
    type: str
    default: ''
  timeout:
    description: Seconds for each answer.
    type: float
    default: 10
  validate_certs:
    description: Whether the certificate of O(url) must be valid.
    type: bool
    default: true
  ca_path:
    description: File of certificate authorities in PEM, instead of the system's.
    type: path
requirements:
  - urllib3 (Python)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Look whether webhooks are taken, and only those that GitHub signed
  agent_platform.ops.webhook_ping:
    namespace: argo
    name: github
    url: https://github-webhooks.example.org/github/webhook
  register: pinged
  failed_when: pinged.signed != 200 or pinged.forged == 200
"""

RETURN = r"""
to:
  description: The URL without its query, or the pod, that it was sent to.
  type: str
  returned: success
event:
  description: The event of the source that takes it.
  type: str
  returned: success
delivery:
  description: Id of the delivery, as in the log of the event source.
  type: str
  returned: success
forged:
  description: HTTP status of the answer to the forged one; null when there was none.
  type: int
  returned: success
signed:
  description: HTTP status of the answer to the signed one; null when there was none.
  type: int
  returned: success
problem:
  description: Why there was no whole answer; else empty.
  type: str
  returned: success
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.webhook_ping import SPEC, ping
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    try:
        result = ping(connect(module), module.params, check=module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result(module.params["platform"]))
    module.exit_json(changed=True, **result)


if __name__ == "__main__":
    main()
