# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL of upgrades at each boundary of their steps and inside each step, forward and back. UPGRADE_KILLS and
KUBERNETES_KILLS set how often, SEED when and in which order.

After each kill somebody runs it again, ahead or back, and then either the old version or the new one is there and well:
nothing is held, what is kept of the upgrade is right, and the work that was under way is neither lost nor done twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import pytest

from tests.support.killed_argo import KilledArgo
from tests.support.killed_runs import RunKiller
from tests.support.killing import KUBERNETES_KILLS, SEED, UPGRADE_KILLS
from tests.support.lab import Lab
from tests.support.upgrades_argo import CONTROLLER, NEW, OLD, SERVER, older_argo, start
from tests.support.upgrades_kubernetes import DRAINS, RUNBOOK, OldLab, Site, old_lab
from tests.support.upgrades_kubernetes import NEW as NEW_KUBERNETES
from tests.support.upgrades_kubernetes import OLD as OLD_KUBERNETES

Reached = Callable[[], bool]
Moment = tuple[str, Reached, dict[str, Any]]
AHEAD = {"component_upgrade_state": "upgraded", "component_upgrade_version": NEW}
BACK = {"component_upgrade_state": "rolled_back"}
BACKUP, SCRATCH = {"component_upgrade_backup": True}, {"component_upgrade_scratch": True}


def decks(chance: random.Random, *moments: list[Moment]) -> list[Iterator[Moment]]:
    """Each of the moments in turn, in an order of its own, again and again."""

    def turns(deck: list[Moment]) -> Iterator[Moment]:
        while True:
            yield from chance.sample(deck, len(deck))

    return [turns(one) for one in moments]


@pytest.fixture
def site(lab: Lab, api, namespace) -> Iterator[KilledArgo]:
    with older_argo(lab, api) as argo:
        site = KilledArgo(argo, namespace, start(namespace, 3))
        yield site
        site.remove()


def ahead(killer: RunKiller, site: KilledArgo) -> list[Moment]:
    """Boundaries of the steps by what the run prints, and moments inside them by what it does."""
    said = killer.says
    return [
        ("the start", said("Open the journal]"), {}),
        ("judging", said("Look what runs and what the platform uses of it]"), {}),
        ("a scratch server", said("Start an empty control plane]"), SCRATCH),
        ("the comparison", said("Compare all objects]"), SCRATCH),
        ("the plan", said("Plan the move]"), {}),
        ("the backup", said("Take a backup]"), BACKUP),
        ("what is held", site.is_held, {}),
        ("what is kept", lambda: site.record() is not None, {}),
        ("the controller", site.is_marked(CONTROLLER), {}),
        ("the server", site.is_marked(SERVER), {}),
        ("the validation", said("[agent_platform.ops.workflow_validation : "), {}),
        ("the end of the validation", said("Remove workflows of validations]"), {}),
        ("the confirmation", said("Confirm the upgrade]"), {}),
        ("the comparison with the backup", said("Compare every object with the backup from before]"), BACKUP),
        ("letting go", said("Let automatic syncs and autoscalers go]"), {}),
        ("the close", said("Close the run]"), {}),
    ]


def back(killer: RunKiller, site: KilledArgo) -> list[Moment]:
    said = killer.says
    return [
        ("judging", said("Look what runs and what the platform uses of it]"), {}),
        ("the plan", said("Plan the move]"), {}),
        ("what is held", site.is_held, {}),
        ("the server back", lambda: not site.is_marked(SERVER)(), {}),
        ("the controller back", lambda: not site.is_marked(CONTROLLER)(), {}),
        ("nothing kept", lambda: site.record() is None, {}),
        ("the validation", said("[agent_platform.ops.workflow_validation : "), {}),
        ("letting go", said("Let automatic syncs and autoscalers go]"), {}),
        ("the close", said("Close the run]"), {}),
    ]


