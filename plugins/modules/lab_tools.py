#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ensure the tools of a practice cluster in a cache."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lab_tools
short_description: Ensure the tools of a practice cluster in a cache
version_added: 0.1.0
description:
  - Ensures the pinned programs that a practice cluster runs (etcd, kwok, metrics-server, Prometheus, the Argo
    workflow-controller and the Kubernetes control plane) in a cache folder, together with the manifests that belong to
    their versions.
  - More are made for those who name them in O(sets), V(versitygw) (an S3 server), V(restic) (backups of files),
    V(age) (encryption of files) and V(helm) (releases of charts).
  - A set is built from its pinned Go module, one after another, or fetched by a list of addresses and checksums.
  - The SHA-256 of each program is written beside it when it is made and checked each time this module runs. A set that
    does not match is made again.
  - Safe when two set-ups run at once, and after one was killed.
extends_documentation_fragment:
  - agent_platform.ops.attributes
options:
  cache:
    description: Folder of the cache; the tools are in its folder C(tools).
    type: path
    required: true
  modules:
    description: Folder that holds one pinned Go module (C(go.mod) and C(go.sum)) for each tool set, named as the set.
    type: path
    required: true
  sets:
    description:
      - Names of the tool sets to ensure, of V(etcd), V(kwok), V(metrics_server), V(prometheus), V(argo_workflows),
        V(kubernetes), V(versitygw), V(restic), V(age) and V(helm).
      - Without it, those that a practice cluster needs.
    type: list
    elements: str
    default: []
  other_modules:
    description:
      - Other pinned Go modules, as absolute folder by name of the tool set, for example an older control plane.
    type: dict
    default: {}
  source:
    description:
      - With V(auto), what the cache holds is used and the rest is built. V(build) never uses downloaded programs.
      - V(download) fetches by O(downloads) and builds nothing.
      - V(cached) makes nothing, and fails when something is missing.
    type: str
    choices: [auto, build, cached, download]
    default: auto
  downloads:
    description:
      - What to fetch with O(source=download). The list must be complete. A missing name is told with all that are
        needed.
      - Programs are fetched as they are (no archives). V(kwok-source) and V(argo-workflows-source) are the sources of
        those projects at the pinned version as tar.gz archives, from which the manifests are taken.
    type: list
    elements: dict
    default: []
    suboptions:
      tool:
        description: Name of the program or of the source archive.
        type: str
        required: true
      url:
        description: Its http or https address.
        type: str
        required: true
      sha256:
        description: Its SHA-256, as 64 hexadecimal digits.
        type: str
        required: true
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Ensure the tools of the practice cluster
  agent_platform.ops.lab_tools:
    cache: ~/.cache/agent_platform_ops
    modules: "{{ role_path }}/files/tools"

- name: Ensure an S3 server to try a store on
  agent_platform.ops.lab_tools:
    cache: ~/.cache/agent_platform_ops
    modules: "{{ role_path }}/files/tools"
    sets: [versitygw]
"""

RETURN = r"""
made:
  description: The sets that were made (in check mode, would be), with version, source and seconds.
  type: list
  elements: dict
  returned: always
root:
  description: The folder that holds the tool sets.
  type: str
  returned: always
platform:
  description: The platform of the programs, such as V(linux-amd64).
  type: str
  returned: always
versions:
  description: Version by name of the tool set.
  type: dict
  returned: always
binaries:
  description: Path by name of the program.
  type: dict
  returned: always
manifests:
  description: Folder of the manifests by name of the tool set.
  type: dict
  returned: always
"""

from dataclasses import asdict
from pathlib import Path

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.cache import Cache
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.tools import Tools
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.toolsets import choose


def run(options: dict, check_mode: bool) -> tuple[dict, list[str]]:
    """What the module returns, and its warnings."""
    toolsets = choose(options["sets"])
    choose(list(options["other_modules"]))  # a stranger there is refused too
    folders = {toolset.name: Path(options["modules"], toolset.name) for toolset in toolsets}
    folders |= {name: Path(folder) for name, folder in options["other_modules"].items()}
    tools = Tools(Cache(Path(options["cache"], "tools")), toolsets, folders, options["source"], options["downloads"])
    if check_mode:
        made = [{"name": wanted.toolset.name, "version": wanted.version} for wanted in tools.missing()]
    else:
        made = [asdict(one) for one in tools.ensure()]
    return {"changed": bool(made), "made": made, **tools.result()}, tools.faults


def main() -> None:
    download = {
        "tool": {"type": "str", "required": True},
        "url": {"type": "str", "required": True},
        "sha256": {"type": "str", "required": True},
    }
    module = AnsibleModule(
        argument_spec={
            "cache": {"type": "path", "required": True},
            "modules": {"type": "path", "required": True},
            "sets": {"type": "list", "elements": "str", "default": []},
            "other_modules": {"type": "dict", "default": {}},
            "source": {"type": "str", "choices": ["auto", "build", "cached", "download"], "default": "auto"},
            "downloads": {"type": "list", "elements": "dict", "default": [], "options": download},
        },
        supports_check_mode=True,
    )
    try:
        result, faults = run(module.params, module.check_mode)
    except OpsError as error:
        module.fail_json(**error.as_result())
    for fault in faults:
        module.warn(fault)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
