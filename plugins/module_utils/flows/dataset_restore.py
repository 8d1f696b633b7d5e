# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the files of a dataset into a new folder, which appears whole or not at all. Private API."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options, datasets
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text


def restore(options: Mapping[str, Any], *, check: bool) -> dict[str, Any]:
    """{changed, dataset, line}

    :param check: look at signature and parts, and write nothing
    :raises OpsError: then nothing is there
    """
    platform, trusted = backup_options.platform_of(options), backup_options.trusted_of(options)
    identities = backup_options.identities_of(options["identity"])
    target = _new(options["dest"])
    store = backup_options.open_of(options)
    found = datasets.find(store, platform, options["provider"], trusted, options["dataset"])
    number = sum(part.objects for part in found.parts)
    if found.recipients and not identities:
        raise OpsError("invalid", f"dataset {found.id} is encrypted; give the identity of one of its recipients")
    if check:
        problems = datasets.verify(store, found)
        if problems:
            raise OpsError("refused", f"dataset {found.id} of {found.provider} is damaged: {problems[0]}")
    else:
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            datasets.unpack(store, found, made, identities)
            os.rename(made, target)
        except OSError as error:
            raise OpsError("unreachable", f"cannot write {target}: {error.strerror}") from error
        finally:
            shutil.rmtree(made, ignore_errors=True)
    row = {"id": found.id, "provider": found.provider, "files": number, "facts": found.facts}
    lead = "would write " if check else ""
    return {"changed": True, "dataset": row, "line": f"{lead}{text.count(number, 'file')} of {found.id} in {target}"}


def _new(dest: str) -> Path:
    target = Path(dest)
    if os.path.lexists(target):
        raise OpsError("refused", f"dest: {target} is there already; nothing was written")
    if not target.parent.is_dir():
        raise OpsError("invalid", f"dest: the folder {target.parent} is not there")
    return target
