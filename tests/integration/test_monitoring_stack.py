# SPDX-License-Identifier: GPL-3.0-or-later
"""Role monitoring_stack asks a real Prometheus, also one that hangs and one that has ended, and a fake Grafana."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.lab import Lab
from tests.support.prometheus import prometheus
from tests.support.roles import Step, run_step
from tests.support.services import Reply, frozen, serve

HEALTHY = Reply(json.dumps({"database": "ok", "version": "12.2.1"}).encode())
ILL = Reply(json.dumps({"database": "failing", "version": "12.2.1"}).encode(), 503)


def _look(lab: Lab, folder: Path, prometheus_url: str, grafana_url: str) -> Step:
    urls = {"platform_prometheus_url": prometheus_url, "platform_grafana_url": grafana_url}
    step = run_step(folder, "monitoring_stack", *lab.options, "-e", json.dumps({**urls, "monitoring_stack_timeout": 1}))
    assert step.rc == 0, step.stdout
    return step


def test_a_real_prometheus_that_is_well_that_hangs_and_that_has_ended(lab: Lab, tmp_path: Path) -> None:
    answers = [HEALTHY]
    with (
        serve(lambda _path: answers[-1]) as fake_grafana,
        prometheus(lab.program("prometheus"), tmp_path) as server,
    ):
        well = _look(lab, tmp_path, f"{server.url}/", fake_grafana.url())
        assert well.findings == {
            "prometheus": ("ok", "prometheus: healthy"),
            "grafana": ("ok", "grafana: healthy"),
        }
        assert well.result["summary"] == "Prometheus and Grafana are healthy"
        assert fake_grafana.asked[0][0] == "/api/health"

        answers.append(ILL)
        with frozen(server.process):
            hanging = _look(lab, tmp_path, server.url, fake_grafana.url())
        assert hanging.findings["prometheus"] == ("unknown", "prometheus: no whole answer in 1 s")
        assert hanging.findings["grafana"] == ("critical", "grafana: says that it is not healthy (HTTP 503)")

        server.process.kill()
        server.process.wait()
        answers.append(Reply(b"<html>Log in</html>"))
        ended = _look(lab, tmp_path, server.url, fake_grafana.url())
        assert ended.findings["prometheus"] == ("unknown", "prometheus: connection refused")
        assert ended.findings["grafana"][0] == "unknown"


def test_what_is_not_configured_is_unknown(lab: Lab, tmp_path: Path) -> None:
    assert {status for status, _message in _look(lab, tmp_path, "", "").findings.values()} == {"unknown"}
