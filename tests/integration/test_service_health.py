# SPDX-License-Identifier: GPL-3.0-or-later
"""Role service_health with the shipped inventory of services, against real servers on the loopback; no cluster."""

from __future__ import annotations

import json
import socket
from pathlib import Path

from tests.support.roles import Step, run_step
from tests.support.services import Reply, serve


def _look(folder: Path, *arguments: str, **variables: str) -> Step:
    return run_step(folder, "service_health", *arguments, inventories=("lab", "services"), **variables)


def test_one_is_well_one_is_slow_and_one_is_down(tmp_path: Path) -> None:
    with (
        serve(Reply(b'{"status": "healthy"}')) as fastapi,
        serve(Reply(b'{"status": "degraded"}', delay=2.2)) as flask,
        socket.socket() as gradio,
    ):
        gradio.bind(("127.0.0.1", 0))  # and nobody listens
        urls = {
            "FASTAPI_URL": fastapi.url(),
            "FLASK_URL": flask.url("/"),
            "GRADIO_URL": f"http://127.0.0.1:{gradio.getsockname()[1]}",
        }
        step = _look(tmp_path, "--check", **urls)
        assert step.rc == 0, step.stdout
        assert fastapi.asked[0][0] == flask.asked[0][0] == "/health"
    assert step.findings == {
        "FastAPI": ("ok", "FastAPI: well (HTTP 200)"),
        "Flask": ("warning", "Flask: slow: 2.2 s (limit 2 s)"),
        "Gradio": ("critical", "Gradio: down: connection refused"),
    }
    assert step.result["summary"] == "Gradio: down: connection refused · 1 more"
    assert step.result["changes"]["total"] == 0
    measured = {one["name"]: one["value"] for one in step.result["data"]["measures"]}
    assert measured["services.Flask.seconds"] >= 2.2
    assert measured["services.Gradio.seconds"] is None


def test_the_timeout_comes_from_the_environment(tmp_path: Path) -> None:
    with serve(Reply(delay=3)) as silent:
        urls = dict.fromkeys(("FASTAPI_URL", "FLASK_URL", "GRADIO_URL"), silent.url())
        step = _look(tmp_path, HEALTH_CHECK_TIMEOUT="0.5", **urls)
    said = {message.partition(": ")[2] for _status, message in step.findings.values()}
    assert said == {"down: no whole answer in 0.5 s"}, step.stdout


def test_no_service_is_unknown_and_a_bad_url_is_refused_in_a_sentence(tmp_path: Path) -> None:
    empty = _look(tmp_path, "-e", json.dumps({"service_health_services": []}))
    assert (empty.rc, [one["status"] for one in empty.result["findings"]]) == (0, ["unknown"])
    bad = _look(tmp_path, FASTAPI_URL="file:///etc/passwd")
    assert bad.rc == 2
    assert "service FastAPI: 'file:///etc/passwd/health' is not an http or https URL" in " ".join(bad.stdout.split())
