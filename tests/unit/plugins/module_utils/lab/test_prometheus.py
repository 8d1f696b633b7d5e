# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import ENTRIES, Layout
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.prometheus import (
    child,
    configuration,
    url,
    write_files,
)

PORTS = {"prometheus": 20008, "workflow_metrics": 20007}


def test_it_watches_itself_and_the_workflow_controller():
    targets = [job["static_configs"][0]["targets"] for job in configuration(PORTS)["scrape_configs"]]
    assert targets == [["127.0.0.1:20008"], ["127.0.0.1:20007"]]


def test_it_listens_on_the_loopback_and_keeps_its_data_in_the_folder(tmp_path):
    made = child(Layout(tmp_path, "lab"), "/tools/prometheus", "v0.315.0", PORTS)
    assert (made["program"], made["version"]) == ("/tools/prometheus", "v0.315.0")
    assert "--web.listen-address=127.0.0.1:20008" in made["arguments"]
    assert f"--storage.tsdb.path={tmp_path}/prometheus/data" in made["arguments"]
    assert "--web.enable-admin-api" in made["arguments"]


def test_its_files_lie_in_a_folder_that_belongs_to_the_cluster(tmp_path):
    layout = Layout(tmp_path, "lab")
    for _again in range(2):
        write_files(layout, PORTS)
    assert (layout.prometheus / "url").read_text() == url(PORTS) == "http://127.0.0.1:20008"
    assert json.loads((layout.prometheus / "prometheus.yml").read_text()) == configuration(PORTS)
    assert layout.prometheus.name in ENTRIES
