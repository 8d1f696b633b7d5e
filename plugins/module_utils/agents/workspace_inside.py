# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a look into a mounted workspace tells: free space, and work that was not pushed. Pure. Private API.

The commands are fixed; what varies is an argument of theirs. They change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text

_REPOSITORIES = 20
# Settings of a repository may name programs to run; what can be said against that here is said.
_GIT = "git -c 'safe.directory=*' -c core.fsmonitor=false --no-optional-locks -C"
_ONE = (
    f'd="${{1%/.git}}"; changed=$({_GIT} "$d" status --porcelain 2>/dev/null | head -n 1000 | wc -l); '
    f'ahead=$({_GIT} "$d" rev-list --count "@{{u}}.." 2>/dev/null || echo unknown); '
    f'{_GIT} "$d" rev-parse --git-dir >/dev/null 2>&1 || changed=unknown; '
    'printf "%s\\0%s\\0%s\\0" "$changed" "$ahead" "$d"'
)
_LOOK = (
    'df -Pk "$1"; printf "\\0"; '
    f'find "$1" -xdev -maxdepth 4 -name .git -prune -print0 2>/dev/null | head -z -n {_REPOSITORIES} '
    '| xargs -0 -r -n 1 sh -c "$2" sh'
)


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes of a file system."""

    total: int
    used: int
    free: int


@dataclass(frozen=True, slots=True)
class Repository:
    """A clone in a workspace. changed: files not committed; ahead: commits not pushed; None where unknown."""

    path: str
    changed: int | None
    ahead: int | None

    @property
    def is_safe(self) -> bool:
        """Whether everything in it is also elsewhere."""
        return self.changed == 0 and self.ahead == 0


def command(root: str) -> list[str]:
    return ["sh", "-c", _LOOK, "sh", root, _ONE]


def parse(output: bytes) -> tuple[Space | None, list[Repository]]:
    """(space, clones) from what the command prints; what cannot be read is None or left out."""
    table, *words = output.split(b"\0")
    fields = [word.decode("utf-8", "backslashreplace").strip() for word in words]
    clones = zip(fields[0::3], fields[1::3], fields[2::3], strict=False)
    return space(table), [Repository(path, _count(changed), _count(ahead)) for changed, ahead, path in clones]


def space(table: bytes) -> Space | None:
    """The file system of `df -Pk` with one path."""
    lines = table.decode("utf-8", "replace").strip().splitlines()
    if len(lines) < 2:
        return None
    # The first column may hold spaces; the last four before the path do not.
    for start in range(len(words := lines[-1].split()) - 4):
        if all(word.isdigit() for word in words[start : start + 3]) and words[start + 3].endswith("%"):
            total, used, free = (int(word) * 1024 for word in words[start : start + 3])
            return Space(total, used, free)
    return None


def mount_path(pod: Item, container: str, claim: str) -> str:
    """Where a container sees a claim, empty where it does not."""
    spec = mapping(pod.get("spec"))
    volumes = {
        text(volume.get("name"))
        for volume in map(mapping, sequence(spec.get("volumes")))
        if mapping(volume.get("persistentVolumeClaim")).get("claimName") == claim
    }
    for one in map(mapping, sequence(spec.get("containers"))):
        if one.get("name") == container:
            mounts = map(mapping, sequence(one.get("volumeMounts")))
            return next((text(mount.get("mountPath")) for mount in mounts if mount.get("name") in volumes), "")
    return ""


def words(clones: list[Repository]) -> str:
    """What of these is not pushed, one clause."""
    risky = [one for one in clones if not one.is_safe]
    if not clones:
        return "no clone was found in it"
    if not risky:
        return f"all is committed and pushed in {len(clones)} clone{'' if len(clones) == 1 else 's'}"
    told = [f"{one.path}: {_told(one.changed)} not committed, {_told(one.ahead)} not pushed" for one in risky[:3]]
    return "; ".join(told) + (f"; and {len(risky) - 3} more" if len(risky) > 3 else "")


def _told(count: int | None) -> str:
    return "unknown" if count is None else str(count)


def _count(word: str) -> int | None:
    return int(word) if word.isdigit() else None
