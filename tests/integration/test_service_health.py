# SPDX-License-Identifier: GPL-3.0-or-later
"""Role service_health with the shipped inventory of services, against real servers on the loopback, without a cluster."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.support.commands import environment, run
from tests.support.services import Reply, serve

PLAY = """
- name: Look how the services are
  hosts: platforms
  gather_facts: false
  roles:
    - agent_platform.ops.service_health
  post_tasks:
    - name: Keep the result
      ansible.builtin.copy:
        content: "{{ service_health_result | to_json }}"
        dest: "{{ result_file }}"
        mode: "0600"
      check_mode: false
"""


@pytest.fixture
def look(tmp_path: Path):
    """Run the role: look(*arguments, VARIABLE=value) -> (exit code, output, service_health_result)."""
    (tmp_path / "play.yml").write_text(PLAY)

    def apply(*arguments: str, **variables: str) -> tuple[int, str, dict[str, Any]]:
        kept = tmp_path / "result.json"
        kept.unlink(missing_ok=True)
        inventories = ["-i", "inventories/lab", "-i", "inventories/services"]
        command = ["ansible-playbook", tmp_path / "play.yml", *inventories, "-e", f"result_file={kept}", *arguments]
        clean = {"ANSIBLE_COLLECTIONS_PATH": "playbooks/collections"}
        done = run(*command, env=environment(**clean, **variables), expect=None)
        return done.returncode, done.stdout + done.stderr, json.loads(kept.read_text()) if kept.exists() else {}

    return apply


def test_one_is_well_one_is_slow_and_one_is_down(look) -> None:
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
        rc, output, result = look("--check", **urls)
        assert rc == 0, output
        assert fastapi.asked[0][0] == flask.asked[0][0] == "/health"
    said = {one["subject"]["name"]: (one["status"], one["message"]) for one in result["findings"]}
    assert said == {
        "FastAPI": ("ok", "FastAPI: well (HTTP 200)"),
        "Flask": ("warning", "Flask: slow: 2.2 s (limit 2 s)"),
        "Gradio": ("critical", "Gradio: down: no connection (connection refused)"),
    }
    assert result["summary"] == "Gradio: down: no connection (connection refused) · 1 more"
    assert result["changes"]["total"] == 0
    measured = {one["name"]: one["value"] for one in result["data"]["measures"]}
    assert measured["services.Flask.seconds"] >= 2.2
    assert measured["services.Gradio.seconds"] is None


def test_the_timeout_comes_from_the_environment(look) -> None:
    with serve(Reply(delay=3)) as silent:
        urls = dict.fromkeys(("FASTAPI_URL", "FLASK_URL", "GRADIO_URL"), silent.url())
        _rc, output, result = look(HEALTH_CHECK_TIMEOUT="0.5", **urls)
    assert {one["message"].partition(": ")[2] for one in result["findings"]} == {"down: no whole answer in 0.5 s"}, (
        output
    )


def test_no_service_is_unknown_and_a_bad_url_is_refused_in_a_sentence(look) -> None:
    rc, _output, result = look("-e", json.dumps({"service_health_services": []}))
    assert (rc, [one["status"] for one in result["findings"]]) == (0, ["unknown"])
    rc, output, _result = look(FASTAPI_URL="file:///etc/passwd")
    assert rc == 2
    assert "service FastAPI: 'file:///etc/passwd/health' is not an http or https URL" in " ".join(output.split())
