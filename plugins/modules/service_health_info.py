#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask many HTTP services at once how they are."""

from __future__ import annotations

DOCUMENTATION = r"""
module: service_health_info
short_description: Ask many HTTP services at once how they are
version_added: 0.1.0
description:
  - Asks each service once, all at the same time, and judges its status, a field of its JSON answer, the time it took
    and the end of its certificate.
  - A service that does not answer within its timeout, with everything that belongs to the answer, is down, which is
    V(critical). An answer that cannot be judged is V(unknown), never V(ok).
  - A redirect is followed at most three times, to the same host and the very network address that answered first, from
    http to https and never back. Nothing else is ever asked, whatever a service answers.
  - Proxies of the environment are not used, since the question is how the service itself answers. Of an answer at most
    64 KiB are read.
  - Needs no Kubernetes cluster.
extends_documentation_fragment:
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  services:
    description: The services.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description: Name in findings and measures; no two are the same.
        type: str
        required: true
      url:
        description: An http or https URL without credentials. Its query is left out of results.
        type: str
        required: true
      path:
        description: Path that is put behind O(services[].url), such as V(/health).
        type: str
      expect_status:
        description:
          - HTTP statuses that are well. Another one of 500 and above is V(critical), any other V(unknown).
          - No redirect is followed where one of them is a redirect.
        type: list
        elements: int
        default: [200]
      json:
        description: A field that the answer must have, which must be JSON then.
        type: dict
        suboptions:
          path:
            description: JMESPath of the field, such as V(status) or V(checks.database.state).
            type: str
            required: true
          equals:
            description: What it must be. Another value is V(critical), none at all V(unknown).
            type: raw
            required: true
          degraded:
            description: Values that are a V(warning).
            type: list
            elements: raw
            default: []
      headers:
        description: Headers to send. Their values come from a file or an environment variable and are in no result.
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the header.
            type: str
            required: true
          file:
            description: File that holds the value.
            type: path
          env:
            description: Environment variable that holds the value, where the module runs.
            type: str
          prefix:
            description: Text before the value, such as V(Bearer ) with a space.
            type: str
            default: ""
      latency_warning:
        description: As O(latency_warning), for this service.
        type: float
      latency_critical:
        description: As O(latency_critical), for this service.
        type: float
      tls_warning:
        description: As O(tls_warning), for this service.
        type: str
      tls_critical:
        description: As O(tls_critical), for this service.
        type: str
      timeout:
        description: As O(timeout), for this service.
        type: float
      validate_certs:
        description: As O(validate_certs), for this service.
        type: bool
      ca_path:
        description: As O(ca_path), for this service.
        type: path
  timeout:
    description: Seconds for one whole answer, from the look-up of the name to its last byte, with redirects.
    type: float
    default: 5
  latency_warning:
    description: Seconds from which an answer is slow, a V(warning); V(0) for no limit.
    type: float
    default: 2
  latency_critical:
    description: Seconds from which an answer is V(critical); V(0) for no limit.
    type: float
    default: 0
  tls_warning:
    description: Time before the end of a certificate from which that is a V(warning); V(0) for no limit.
    type: str
    default: 14d
  tls_critical:
    description: Time before the end of a certificate from which that is V(critical); V(0) for no limit.
    type: str
    default: 7d
  validate_certs:
    description: Whether certificates must be valid. Their end is judged either way.
    type: bool
    default: true
  ca_path:
    description: File of certificate authorities in PEM, instead of the system's.
    type: path
  concurrency:
    description: Number of services that are asked at the same time.
    type: int
    default: 64
requirements:
  - urllib3 (Python)
  - jmespath (Python), for O(services[].json)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Ask two services how they are
  agent_platform.ops.service_health_info:
    timeout: 3
    services:
      - name: FastAPI
        url: http://localhost:8000
        path: /health
        json: {path: status, equals: healthy, degraded: [degraded]}
      - name: Registry
        url: https://registry.example.org/v2/
        expect_status: [200, 401]
        headers:
          - {name: Authorization, file: ~/.config/registry-token, prefix: "Bearer "}
  register: health

- name: Say how they are
  ansible.builtin.debug:
    var: health.line
"""

RETURN = r"""
services:
  description:
    - One row for each service, in the order of O(services).
    - C(status) is null when no whole answer came, C(certificate_days) where no certificate was shown.
  type: list
  elements: dict
  returned: always
  sample:
    - name: FastAPI
      url: http://localhost:8000/health
      status: 200
      seconds: 0.012
      certificate_days: null
      finding: ok
findings:
  description: One finding for each service, worst first; a single V(unknown) one when none is named.
  type: list
  elements: dict
  returned: always
counts:
  description: Number of findings by status, C(ok), C(warning), C(critical) and C(unknown).
  type: dict
  returned: always
line:
  description: Everything in one line.
  type: str
  returned: always
  sample: "Flask: down: connection refused · 1 more"
measures:
  description: Latency of each service in seconds, as reports draw it over time.
  type: list
  elements: dict
  returned: always
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.service_health import look

HEADER_SPEC = {
    "name": {"type": "str", "required": True},
    "file": {"type": "path"},
    "env": {"type": "str"},
    "prefix": {"type": "str", "default": ""},
}
FIELD_SPEC = {
    "path": {"type": "str", "required": True},
    "equals": {"type": "raw", "required": True},
    "degraded": {"type": "list", "elements": "raw", "default": []},
}
SERVICE_SPEC = {
    "name": {"type": "str", "required": True},
    "url": {"type": "str", "required": True},
    "path": {"type": "str"},
    "expect_status": {"type": "list", "elements": "int", "default": [200]},
    "json": {"type": "dict", "options": FIELD_SPEC},
    "headers": {
        "type": "list",
        "elements": "dict",
        "options": HEADER_SPEC,
        "mutually_exclusive": [("file", "env")],
        "required_one_of": [("file", "env")],
    },
    "latency_warning": {"type": "float"},
    "latency_critical": {"type": "float"},
    "tls_warning": {"type": "str"},
    "tls_critical": {"type": "str"},
    "timeout": {"type": "float"},
    "validate_certs": {"type": "bool"},
    "ca_path": {"type": "path"},
}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "services": {"type": "list", "elements": "dict", "required": True, "options": SERVICE_SPEC},
            "timeout": {"type": "float", "default": 5},
            "latency_warning": {"type": "float", "default": 2},
            "latency_critical": {"type": "float", "default": 0},
            "tls_warning": {"type": "str", "default": "14d"},
            "tls_critical": {"type": "str", "default": "7d"},
            "validate_certs": {"type": "bool", "default": True},
            "ca_path": {"type": "path"},
            "concurrency": {"type": "int", "default": 64},
        },
        supports_check_mode=True,
    )
    try:
        result = look(module.params)
    except OpsError as error:
        module.fail_json(**error.as_result())
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
