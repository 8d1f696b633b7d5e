#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy the objects of a bucket into another one."""

from __future__ import annotations

DOCUMENTATION = r"""
module: bucket_copy
short_description: Copy the objects of a bucket into another one
version_added: 0.1.0
description:
  - Copies what the target lacks or has in an older version, and reads each copy back; size and SHA-256 must be those of
    what was read at the source. Everything is streamed through this machine.
  - What the target has of the same size and not older counts as the same. With O(compare=content) both are read.
  - Nothing is deleted at the target. What differs there and is not older is left and told, since nobody knows which of
    the two is right. Keep versions at the target, so that an object that was spoilt at the source spoils no copy.
  - A folder is a bucket too. Names with empty, C(.) or C(..) segments are no objects, neither here nor there.
extends_documentation_fragment:
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  source:
    description: URL of the bucket to read, such as C(s3://bucket/prefix), C(gs://...), C(az://...) or C(file:///srv/data).
    type: str
    required: true
  target:
    description: URL of the bucket to write; neither lies in the other.
    type: str
    required: true
  source_options:
    description:
      - Settings of the client of O(source), such as V(endpoint) and V(region).
      - Credentials come from the environment.
    type: dict
    default: {}
  target_options:
    description: The same for O(target).
    type: dict
    default: {}
  prefix:
    description: Only objects below this; whole segments of their names.
    type: str
    default: ''
  compare:
    description: By what two objects of one name are the same, where the target's is not older.
    type: str
    choices: [size, content]
    default: size
  concurrency:
    description: Objects under way at the same time; each takes a few MiB of memory.
    type: int
    default: 8
  rows_directory:
    description: Folder for the file with all rows when there are more than 1,000.
    type: path
requirements:
  - obstore (Python)
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Copy the artifacts of workflows to another provider
  agent_platform.ops.bucket_copy:
    source: s3://argo-artifacts
    target: gs://argo-artifacts-copy
"""

RETURN = r"""
line:
  description: One line for people.
  returned: always
  type: str
  sample: 3 copied · 1,204 the same by size and time
total:
  description: How many were or would be copied.
  returned: always
  type: int
rows:
  description: The first 1,000 objects that were or would be copied, or that differ, with outcome and reason.
  returned: always
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
findings:
  description: What differs or could not be copied, in the shape that all roles share.
  returned: always
  type: list
  elements: dict
cost:
  description: Seconds and peak memory in MiB.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import bucket_copy

SPEC = {
    "source": {"type": "str", "required": True},
    "target": {"type": "str", "required": True},
    "source_options": {"type": "dict", "default": {}},
    "target_options": {"type": "dict", "default": {}},
    "prefix": {"type": "str", "default": ""},
    "compare": {"type": "str", "choices": ["size", "content"], "default": "size"},
    "concurrency": {"type": "int", "default": 8},
    "rows_directory": {"type": "path"},
}


def main() -> None:
    module = AnsibleModule(argument_spec=SPEC, supports_check_mode=True)
    result = {}
    try:
        result, error = bucket_copy.report(module.params, check=module.check_mode)
    except OpsError as refusal:
        error = refusal
    if error:
        module.fail_json(**{**result, **error.as_result()})
    module.exit_json(**result)


if __name__ == "__main__":
    main()
