#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell every image that a platform runs."""

from __future__ import annotations

DOCUMENTATION = r"""
module: image_info
short_description: Tell every image that a platform runs
version_added: 0.1.0
description:
  - Reads all pods in one pass and tells each image with the digest that runs, who runs it and in how many pods.
  - Finds images that are not pinned, that come from elsewhere than the registries of the platform, whose versions are
    not looked after any more, and tags under which several images run at once.
  - Where Trivy is there, each image is scanned, within a time limit, for vulnerabilities and the date of its build.
    Where it is not, that is an V(unknown) finding.
  - The API server does not know when an image was built; without a scanner the age is null.
  - Only reads the platform. The scanner fetches images from their registries.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.looking.rows
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  namespaces:
    description: Namespaces whose pods count; an empty list is the whole cluster.
    type: list
    elements: str
    default: []
  registries:
    description:
      - Where images may come from, as a registry such as V(ghcr.io) or a folder of one such as V(ghcr.io/5dlabs).
      - With an empty list nothing is said of that.
    type: list
    elements: str
    default: []
  pinned_by:
    description: What an image must be named by, so that the same one runs tomorrow.
    type: str
    choices: [digest, tag]
    default: digest
  moving_tags:
    description: Tags that mean another image tomorrow, and so pin nothing.
    type: list
    elements: str
    default: [latest, main, master, edge, nightly, stable, dev]
  end_of_life:
    description:
      - Until when versions are looked after; a list of O(end_of_life[].image), O(end_of_life[].version),
        O(end_of_life[].ends), O(end_of_life[].source) and O(end_of_life[].instead).
      - Of images to which no entry fits nothing is known, which is told.
    type: list
    elements: dict
    default: []
    suboptions:
      image:
        description: Pattern of registry and repository, such as V(docker.io/library/alpine) or V(*/alpine).
        type: str
        required: true
      version:
        description: How the tags begin, such as V(3.20); all of them when empty.
        type: str
        default: ''
      ends:
        description: The last day, such as V(2026-04-01).
        type: str
        required: true
      source:
        description: Where that is written.
        type: str
        required: true
      instead:
        description: What to use.
        type: str
        default: ''
  soon:
    description: How long before its last day a version is told.
    type: str
    default: 90d
  oldest:
    description: The longest time since an image was built, such as V(365d); no limit when empty.
    type: str
    default: ''
  scan:
    description: Whether images are scanned.
    type: str
    choices: [if_there, always, never]
    default: if_there
  scanner:
    description: Trivy, as a path or a name in E(PATH). Variables C(TRIVY_*) and E(DOCKER_CONFIG) are passed on to it.
    type: str
    default: trivy
  scan_timeout:
    description: The longest time for one image.
    type: str
    default: 5m
  scan_offline:
    description: Whether the scanner works with the data that it has instead of fetching newer ones.
    type: bool
    default: false
  scan_most:
    description: As many images are scanned in one run.
    type: int
    default: 100
seealso:
  - module: agent_platform.ops.capacity_info
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Which images run, and which of them should not?
  agent_platform.ops.image_info:
    namespaces: [argo, argo-events, agent-platform]
    registries: [ghcr.io/5dlabs, quay.io/argoproj]
    end_of_life:
      - image: "*/nats-streaming"
        ends: "2023-06-30"
        source: https://docs.nats.io/legacy/stan
        instead: JetStream
  register: images

- name: Say it
  ansible.builtin.debug:
    var: images.line
"""

RETURN = r"""
images:
  description:
    - The first 1,000 images; image, registry, repository, tag, pinned, digest, pods, ended, agents, users and more.
    - V(ended) counts those of its pods that have ended. V(users) are the ten workloads with most of its pods.
    - V(created), V(age) in seconds, V(ends) and V(scan) are null where nobody knows.
  returned: success
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every image, where there are more than 1,000; else empty.
  returned: success
  type: str
total:
  description: Number of images.
  returned: success
  type: int
pods:
  description: Number of pods that were read in these namespaces.
  returned: success
  type: int
findings:
  description: Findings, worst first, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
measures:
  description: Numbers for the trends of reports; name, label, value, unit and limit.
  returned: success
  type: list
  elements: dict
tables:
  description: The images for reports; title, columns, rows (at most 50) and more (rows left out).
  returned: success
  type: list
  elements: dict
line:
  description: One line for people.
  returned: success
  type: str
  sample: 14 images in 297 pods · 1 finding on end of life · 2 findings on pins · no scanner
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from functools import partial

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.image_info import look, order_of
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

LINE_SPEC = {
    "image": {"type": "str", "required": True},
    "version": {"type": "str", "default": ""},
    "ends": {"type": "str", "required": True},
    "source": {"type": "str", "required": True},
    "instead": {"type": "str", "default": ""},
}
SPEC = {
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "registries": {"type": "list", "elements": "str", "default": []},
    "pinned_by": {"type": "str", "choices": ["digest", "tag"], "default": "digest"},
    "moving_tags": {
        "type": "list",
        "elements": "str",
        "default": ["latest", "main", "master", "edge", "nightly", "stable", "dev"],
    },
    "end_of_life": {"type": "list", "elements": "dict", "default": [], "options": LINE_SPEC},
    "soon": {"type": "str", "default": "90d"},
    "oldest": {"type": "str", "default": ""},
    "scan": {"type": "str", "choices": ["if_there", "always", "never"], "default": "if_there"},
    "scanner": {"type": "str", "default": "trivy"},
    "scan_timeout": {"type": "str", "default": "5m"},
    "scan_offline": {"type": "bool", "default": False},
    "scan_most": {"type": "int", "default": 100},
    **looking.ROWS_SPEC,
}


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, lambda options: partial(look, order=order_of(options, looking.moment(options))))


if __name__ == "__main__":
    main()
