# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a component which version it is: on its own page of metrics, or through Prometheus. Private API."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking, prometheus_ask
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import component_of, workloads
from ansible_collections.agent_platform.ops.plugins.module_utils.health.prometheus_answer import result
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import statement
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import Component
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version, parse
from ansible_collections.agent_platform.ops.plugins.module_utils.web.probe import ask

_PAUSE = 1.0  # seconds between two questions
_MOST_BYTES = 16 * 1024 * 1024
Said = Callable[[], list[str]]


def prepare(options: dict[str, Any]) -> looking.Look:
    """:raises OpsError: invalid, for a version, a label or data of another form"""
    component = component_of(options)
    asked = parse(options["version"]) if options["version"] else None
    statement.query(component.says[0], options["labels"])
    return lambda client: _look(client, component, asked, options)


def _look(client: Client, component: Component, asked: Version | None, options: Mapping[str, Any]) -> dict[str, Any]:
    wanted = asked or workloads(client, component)[0].version
    found, said = _judge(component, wanted, options)
    return {"line": found["message"], "wanted": str(wanted), "said": said, "findings": [found]}


def _judge(component: Component, wanted: Version, options: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Until it says what is wanted, or the time is over: a program that was just started has yet to be heard."""
    if not component.says[0]:
        why = f"no metric is known by which {component.title} says its version"
        return statement.judge(component, wanted, [], why), []
    if not (options["metrics_url"] or options["prometheus_url"]):
        return statement.judge(component, wanted, [], "neither metrics_url nor prometheus_url is given"), []
    deadline, source = time.monotonic() + options["wait"], _source(component, options)
    while True:
        said, why = [], ""
        try:
            said = source()
        except OpsError as error:
            if error.kind == "invalid":
                raise
            why = error.message
        found = statement.judge(component, wanted, said, why)
        if found["status"] == "ok" or time.monotonic() >= deadline:
            return found, said
        time.sleep(_PAUSE)


def _source(component: Component, options: Mapping[str, Any]) -> Said:
    metric, label = component.says
    timeout, certs = float(options["timeout"]), options["validate_certs"]
    if options["metrics_url"]:
        return lambda: statement.in_metrics(_page(options["metrics_url"], timeout, certs), metric, label)
    url, question = options["prometheus_url"], statement.query(metric, options["labels"])
    since: list[float] = []

    def said() -> list[str]:
        if not since:
            now = prometheus_ask.answer(url, "api/v1/query", {"query": "time()"}, timeout, validate_certs=certs)
            since.append(_moment(result(now, "scalar")))
        body = prometheus_ask.answer(url, "api/v1/query", {"query": question}, timeout, validate_certs=certs)
        vector = result(body, "vector")
        heard = statement.in_series(vector, label, since[0])
        if vector and not heard:
            raise OpsError("unreachable", "Prometheus has heard nothing of it since")
        return heard

    return said


def _moment(scalar: list[Any]) -> float:
    try:
        return float(scalar[0])
    except (IndexError, TypeError, ValueError, OverflowError) as error:
        raise OpsError("unreachable", "Prometheus does not tell what time it is") from error


def _page(url: str, timeout: float, certs: bool) -> str:
    told = ask(url, timeout=timeout, validate_certs=certs, most_bytes=_MOST_BYTES)
    if told.fault:
        raise OpsError("unreachable", f"{url} cannot be asked: {told.problem}")
    if told.status != 200 or told.cut:
        what = "more than can be read" if told.cut else f"HTTP {told.status}"
        raise OpsError("unreachable", f"{url} answered {what}", status=told.status)
    return told.body.decode("utf-8", "replace")