def test_argo_upgrades_killed_in_each_step_end_with_the_old_version_or_the_new_one(lab: Lab, api, site) -> None:
    variables = {
        "platform_kubeconfig": str(lab.kubeconfig_of("upgrade-argo-workflows")),
        "runbook_confirm": "lab",
        "component_upgrade_definitions": [site.argo.definitions(NEW)],
        "component_upgrade_steady": 1,
        "component_upgrade_backup": False,
        "component_upgrade_scratch": False,
    }
    killer = RunKiller(lab, api, "upgrade_argo_workflows", variables, spared=[site.scratch])
    chance = random.Random(f"{SEED} component_upgrade")
    moments = ahead(killer, site)
    forward, backward = decks(chance, moments, back(killer, site))
    # First with a scratch server that stays, since the next run wants none of its own.
    forward = chain([one for one in moments if one[0] == "the comparison"], forward)
    version, landings = OLD, {0, UPGRADE_KILLS // 2}
    for number in range(UPGRADE_KILLS):
        state, moments = (AHEAD, forward) if version == OLD else (BACK, backward)
        name, reached, more = next(moments)
        what = f"{name} on the way {'ahead' if version == OLD else 'back'}"
        killer.kill_at(what, reached, alone=number % 2 == 0, **state, **more)
        wish = state if chance.random() < 0.7 else AHEAD if state is BACK else BACK
        killer.finish(**wish)
        version = site.version()
        assert version == (NEW if wish is AHEAD else OLD)
        if number in landings:
            site.land()
    site.land()
    killer.tally.require_hits()


def kubernetes_ahead(killer: RunKiller, lab: OldLab) -> list[Moment]:
    said, old = killer.says, lab.component("kube-apiserver")
    return [
        ("judging", said("Look at versions, and who uses what goes]"), {}),
        ("the backup", said("[agent_platform.ops.upgrade_kubernetes : Take it]"), {}),
        ("the snapshot", said("Let the provider keep a snapshot]"), {}),
        ("what is kept", lambda: lab.note.get("phase") == "secured", {}),
        ("the note that it moves", lambda: lab.note.get("phase") == "moving", {}),
        ("the first component", lambda: lab.component("kube-apiserver") != old, {}),
        ("the answer", said("Wait until it answers with the version]"), {}),
        ("the first drain", said("Play it through, then drain it]"), {}),
        ("a node that is away", said("Let the provider bring the version]"), {}),
        ("a node that has the version", said("Wait until the node is back with it]"), {}),
        ("a node that comes back", said("Wait until it is ready, and let pods onto it]"), {}),
        ("the comparison", said("Compare every object with the backup]"), {}),
        ("the last look", said("Look how well the platform is]"), {}),
        ("the note that it is done", lambda: lab.note.get("phase") == "done", {}),
    ]


def kubernetes_back(killer: RunKiller, lab: OldLab) -> list[Moment]:
    said = killer.says
    return [
        ("what is lost", said("Look what is lost]"), {}),
        ("the note that it goes back", lambda: lab.note.get("phase") == "rolling_back", {}),
        ("the decryption", said("Decrypt the snapshot]"), {}),
        ("setting back", said("Set the control plane back]"), {}),
        ("the answer", said("Wait until it answers with the version from before]"), {}),
        ("the note that it is back", lambda: lab.note.get("phase") == "rolled_back", {}),
    ]


@pytest.mark.skipif(not KUBERNETES_KILLS, reason="a control plane that moves takes a minute; KUBERNETES_KILLS=18")
def test_kubernetes_upgrades_killed_in_each_step_end_with_the_old_version_or_the_new_one() -> None:
    with old_lab("killed") as lab:
        site = Site(lab)
        lab.rehearse()
        variables = {"platform_kubeconfig": str(lab.kubeconfig_of(RUNBOOK.replace("_", "-"))), "runbook_confirm": "lab"}
        killer = RunKiller(lab, None, RUNBOOK, {**variables, **DRAINS}, spared=[lab.programs])
        chance = random.Random(f"{SEED} upgrades of Kubernetes")
        forward, backward = decks(chance, kubernetes_ahead(killer, lab), kubernetes_back(killer, lab))
        version = OLD_KUBERNETES
        for number in range(KUBERNETES_KILLS):
            is_ahead = version == OLD_KUBERNETES
            name, reached, _more = next(forward if is_ahead else backward)
            what = f"{name} on the way {'ahead' if is_ahead else 'back'}"
            killer.kill_at(what, reached, alone=number % 2 == 0, **_kubernetes_way(lab, ahead=is_ahead))
            goes_ahead = _goes_ahead(lab, is_ahead, chance)
            killer.finish(**_kubernetes_way(lab, ahead=goes_ahead))
            version = NEW_KUBERNETES if goes_ahead else OLD_KUBERNETES
            site.require(version)
            lab.require_at_rest(version)
        site.resume()
        killer.tally.require_hits()


def _kubernetes_way(lab: OldLab, *, ahead: bool) -> dict[str, Any]:
    if ahead:
        return {"upgrade_kubernetes_version": NEW_KUBERNETES}
    return {"upgrade_kubernetes_rollback_to": lab.note["snapshot"]}


def _goes_ahead(lab: OldLab, was_ahead: bool, chance: random.Random) -> bool:
    """Which of the ways the run after a kill may take: what has gone back halfway goes all the way first."""
    where = lab.note.get("phase")
    if where in ("moving", "done"):
        return was_ahead == (chance.random() < 0.7)
    return where != "rolling_back"
