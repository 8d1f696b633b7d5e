# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Prometheus of a practice cluster: how it is started and what it watches. Private API."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.lab.files import write_private
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import Layout

NAME = "prometheus"


def url(ports: dict[str, int]) -> str:
    return f"http://127.0.0.1:{ports[NAME]}"


def configuration(ports: dict[str, int]) -> dict[str, Any]:
    """prometheus.yml: it watches itself and the workflow-controller."""
    watched = {NAME: ports[NAME], "workflow-controller": ports["workflow_metrics"]}
    jobs = [{"job_name": name, "static_configs": [{"targets": [f"127.0.0.1:{at}"]}]} for name, at in watched.items()]
    return {"global": {"scrape_interval": "5s", "scrape_timeout": "4s"}, "scrape_configs": jobs}


def child(layout: Layout, program: str, version: str, ports: dict[str, int]) -> dict[str, Any]:
    """What the supervisor is told of it."""
    return {
        "program": program,
        "version": version,
        "arguments": [
            f"--config.file={layout.prometheus / 'prometheus.yml'}",
            f"--storage.tsdb.path={layout.prometheus / 'data'}",
            "--storage.tsdb.retention.time=2h",
            f"--web.listen-address=127.0.0.1:{ports[NAME]}",
            # Snapshots are taken through it.
            "--web.enable-admin-api",
            "--log.level=warn",
        ],
        "environment": {},
    }


def write_files(layout: Layout, ports: dict[str, int]) -> None:
    layout.prometheus.mkdir(mode=0o700, exist_ok=True)
    # JSON is YAML too.
    write_private(layout.prometheus / "prometheus.yml", json.dumps(configuration(ports), indent=2))
    write_private(layout.prometheus / "url", url(ports))
