# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role certificate_expiry says of the certificates of a cluster."""

from __future__ import annotations

DOCUMENTATION = r"""
name: certificate_expiry_result
short_description: What role certificate_expiry says of the certificates of a cluster
version_added: 0.1.0
description:
  - Judges the Certificates that M(kubernetes.core.k8s_info) returned, and makes the result of role
    P(agent_platform.ops.certificate_expiry#role).
  - What could not be read is V(unknown), never healthy.
options:
  _input:
    description: The result of the module, also when it failed.
    type: dict
    required: true
  definition:
    description: The result of the module for the CustomResourceDefinition, asked when there were no Certificates.
    type: dict
    default: {}
  as_of:
    description: The moment to judge by, RFC 3339; now by default.
    type: str
    default: ""
  warning:
    description: Time left from which a certificate is a warning, such as V(14d).
    type: str
    default: 14d
  critical:
    description: Time left from which a certificate is critical, such as V(7d).
    type: str
    default: 7d
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    certificate_expiry_result: "{{ certificates | agent_platform.ops.certificate_expiry_result(warning='30d') }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from datetime import UTC, datetime

from ansible.errors import AnsibleFilterError
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.certificates import judge_all
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_findings
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration, require_time


def result(
    answer: dict, definition: dict | None = None, as_of: str = "", warning: str = "14d", critical: str = "7d"
) -> dict:
    try:
        now = require_time(as_of, "as_of") if as_of else datetime.now(UTC)
        limits = parse_duration(warning, "warning"), parse_duration(critical, "critical")
    except OpsError as error:
        raise AnsibleFilterError(error.as_result()["msg"]) from error
    return of_findings(judge_all(answer, definition or {}, now, *limits), "certificate")


class FilterModule:
    def filters(self) -> dict:
        return {"certificate_expiry_result": result}
