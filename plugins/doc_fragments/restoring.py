# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which backup is restored, what of it, and what becomes of objects that are there."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  backup:
    description:
      - Id of the backup, such as V(2026-11-21T08-00-00Z).
      - V(newest) is the newest complete one that is believed and was not taken before a restore.
    type: str
    default: newest
  names:
    description:
      - Only objects of these names, each as C(NAME) or C(NAMESPACE/NAME).
      - One that is not in the backup is refused.
    type: list
    elements: str
    default: []
  label_selector:
    description: Only objects whose labels match, such as C(task-id=7,!stage).
    type: str
    default: ''
  into:
    description:
      - 'Other namespaces for the objects, by the namespace in which they were, such as V(argo: argo-restored).'
      - Only objects of these namespaces, and the namespaces themselves, are meant then.
      - Subjects of RoleBindings go along; other references by name are not changed.
    type: dict
    default: {}
  existing:
    description:
      - What becomes of an object that is there and another one than in the backup.
      - V(leave) leaves it; V(replace_older) replaces it unless it changed since the backup was taken of this cluster;
        V(replace_all) replaces it anyway.
      - It is replaced in one request that is bound to the version that was seen, never deleted. What carries label
        C(ops.agent-platform/keep) stays as it is.
    type: str
    choices: [leave, replace_older, replace_all]
    default: leave
  live:
    description:
      - Restore workflows, CodeRuns and Jobs too that had not ended when the backup was taken.
      - Workflows and Jobs come back suspended; the controller of a CodeRun starts it again.
    type: bool
    default: false
  offloaded:
    description: Restore workflows too whose nodes are in a database; what they did cannot be seen then.
    type: bool
    default: false
  keep_ttl:
    description:
      - Leave the time to live of finished workflows as it is, so that the workflow controller deletes those at once
        whose time is over. By default it is taken out and kept in an annotation.
    type: bool
    default: false
"""
