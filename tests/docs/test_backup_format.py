# SPDX-License-Identifier: GPL-3.0-or-later
"""The page about the format of backups: each of its commands is run on a real backup, by the programs it names."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.support.backup_stores import PLATFORM
from tests.support.commands import ROOT, environment
from tests.support.s3 import program
from tests.support.whole_backups import CANARY, WholeBackups, objects

BLOCKS = re.findall(r"^```bash\n(.*?)^```$", (ROOT / "docs" / "backup-format.md").read_text(), re.DOTALL | re.MULTILINE)
# Each block tells where it begins, so that a failure says which command it was.
SCRIPT = "set -euo pipefail\n" + "\n".join(f"echo '== {number}'\n{block}" for number, block in enumerate(BLOCKS[1:], 1))


@pytest.fixture
def backups(tmp_path: Path) -> WholeBackups:
    return WholeBackups(tmp_path / "store")


def carry_out(backups: WholeBackups, folder: Path, **changed: str) -> subprocess.CompletedProcess[str]:
    """All blocks in one shell, with values of our own in place of those of the first one."""
    meant = {
        "store": str(backups.folder),
        "platform": PLATFORM,
        "backup": "2026-11-21T08-00-00Z",
        "trusted": backups.signer.public,
        "identity": backups.keep_keys(folder / "keys")["identity"],
        **changed,
    }
    assert set(re.findall(r"^(?:.* )?(\w+)=", BLOCKS[0].replace(" ", "\n"), re.MULTILINE)) == set(meant)
    settings = "".join(f"{name}={shlex.quote(value)}\n" for name, value in meant.items())
    temporary = folder / "temporary"
    temporary.mkdir()
    path = f"{program('age').parent}:{environment()['PATH']}"
    return subprocess.run(
        ["bash", "-c", settings + SCRIPT],
        env=environment(TMPDIR=temporary, PATH=path),
        cwd=folder,
        text=True,
        capture_output=True,
        timeout=60,
    )


def test_every_command_opens_a_backup(backups: WholeBackups, tmp_path: Path) -> None:
    backups.take()
    done = carry_out(backups, tmp_path)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    said = dict(re.findall(r"^== (\d)\n(.*?)(?=^== |\Z)", done.stdout, re.DOTALL | re.MULTILINE))
    assert "Signature Verified Successfully" in said["1"]
    assert backups.signer.name in said["2"].splitlines()[0]
    assert backups.signer.name in said["2"].splitlines()[1]
    assert said["3"].splitlines()[0].split("\t")[:2] == ["secrets", "3"]
    assert said["4"].splitlines() == ["shop/s0", "shop/s1", "shop/s2"] * 2
    assert [json.loads(line)[:3] for line in said["5"].splitlines()] == [["secrets", "shop", f"s{n}"] for n in range(3)]
    wanted = sorted(json.dumps(one["data"]) for one in objects()["configmaps"])
    assert sorted(json.dumps(json.loads(line)["data"]) for line in said["6"].splitlines()) == wanted
    assert CANARY not in done.stdout
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("what", ["signer", "part", "identity", "moved"])
def test_the_commands_refuse_what_is_not_genuine(backups: WholeBackups, tmp_path: Path, what: str) -> None:
    made = backups.take()
    changed = {}
    if what == "signer":
        backups.sign_by_another(made)
    elif what == "part":
        path = backups.folder / made.parts[0].path
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    elif what == "identity":
        changed["identity"] = backups.keep_keys(tmp_path / "other-keys")["other"]
    else:
        folder = backups.folder / "backups" / PLATFORM / "manifests"
        (folder / f"{made.id}.json").rename(folder / "2026-11-22T08-00-00Z.json")
        changed["backup"] = "2026-11-22T08-00-00Z"
    done = carry_out(backups, tmp_path, **changed)
    assert done.returncode != 0
    assert "== 5" not in done.stdout
