# SPDX-License-Identifier: GPL-3.0-or-later
"""Verification of a large backup, against reading the same store and doing nothing with what was read."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Row, module, peer, run
from tests.support.backup_stores import PLATFORM
from tests.support.lab import Lab
from tests.support.whole_backups import WholeBackups, item

PARTS = 8
_OBJECT = 512 * 1024


def against_obstore(_lab: Lab, megabytes: int) -> Iterator[Row]:
    """Prove the stored bytes of each part, as the daily verification does.

    :param megabytes: of the backup as it is stored, about
    """
    with tempfile.TemporaryDirectory() as folder:
        # A process of its own makes it, since the memory of this one would count to those that it starts.
        made = json.loads(run(sys.executable, "-m", "benchmarks.verify", folder, str(megabytes)).stdout)
        ours = module("backup_verify", platform=PLATFORM, store=folder, trusted_keys=[made["trusted"]])
        assert json.loads(ours.stdout.splitlines()[-1])["backups"][0]["ok"], ours.stdout
        raw = peer("store", folder)
        work = f"verify a backup of {made['bytes'] / 1024**2:,.0f} MiB"
        yield Row(work, ours.seconds, ours.mb, "obstore reading it", raw.seconds, raw.seconds / 0.8)


def make(folder: str, megabytes: int) -> dict[str, object]:
    """{trusted, bytes} of a backup of random bytes, encrypted."""
    backups = WholeBackups(Path(folder))
    count = megabytes * 1024**2 // (PARTS * _OBJECT)
    kinds = [f"kind{number}.example.org" for number in range(PARTS)]
    content = {kind: [item(kind, f"o{n}", data=os.urandom(_OBJECT).hex()) for n in range(count)] for kind in kinds}
    return {"trusted": backups.signer.public, "bytes": backups.take(content=content).bytes}


if __name__ == "__main__":
    print(json.dumps(make(sys.argv[1], int(sys.argv[2]))))
