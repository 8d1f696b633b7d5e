# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ask a scanner of images about each image that runs. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.programs import find_program, run_program
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration, require_seconds
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import scans
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.images import Image
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.scans import Scan

ALWAYS, IF_THERE, NEVER = "always", "if_there", "never"
#: variables of this process by which Trivy and its login to registries are set up
_CREDENTIALS = ("TRIVY_", "DOCKER_CONFIG")
_LONGEST = 3600


@dataclass(frozen=True, slots=True)
class Scanner:
    """program: its path. timeout: seconds for each image. offline: whether it may ask nobody but registries."""

    program: str
    timeout: float
    offline: bool
    most: int


def scanner_of(options: Mapping[str, Any]) -> tuple[Scanner | None, str]:
    """(scanner, why there is none although one was wished for).

    :raises OpsError: invalid, when one must be there and is not, or for limits that make no sense
    """
    if options["scan"] == NEVER:
        return None, ""
    timeout = require_seconds(parse_duration(options["scan_timeout"], "scan_timeout"), "scan_timeout", _LONGEST)
    try:
        program = find_program("scanner", options["scanner"])
    except OpsError as error:
        if options["scan"] == ALWAYS:
            raise
        return None, error.message.removeprefix("scanner: ")
    return Scanner(program, timeout, options["scan_offline"], options["scan_most"]), ""


def scan(scanner: Scanner, images: Iterable[Image]) -> dict[tuple[str, str], Scan]:
    """What was found by (image as it is written, digest); an image that cannot be scanned has a problem."""
    found: dict[str, Scan] = {}
    return {(image.written, image.digest): result for image, result in _each(scanner, images, found)}


def _each(scanner: Scanner, images: Iterable[Image], found: dict[str, Scan]) -> Iterator[tuple[Image, Scan]]:
    for image in images:
        name = _named(image)
        if not name:
            continue
        if name not in found:
            # What runs under two tags is one image.
            most = f"only {scanner.most:,} images are scanned in one run (scan_most)"
            found[name] = _scan(scanner, name) if len(found) < scanner.most else Scan(problem=most)
        yield image, found[name]


def _named(image: Image) -> str:
    """The image that really runs, where its digest is known."""
    reference = image.reference
    if reference is None:
        return ""
    digest = image.digest or reference.digest
    return f"{reference.name}@{digest}" if digest else reference.words


def _scan(scanner: Scanner, name: str) -> Scan:
    offline = ("--offline-scan", "--skip-db-update", "--skip-java-db-update") if scanner.offline else ()
    asked = ("image", "--quiet", "--format", "json", "--scanners", "vuln", *offline)
    try:
        done = run_program([scanner.program, *asked, "--", name], timeout=scanner.timeout, credentials=_CREDENTIALS)
        return scans.read(done.stdout)
    except OpsError as error:
        return Scan(problem=error.message)
