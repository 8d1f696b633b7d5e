# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.cost import Cost

from tests.support.commands import ROOT, environment

PROGRAM = """
import importlib, json, sys
importlib.import_module("ansible_collections.agent_platform.ops.plugins.modules." + sys.argv[1])
print(json.dumps(sorted({"urllib3", "yaml", "kubernetes"} & sys.modules.keys())))
"""


def test_what_several_threads_count_is_summed_up():
    cost = Cost()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: cost.add(requests=1, bytes_read=number), range(1000)))
    assert cost.as_dict() == {"requests": 1000, "bytes_read": 499500, "retries": 0, "writes": 0}


@pytest.mark.parametrize("module", ["backup_verify", "backup_info", "dataset_info", "dataset_restore"])
def test_modules_that_ask_no_api_server_do_not_load_what_it_takes(module):
    env = environment(PYTHONPATH=ROOT / "playbooks" / "collections")
    done = subprocess.run([sys.executable, "-c", PROGRAM, module], capture_output=True, check=True, env=env)
    assert json.loads(done.stdout) == []
