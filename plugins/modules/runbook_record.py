#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Put the record and the report of a run into the store."""

from __future__ import annotations

DOCUMENTATION = r"""
module: runbook_record
short_description: Put the record and the report of a run into the store
version_added: 0.1.0
description:
  - Makes the record of a run from its journal, compares it with the last run of the same runbook that was carried out,
    puts it into the store as JSON with the report as HTML, Markdown and JUnit XML beside it, and removes the journal
    when all are there.
  - Earlier records that cannot be read are told in the report and never fail the run.
  - A record is never overwritten. Records describe runs and are not a part of the platform, so they are written in
    check mode too, and this module never reports a change.
extends_documentation_fragment:
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  journal:
    description: Path of the journal. One without its last event gives a record with outcome V(interrupted).
    type: path
    required: true
  store:
    description: URL of the store, such as C(file:///var/lib/platform) or C(s3://bucket/prefix), or a folder.
    type: str
    required: true
  store_options:
    description: Settings of the store's client, such as V(endpoint) and V(region); no credentials.
    type: dict
    default: {}
requirements:
  - obstore (Python)
  - Jinja2 (Python)
  - pygal (Python), for charts; without it trends are shown as numbers
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Put the record into the store
  agent_platform.ops.runbook_record:
    journal: /var/lib/platform/journal/lab/weekly_maintenance/2026-11-21T08-00-00Z-4711.jsonl
    store: file:///var/lib/platform
"""

RETURN = r"""
record:
  description: Where the record is.
  returned: success
  type: str
report:
  description: Where the HTML report is.
  returned: success
  type: str
markdown:
  description: Where the report in Markdown is.
  returned: success
  type: str
junit:
  description: Where the report as JUnit XML is.
  returned: success
  type: str
outcome:
  description: V(finished), V(failed), V(refused) or V(interrupted).
  returned: always
  type: str
verdict:
  description: Worst status and number of findings by status.
  returned: always
  type: dict
fails:
  description: Whether the run was carried out and what it found is at or above C(fail_on) of its runbook.
  returned: always
  type: bool
message:
  description: Why the run ends with a failure, in one sentence; empty when it does not.
  returned: always
  type: str
screen:
  description: The last screen of the run, line by line.
  returned: always
  type: list
  elements: str
plain:
  description: The last screen in ASCII.
  returned: always
  type: list
  elements: str
"""

import json
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.records import look_back
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import (
    journal,
    junit,
    markdown,
    record,
    report,
    screen,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store, open_store

ATTEMPTS = 100


def keep(store: Store, made: dict) -> dict[str, str]:
    """Put the record into the store under a free key and the formats of its report beside it; where each of them is."""
    since, history = look_back(store, made)
    for attempt in range(ATTEMPTS):
        key = record.key(made, attempt)
        named = {**made, "since": since, "id": record.identity(key)}
        content = json.dumps(named, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        # A lone half of a character, which JSON allows and UTF-8 does not, must not cost the record.
        if store.put(key, content.encode(errors="replace"), if_absent=True):
            break
    else:
        raise OpsError("conflict", f"{ATTEMPTS} records of {made['id']} are in the store already")
    made.update(named)
    pages = {
        "report": (".html", report.render(named, history)),
        "markdown": (".md", markdown.render(named, history)),
        "junit": (".junit.xml", junit.render(named)),
    }
    stem = key.removesuffix(".json")
    for ending, page in pages.values():
        store.put(stem + ending, page.encode())
    return {"record": store.place(key)} | {name: store.place(stem + ending) for name, (ending, _page) in pages.items()}


def shown(made: dict, place: str) -> dict:
    """What the module returns of a record."""
    lines = screen.render(made, place)
    return {
        "outcome": made["outcome"],
        "verdict": made["verdict"],
        "fails": made["fails"],
        "message": made["message"],
        "screen": lines,
        "plain": [text.plain(line) for line in lines],
    }


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "journal": {"type": "path", "required": True},
            "store": {"type": "str", "required": True},
            "store_options": {"type": "dict", "default": {}},
        },
        supports_check_mode=True,
    )
    path = Path(module.params["journal"])
    try:
        made = record.build(journal.read(path))
    except (OSError, IndexError) as error:
        failure = OpsError("invalid", f"journal {path} cannot be read: {error}")
        module.fail_json(**failure.as_result())
    try:
        places = keep(open_store(module.params["store"], module.params["store_options"]), made)
    except OpsError as error:
        module.fail_json(**error.as_result(made["platform"]), **shown(made, ""))
    path.unlink()
    module.exit_json(changed=False, **places, **shown(made, places["report"]))


if __name__ == "__main__":
    main()
