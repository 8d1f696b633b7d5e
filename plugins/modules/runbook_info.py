#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what runbooks say of themselves, and judge whether somebody can rely on them."""

from __future__ import annotations

DOCUMENTATION = r"""
module: runbook_info
short_description: Read what runbooks say of themselves, and judge whether somebody can rely on them
version_added: 0.1.0
description:
  - Reads playbooks that declare a runbook in the variable C(runbook), as
    P(agent_platform.ops.runbook#role) describes it, and returns what they declare.
  - Judges each by rules. All sections are there and have their form, title and steps begin with a verb, the review is
    not overdue, roles, checks and named playbooks exist, what writes takes the lock, and the commands to do a step by
    hand can be parsed by a shell and are none that cannot work on the platform.
  - Speaks to no platform. Reads nothing but the playbooks, and whether the roles that they name are there.
extends_documentation_fragment:
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  paths:
    description:
      - Playbooks, or folders with playbooks. Of a folder the YAML files directly in it are read, and those that are no
        playbook left out.
    type: list
    elements: path
    required: true
  strict:
    description: Whether a finding fails the task, for pipelines.
    type: bool
    default: false
  every:
    description: Time from one review of a runbook to the next.
    type: str
    default: 92d
  today:
    description: The day to judge reviews by, such as V(2026-11-21); today in UTC by default.
    type: str
    default: ""
  skip:
    description: Rules to leave out, by name, such as V(step_verb). An unknown one is told with the names of all.
    type: list
    elements: str
    default: []
  verbs:
    description: Verbs that titles and steps may begin with, besides the usual ones.
    type: list
    elements: str
    default: []
  checks:
    description: Checks that preflight and verification may name, besides those of this collection.
    type: list
    elements: str
    default: []
  collections_paths:
    description:
      - Folders that hold an C(ansible_collections) with the roles that steps name.
      - Folders C(collections) beside a playbook and above it are looked at before.
    type: list
    elements: path
    default: [~/.ansible/collections, /usr/share/ansible/collections]
requirements:
  - PyYAML
  - bash, to parse commands
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Judge the runbooks of a site and fail on the first one that nobody can rely on
  agent_platform.ops.runbook_info:
    paths: [playbooks]
    strict: true

- name: List what is to be reviewed, with a rule left out
  agent_platform.ops.runbook_info:
    paths: [playbooks/failover.yml]
    skip: [step_verb]
    every: 180d
  register: runbooks
"""

RETURN = r"""
runbooks:
  description: What each playbook declares, as P(agent_platform.ops.runbook#role) knows it, and its next review.
  returned: always
  type: list
  elements: dict
  sample:
    - file: playbooks/weekly_maintenance.yml
      name: weekly_maintenance
      title: Carry out the weekly maintenance of an agent platform
      risk: low
      review: {due: "2027-02-21", days_left: 92}
findings:
  description: What does not hold, with file and line, the rule, and how it is mended.
  returned: always
  type: list
  elements: dict
  sample:
    - file: playbooks/failover.yml
      line: 12
      rule: review_overdue
      message: the review is 9 d overdue, it was due on 2026-11-12
      mend: Read it, try its commands, mend it, and set reviewed to today.
counts:
  description: Numbers of runbooks and findings, and of findings by rule.
  returned: always
  type: dict
  sample: {runbooks: 5, findings: 1, rules: {review_overdue: 1}}
line:
  description: The same in one line.
  returned: always
  type: str
  sample: 5 runbooks, 1 finding
"""

from datetime import UTC, datetime

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import runbook_info
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.catalog import review_day
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

DEFAULT_COLLECTIONS = ["~/.ansible/collections", "/usr/share/ansible/collections"]


def wanted(options: dict) -> runbook_info.Wanted:
    """:raises OpsError: invalid, for an option that cannot be read"""
    every = parse_duration(options["every"], "every") // 86400
    if every < 1:
        raise OpsError("invalid", f"every: {options['every']!r:.40} is less than a day")
    today = review_day(options["today"]) if options["today"] else datetime.now(UTC).date()
    if today is None:
        raise OpsError("invalid", f"today: {options['today']!r:.40} is no day such as 2026-11-21")
    return runbook_info.Wanted(
        options["paths"], today, every, options["skip"], options["verbs"], options["checks"],
        options["collections_paths"],
    )  # fmt: skip


def main() -> None:
    words = {"type": "list", "elements": "str", "default": []}
    module = AnsibleModule(
        argument_spec={
            "paths": {"type": "list", "elements": "path", "required": True},
            "strict": {"type": "bool", "default": False},
            "every": {"type": "str", "default": "92d"},
            "today": {"type": "str", "default": ""},
            "skip": words,
            "verbs": words,
            "checks": words,
            "collections_paths": {"type": "list", "elements": "path", "default": DEFAULT_COLLECTIONS},
        },
        supports_check_mode=True,
    )
    try:
        result = runbook_info.report(wanted(module.params))
    except OpsError as error:
        module.fail_json(**error.as_result())
    if module.params["strict"] and result["findings"]:
        module.fail_json(**runbook_info.refusal(result["findings"]).as_result(), **result)
    module.exit_json(changed=False, **result)


if __name__ == "__main__":
    main()
