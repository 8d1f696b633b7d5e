# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read objects of Argo Events from files, each with the lines that it stands in. Writes nothing. Private API."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import schema
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document, Where, unpacked

try:
    import yaml
except ImportError:  # said in read()
    yaml = None  # type: ignore[assignment]

ENDINGS = (".yml", ".yaml", ".json")
LARGEST = 8_000_000  # bytes
_BROKEN = (ValueError, TypeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or its end from a line on, that nobody could read."""

    file: str
    line: int
    reason: str
    hint: str = ""


@dataclass(slots=True)
class Found:
    """files: how many were read. left_out: how many cannot be read and speak of no Argo Events."""

    documents: list[Document] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    files: int = 0
    left_out: int = 0


def read(paths: Iterable[str], base: str = "") -> Found:
    """The objects of files and folders; of a folder all YAML and JSON files below it that are not hidden.

    :param base: folder that relative paths begin at; files are named as they were given
    :raises OpsError: invalid, for a path that is not there, or without PyYAML
    """
    if yaml is None:
        raise OpsError("invalid", "the Python library PyYAML is not installed", hint="Install it beside ansible-core.")
    found, seen = Found(), set()
    for given in paths:
        path = Path(base, given)
        if not path.is_dir() and not path.is_file():
            raise OpsError("invalid", f"paths: {given!r:.200} is neither a file nor a folder")
        for file, name in _below(path, given) if path.is_dir() else [(path, given)]:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                _read_file(file, name, found, named=path.is_file())
    return found


def _below(folder: Path, given: str) -> Iterator[tuple[Path, str]]:
    """(file, name as a person would write it) in a folder, in their order."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            file = Path(place, name)
            if file.suffix in ENDINGS and not name.startswith(".") and file.is_file():
                yield file, str(Path(given, file.relative_to(folder)))


def _read_file(path: Path, name: str, found: Found, *, named: bool) -> None:
    try:
        if path.stat().st_size > LARGEST:
            raise OpsError("invalid", f"it is larger than {LARGEST // 1_000_000} MB")
        words = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, OpsError) as error:
        found.unreadable.append(Unreadable(name, 1, f"the file cannot be read: {error}"))
        return
    try:
        for document in _documents(words, name):
            found.documents.append(document)
    except (yaml.YAMLError, *_BROKEN) as error:
        if not named and not any(kind in words for kind in schema.KINDS):
            found.left_out += 1
            return
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or error.__class__.__name__
        hint = "It looks like a template: render it first, such as with helm template." if "{{" in words else ""
        found.unreadable.append(Unreadable(name, mark.line + 1 if mark else 1, f"this is no YAML: {said}", hint))
    found.files += 1


def _documents(words: str, name: str) -> Iterator[Document]:
    loader = _Loader(words)
    try:
        while loader.check_node():
            node = loader.get_node()
            for where, item in unpacked(loader.construct_document(node)):
                yield Document(item, name, partial(_line, node, where))
    finally:
        loader.dispose()


if yaml is not None:

    class _Loader(yaml.SafeLoader):
        """YAML in which nobody's tags do harm."""

    _Loader.add_multi_constructor("!", lambda loader, suffix, node: str(getattr(node, "value", "")))


def _line(node: Any, lead: Where, where: Where) -> int:
    """The line of a place, or of the nearest one around it that is written."""
    line = node.start_mark.line + 1
    for key in (*lead, *where):
        if isinstance(node, yaml.MappingNode):
            pairs = [(name, value) for name, value in node.value if name.value == str(key)]
            if not pairs:
                break
            line, node = pairs[-1][0].start_mark.line + 1, pairs[-1][1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
        else:
            break
    return line
