# SPDX-License-Identifier: GPL-3.0-or-later
"""What services take from the module's options; the rest is in the tests of module service_health_info."""

from __future__ import annotations

import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.service_health import look

from tests.support.services import Reply, serve

OPTIONS = {
    "timeout": 5.0,
    "latency_warning": 0.0,
    "latency_critical": 0.0,
    "tls_warning": "14d",
    "tls_critical": "7d",
    "validate_certs": True,
    "ca_path": None,
    "concurrency": 64,
}


def service(name, url, **more):
    return {"name": name, "url": url, "expect_status": [200], "timeout": None, **more}


def test_a_service_says_itself_what_is_not_as_for_the_others():
    with serve(Reply(delay=0.2)) as server:
        services = [service("usual", server.url()), service("own", server.url(), latency_warning=0, timeout=4.0)]
        result = look({**OPTIONS, "latency_warning": 0.1, "services": services})
    assert [row["finding"] for row in result["services"]] == ["warning", "ok"]
    assert "--max-time 4 " in result["findings"][-1]["evidence"]


def test_fifty_that_time_out_take_one_timeout():
    with serve(Reply(delay=20)) as server:
        services = [service(f"silent-{number}", server.url()) for number in range(50)]
        began = time.monotonic()
        result = look({**OPTIONS, "timeout": 0.8, "services": services})
        # One after the other would take 40 s.
        assert time.monotonic() - began < 15
    assert result["counts"] == {"ok": 0, "warning": 0, "critical": 50, "unknown": 0}


@pytest.mark.parametrize("empty", ["", "\n  \n"])
def test_an_empty_secret_is_refused(tmp_path, empty):
    (tmp_path / "token").write_text(empty)
    header = {"name": "Authorization", "file": str(tmp_path / "token"), "prefix": "Bearer "}
    with pytest.raises(OpsError, match="service a: the value of header Authorization is empty in"):
        look({**OPTIONS, "services": [service("a", "http://127.0.0.1:1/", headers=[header])]})
