# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Static objects of the sample from a folder of YAML files. Private API."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.objects import load_yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.kinds import kind_of
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import Object

try:
    import yaml
except ImportError:  # pragma: no cover - the kubernetes package, whose absence is told by connect(), brings it
    yaml = None


def read_manifests(folder: str) -> list[Object]:
    """All objects of the folder's files in the order of their names.

    :raises OpsError: invalid, where there is none, a file is no YAML, or a kind is not known
    """
    made: list[Object] = []
    for file in sorted(Path(folder).glob("*.yml")):
        try:
            made += load_yaml(file.read_text(encoding="utf-8"))
        except (OSError, yaml.YAMLError) as error:
            raise OpsError("invalid", f"{file} cannot be read as YAML: {' '.join(str(error).split())}") from error
    if not made:
        raise OpsError("invalid", f"there is no *.yml file with objects in {folder}", hint="Set option manifests.")
    for one in made:
        if not isinstance(one, dict):
            raise OpsError("invalid", f"the files in {folder} cannot be read as Kubernetes objects")
        kind_of(one)
    return made
