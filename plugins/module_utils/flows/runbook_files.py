# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read runbooks from playbook files, and look up what their rules need. Writes nothing. Private API."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import text
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import catalog, lint
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.catalog import Description, Fault, Where

try:
    import yaml
except ImportError:  # said in read_all()
    yaml = None  # type: ignore[assignment]

ENDINGS = (".yml", ".yaml")
LARGEST = 2_000_000  # bytes; a playbook is some kB
DEEPEST = 100  # lists and mappings in one another


@dataclass(frozen=True, slots=True)
class Found:
    """Runbooks in the order of the files, and findings on files that declare none."""

    runbooks: list[Description] = field(default_factory=list)
    findings: list[dict] = field(default_factory=list)


def read_all(paths: Iterable[str]) -> Found:
    """The runbooks of files and folders; of a folder those of the playbooks directly in it.

    :raises OpsError: invalid, for a path that is not there, or without PyYAML
    """
    if yaml is None:
        raise OpsError("invalid", "the Python library PyYAML is not installed", hint="Install it beside ansible-core.")
    found, seen = Found(), set()
    for given in paths:
        path = Path(given)
        if path.is_dir():
            files = sorted(one for one in path.iterdir() if one.suffix in ENDINGS and one.is_file())
        elif path.is_file():
            files = [path]
        else:
            raise OpsError("invalid", f"paths: {given!r:.200} is neither a file nor a folder")
        for file in files:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                _read_file(file, found, named=path.is_file())
    return found


def _read_file(path: Path, found: Found, *, named: bool) -> None:
    def tell(rule: str, line: int, message: str, mend: str) -> None:
        found.findings.append(lint.finding(str(path), line, rule, Fault((), message, mend)))

    try:
        document, lines = load(path)
    except OpsError as error:
        tell("readable", error.status or 1, error.message, "Mend the file, or take it away.")
        return
    read = catalog.read(str(path), document, lines)
    if isinstance(read, Description):
        found.runbooks.append(read)
    elif isinstance(read, Fault):
        tell("declared", lines.get(read.where, lines.get(read.where[:1], 1)), read.message, read.mend)
    elif named and not catalog.is_playbook(document):
        tell("declared", 1, "this is no playbook", "Name a list of plays.")


def load(path: Path) -> tuple[Any, dict[Where, int]]:
    """(document, line by place) of a YAML file; tags of Ansible, such as !vault, give texts.

    :raises OpsError: invalid, its status the line
    """
    try:
        if path.stat().st_size > LARGEST:
            raise OpsError("invalid", f"the file is larger than {LARGEST // 1_000_000} MB")
        words = path.read_text(encoding="utf-8")
        _require_shallow(words)
        loader = _Loader(words)
        node = loader.get_single_node()
        document = loader.construct_document(node) if node is not None else None
    except (OSError, UnicodeDecodeError) as error:
        raise OpsError("invalid", f"the file cannot be read: {error}") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or error.__class__.__name__
        raise OpsError("invalid", f"this is no YAML: {said}", status=mark.line + 1 if mark else None) from error
    lines: dict[Where, int] = {}
    if node is not None:
        _places(node, (), lines)
    return document, lines


if yaml is not None:
    # A site's runbooks are read in a seventh of the time where libyaml is there.
    class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        """YAML as Ansible writes it."""

    _Loader.add_multi_constructor("!", lambda loader, suffix, node: str(getattr(node, "value", "")))


def _require_shallow(words: str) -> None:
    """Libyaml parses any depth, but what puts the nodes together would end the whole process.

    :raises yaml.YAMLError: also when this is no YAML at all
    """
    depth = 0
    for event in yaml.parse(words, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise yaml.MarkedYAMLError(problem=f"it is nested deeper than {DEEPEST}", problem_mark=event.start_mark)


def _places(node: Any, where: Where, lines: dict[Where, int]) -> None:
    """Line of the key of each entry and of each list item; what an alias repeats keeps the line of its anchor."""
    lines.setdefault(where, node.start_mark.line + 1)
    if len(where) > 12:
        return
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = key.value if isinstance(key.value, str) else ""
            lines[(*where, name)] = key.start_mark.line + 1
            _places(value, (*where, name), lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _places(value, (*where, index), lines)


def missing_files(one: Description) -> set[str]:
    """Files below playbooks/ that a runbook names and that are not beside it."""
    folder = Path(one.file).resolve().parent
    return {name for _where, name in one.references() if not (folder / name.removeprefix("playbooks/")).exists()}


def role_reasons(one: Description, collections: Sequence[str]) -> dict[str, str]:
    """By role of its steps, why it was not found; empty where it was.

    :param collections: folders with an ansible_collections/ inside
    """
    folder = Path(one.file).resolve().parent
    names = {text(step.get("role")) for step in one.steps} - {""}
    return {name: _role_reason(name, folder, collections) for name in names}


def _role_reason(name: str, folder: Path, collections: Sequence[str]) -> str:
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts) or len(parts) not in (1, 3):
        return "this is no name of a role"
    if len(parts) == 1:
        found = any((parent / "roles" / name).is_dir() for parent in (folder, folder.parent))
        return "" if found else "it is neither beside the playbook nor in a collection"
    namespace, collection, role = parts
    above = [parent / "collections" for parent in (folder, *folder.parents)]
    places = [place / "ansible_collections" / namespace / collection for place in (*above, *map(Path, collections))]
    if folder.parent.parts[-3:] == ("ansible_collections", namespace, collection):
        places.insert(0, folder.parent)
    known = [place for place in places if place.is_dir()]
    if not known:
        return f"collection {namespace}.{collection} was not found, so nobody can tell"
    return "" if (known[0] / "roles" / role).is_dir() else f"collection {namespace}.{collection} has no such role"


def syntax(commands: Iterable[str]) -> dict[str, str]:
    """By command, what bash says of it; empty where it parses."""
    bash = shutil.which("bash")
    return {command: _parse(command, bash) for command in dict.fromkeys(commands)}


def _parse(command: str, bash: str | None) -> str:
    if bash is None:
        return "there is no bash to look"
    if "\0" in command:
        return "it holds a null character"
    env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
    try:
        done = subprocess.run(
            [bash, "-n"],
            input=catalog.parseable(command) + "\n",
            env=env,
            text=True,
            capture_output=True,
            timeout=10,
            check=False,
        )
    except (OSError, UnicodeEncodeError, subprocess.TimeoutExpired) as error:
        return error.__class__.__name__
    said = " ".join(done.stderr.split()) if done.returncode or done.stderr else ""
    return said.removeprefix("bash: ")[:200]
