# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which repository of restic is meant."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  platform:
    description: Name of the platform; its snapshots carry it as their host.
    type: str
    required: true
  repository:
    description:
      - The repository as restic takes it, such as V(s3:https://s3.example.org/bucket/path) or V(/srv/restic).
      - One that holds a user or a password is refused; it belongs into O(repository_file). Credentials of clouds come
        from the environment.
    type: str
    default: ''
  repository_file:
    description: File that holds the repository, which nobody else may read.
    type: path
  password_file:
    description: File that holds the password of the repository, which nobody else may read.
    type: path
    required: true
  restic:
    description: Path of C(restic), or its name in E(PATH).
    type: str
    default: restic
  timeout:
    description: Seconds for each call of C(restic).
    type: int
    default: 3600
requirements:
  - restic 0.17 or newer
"""
