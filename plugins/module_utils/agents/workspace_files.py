# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of a workspace may go, and the commands that list and delete them. Pure. Private API.

The commands are fixed; what varies is an argument or comes by standard input. No link is followed, nothing outside the
workspace and nothing in .git is listed, and only regular files are. What is deleted must still be what was listed: its
size, times and inode are compared in the same breath. Names are bytes, and may hold anything but NUL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import translate

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

#: bytes of a list; more files than fit are refused, never cut
MOST_LISTED = 8 << 20
#: the pipe through which an agent gets messages
FIFO = b"agent-input.jsonl"

_LIST = (
    'cd -P -- "$1" || exit 1; '
    "find . -xdev -name .git -prune -o -type f -mmin +\"$2\" -printf '%s %T@ %C@ %i\\0%P\\0'; "
    'printf "end\\0%s" "$?"'
)
# One letter for each file: d deleted, c changed since, g gone, f failed. Positional parameters come in pairs.
_ONE = (
    'while [ "$#" -gt 1 ]; do '
    'if [ -L "./$2" ] || [ ! -f "./$2" ]; then if [ -e "./$2" ]; then printf c; else printf g; fi; '
    'elif [ "$(stat -c "%s %Y %Z %i" -- "./$2" 2>/dev/null)" != "$1" ]; then printf c; '
    'elif rm -f -- "./$2" 2>/dev/null && [ ! -e "./$2" ]; then printf d; else printf f; fi; shift 2; done'
)
_DELETE = 'cd -P -- "$1" || exit 1; head -c "$2" | xargs -0 -r -n 200 sh -c "$3" sh; printf "\\n"; df -Pk .'
_ENDED = {"d": "changed", "c": "refused", "g": "unchanged", "f": "failed"}


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was listed. path: relative to the workspace. size: bytes; modified: seconds since 1970."""

    path: bytes
    size: int
    modified: int
    changed: int
    inode: int

    @property
    def mark(self) -> bytes:
        """What must still hold when it is deleted."""
        return f"{self.size} {self.modified} {self.changed} {self.inode}".encode("ascii")

    @property
    def shown(self) -> str:
        """Its path for people; what is no UTF-8 is escaped."""
        return self.path.decode("utf-8", "backslashreplace")


def require_root(root: str) -> str:
    """:raises OpsError: invalid, for a folder that cannot be a workspace"""
    parts = root.split("/")
    if not root.startswith("/") or ".." in parts or len([part for part in parts if part]) < 1 or "\0" in root:
        form = "write an absolute path below /, such as /workspace"
        raise OpsError("invalid", f"root: {root!r:.80} cannot be a workspace; {form}")
    return root


def list_command(root: str, older_than: float) -> list[str]:
    """:param older_than: seconds since they were modified, rounded down to whole minutes"""
    return ["sh", "-c", _LIST, "sh", root, str(int(older_than // 60))]


def delete_command(root: str, data: bytes) -> list[str]:
    """:param data: as `request` makes it; it goes to the command's standard input"""
    return ["sh", "-c", _DELETE, "sh", root, str(len(data)), _ONE]


def parse_list(output: bytes) -> list[File]:
    """:raises OpsError: refused, when the list is not whole or could not be made"""
    fields = output.split(b"\0")
    if len(fields) < 2 or fields[-2] != b"end":
        hint = "Is GNU find in the container, and does the folder exist?"
        raise OpsError("refused", "the files of the workspace cannot be listed; nothing was deleted", hint=hint)
    if fields[-1] != b"0":
        raise OpsError("refused", "a part of the workspace cannot be read; nothing was deleted")
    return [_file(told, path) for told, path in zip(fields[:-2:2], fields[1:-2:2], strict=True)]


def _file(told: bytes, path: bytes) -> File:
    try:
        size, modified, changed, inode = (int(word.split(b".")[0]) for word in told.split(b" "))
    except ValueError as error:
        raise OpsError("refused", "the list of files cannot be understood; nothing was deleted") from error
    return File(path, size, modified, changed, inode)


def choose(files: Iterable[File], patterns: Sequence[str]) -> list[File]:
    """Those that any pattern matches, by path or by name; largest first.

    :raises OpsError: invalid, without a pattern or for one that leaves the workspace
    """
    wanted = [_pattern(one) for one in patterns]
    if not wanted:
        raise OpsError("invalid", "patterns: name at least one, such as *.log or */target/*")
    chosen = [
        one
        for one in files
        if is_inside(one.path) and any(pattern.fullmatch(part) for pattern, part in _pairs(wanted, one.path))
    ]
    return sorted(chosen, key=lambda one: (-one.size, one.path))


def _pairs(wanted: list[tuple[re.Pattern[bytes], bool]], path: bytes) -> Iterable[tuple[re.Pattern[bytes], bytes]]:
    """A pattern with a slash is matched against the path, one without against the name alone."""
    name = path.rsplit(b"/", 1)[-1]
    return ((pattern, path if whole else name) for pattern, whole in wanted)


def _pattern(pattern: str) -> tuple[re.Pattern[bytes], bool]:
    if not pattern.strip() or pattern.startswith("/") or ".." in pattern.split("/") or "\0" in pattern:
        form = "write a pattern relative to the workspace, such as *.log or */target/*"
        raise OpsError("invalid", f"patterns: {pattern!r:.80} cannot be used; {form}")
    expression = translate(pattern).encode("utf-8", "surrogateescape")
    return re.compile(expression, re.DOTALL), "/" in pattern


def is_inside(path: bytes) -> bool:
    """Whether a path stays in the workspace, is not in a repository's own folder and is not the agent's pipe."""
    parts = path.split(b"/")
    return bool(path) and not {b"", b".", b"..", b".git"} & set(parts) and parts != [FIFO]


def request(files: Iterable[File]) -> bytes:
    """What the deleting command reads."""
    return b"".join(b"%s\0%s\0" % (one.mark, one.path) for one in files)


def parse_ends(output: bytes, count: int) -> tuple[list[str], bytes]:
    """(outcome of each file, the table of df after it); one about which nothing was said is unverified."""
    letters, _line, table = output.partition(b"\n")
    told = [_ENDED.get(letter, "unverified") for letter in letters.decode("ascii", "replace")[:count]]
    return told + ["unverified"] * (count - len(told)), table
