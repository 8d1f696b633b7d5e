# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import importlib
import json

import pytest
from ansible.module_utils.testing import patch_module_args


@pytest.fixture
def run_module(capsys):
    """Run a module's main in this process: run_module("workflow_prune", check=False, **options) -> its result."""

    def run(name, /, *, check=False, **options):
        module = importlib.import_module(f"ansible_collections.agent_platform.ops.plugins.modules.{name}")
        arguments = {
            **options,
            "_ansible_check_mode": check,
            "_ansible_remote_tmp": "/tmp",
            "_ansible_keep_remote_files": 0,
        }
        with patch_module_args(arguments), pytest.raises(SystemExit) as ended:
            module.main()
        result = json.loads(capsys.readouterr().out)
        assert bool(result.get("failed")) == (ended.value.code != 0)
        return result

    return run


@pytest.fixture
def kubeconfig(tmp_path):
    """Write a kubeconfig for a fault server and return its path."""

    def write(server):
        path = tmp_path / "kubeconfig"
        path.write_text(json.dumps(server.kubeconfig()))
        return str(path)

    return write
