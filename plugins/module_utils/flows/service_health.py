# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask many HTTP services at once how they are, and judge their answers. Private API."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health import services as judging
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import tally, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.services import Field, Service
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_findings
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration
from ansible_collections.agent_platform.ops.plugins.module_utils.web.address import parse
from ansible_collections.agent_platform.ops.plugins.module_utils.web.probe import REDIRECTS, Answer, Target, ask_all

_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,100}")
_LONGEST_HEADER = 8192


def look(options: Mapping[str, Any]) -> dict[str, Any]:
    """{services, findings, counts, line, measures} of the services that the module's options name.

    :raises OpsError: invalid, naming the service and the option, before anything was asked
    """
    names = [one["name"] for one in options["services"]]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise OpsError("invalid", f"two services are named {doubled[0]!r:.120}")
    if not 1 <= options["concurrency"] <= 256:
        raise OpsError("invalid", f"concurrency is {options['concurrency']}; it must lie between 1 and 256")
    pairs = [_read(one, options) for one in options["services"]]
    answers = ask_all((target for _service, target in pairs), options["concurrency"])
    return _result(list(zip((service for service, _target in pairs), answers, strict=True)))


def _result(looked: list[tuple[Service, Answer]]) -> dict[str, Any]:
    now = datetime.now(UTC)
    judged = [judging.judge(*pair, now) for pair in looked]
    findings = judged or [judging.nothing_named()]
    return {
        "services": [judging.row(*pair, found, now) for pair, found in zip(looked, judged, strict=True)],
        "findings": worst_first(findings),
        "counts": tally(findings),
        "line": of_findings(findings, "service")["summary"],
        "measures": [judging.measure(*pair) for pair in looked],
    }


def _read(given: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[Service, Target]:
    """A service as it is judged and as it is asked; what it does not say itself, the module's options say."""
    name = given["name"]
    if not _NAME.fullmatch(name):
        raise OpsError("invalid", f"{name!r:.120} is no name of a service; it takes 1 to 100 printable characters")
    said = {**{key: options[key] for key in ("timeout", "validate_certs", "ca_path")}, **_without_none(given)}
    limits = {key: _limit(name, key, said.get(key, options[key])) for key in ("latency_warning", "latency_critical")}
    durations = {
        key: float(parse_duration(said.get(key, options[key]), f"service {name}: {key}"))
        for key in ("tls_warning", "tls_critical")
    }
    try:
        path = given.get("path")
        url = f"{given['url'].rstrip('/')}/{path.lstrip('/')}" if path else given["url"]
        address = parse(url)
        statuses = tuple(given["expect_status"]) or (200,)
        # Where a redirect is what is expected, it is the answer.
        redirects = 0 if any(300 <= status < 400 for status in statuses) else REDIRECTS
        asked = (float(said["timeout"]), said["validate_certs"], said["ca_path"], _headers(given), redirects)
        target = Target(url, *asked)
        wanted = given.get("json")
        field = Field(wanted["path"], wanted["equals"], tuple(wanted["degraded"] or ())) if wanted else None
    except OpsError as error:
        raise OpsError("invalid", f"service {name}: {error.message}", hint=error.hint) from error
    shown = address.url.partition("?")[0]
    return Service(name, shown, target.timeout, statuses, field, **limits, **durations), target


def _headers(given: Mapping[str, Any]) -> dict[str, str]:
    """Headers with their values, which come from files and variables and appear in no result."""
    return {one["name"]: one["prefix"] + _secret(one) for one in given.get("headers") or ()}


def _secret(header: Mapping[str, Any]) -> str:
    name, path, variable = header["name"], header.get("file"), header.get("env")
    if path:
        try:
            with open(path, encoding="utf-8") as stream:
                value = stream.read(_LONGEST_HEADER).strip()
        except (OSError, ValueError) as error:
            raise OpsError("invalid", f"the value of header {name} cannot be read from {path}") from error
    else:
        value = os.environ.get(variable or "", "").strip()
    if not value:
        source = path or f"environment variable {variable}"
        raise OpsError("invalid", f"the value of header {name} is empty in {source}")
    return value


def _limit(service: str, option: str, value: Any) -> float:
    if not 0 <= value < 3600:
        raise OpsError("invalid", f"service {service}: {option} is {value}; it must lie between 0 and 3600 seconds")
    return float(value)


def _without_none(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if value is not None}
