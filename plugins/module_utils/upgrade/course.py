# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an upgrade of a control plane stands, and what a run does about it. Pure. Private API.

The note of an upgrade lies in the store, for the cluster itself is what is taken away and set back meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import parse

_WHAT = re.compile(r"[a-z][a-z0-9_]{0,38}")


class Phase(StrEnum):
    """How far an upgrade has come. What a killed run left is taken up by it."""

    SECURED = "secured"  #: the way back is there, and nothing was changed
    MOVING = "moving"  #: components or nodes of both versions may run
    DONE = "done"
    ROLLING_BACK = "rolling_back"
    ROLLED_BACK = "rolled_back"


class Kind(StrEnum):
    """What a run does."""

    FRESH = "fresh"  #: begin: look, secure the way back, move
    CONTINUE = "continue"  #: go on with what a killed run began; the way back is the one it secured
    FINISH_ROLLBACK = "finish_rollback"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Course:
    """message: why, as a sentence."""

    kind: Kind
    message: str

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "message": self.message}


def decide(note: Mapping[str, Any], facts: Mapping[str, Any], target: str) -> Course:
    """What a run towards a version does.

    :param note: of the last upgrade; empty when there was none
    :param facts: what the provider tells: version of the control plane, and whether it answers
    :raises OpsError: invalid, for a target that is no version
    """
    wished = str(parse(target, "upgrade_kubernetes_version"))
    phase, begun = text(note.get("phase")), text(note.get("to"))
    if phase == Phase.ROLLING_BACK:
        return Course(Kind.FINISH_ROLLBACK, f"a run was killed while it went back to {note.get('from')}")
    if phase == Phase.MOVING and begun == wished:
        return Course(Kind.CONTINUE, f"a run towards {begun} did not end; it goes on from there")
    if phase == Phase.MOVING:
        return Course(
            Kind.REFUSED,
            f"an upgrade to {begun} did not end; finish it with upgrade_kubernetes_version={begun}, or go back with "
            f"upgrade_kubernetes_rollback_to={note.get('snapshot')}",
        )
    if facts.get("answers") is not True:
        return Course(Kind.REFUSED, "the API server does not answer, and no upgrade goes on; mend it first")
    return Course(Kind.FRESH, f"the control plane has {text(facts.get('version')) or 'a version that nobody told'}")


def way_back(note: Mapping[str, Any], snapshot: str) -> Course:
    """Whether a run may go back to a snapshot.

    :param snapshot: its id, as somebody confirmed it
    """
    kept, phase = text(note.get("snapshot")), text(note.get("phase"))
    if not kept:
        return Course(Kind.REFUSED, "no upgrade has kept a snapshot to go back to")
    if phase in (Phase.ROLLED_BACK, Phase.SECURED):
        return Course(Kind.REFUSED, f"there is nothing to go back from: the upgrade to {note.get('to')} is {phase}")
    if snapshot != kept:
        return Course(
            Kind.REFUSED,
            f"upgrade_kubernetes_rollback_to is {snapshot!r:.80}, and the snapshot of the last upgrade is {kept}; what "
            "was written since it was taken is lost, so it is confirmed by its id",
        )
    return Course(Kind.FINISH_ROLLBACK, f"back to {note.get('from')} and to the data of {kept}")


def key(platform: str, what: str) -> str:
    """Where the note of an upgrade lies in the store.

    :param what: is upgraded, such as kubernetes
    :raises OpsError: invalid
    """
    if not _WHAT.fullmatch(what):
        raise OpsError("invalid", f"what: {what!r:.60} cannot be used; it takes small letters, digits and underscores")
    return f"upgrades/{platform}/{what}.json"


def changed(note: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """A note with other fields.

    :raises OpsError: invalid, for a phase that nobody knows
    """
    wanted = {**mapping(note), **fields, "schema": 1}
    if wanted.get("phase") not in list(Phase):
        raise OpsError("invalid", f"note: phase {wanted.get('phase')!r:.60} is none of {', '.join(Phase)}")
    return wanted
