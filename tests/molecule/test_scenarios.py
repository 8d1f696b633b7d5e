# SPDX-License-Identifier: GPL-3.0-or-later
"""The molecule scenarios, on the practice cluster of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commands import ROOT, emptied, environment, run
from tests.support.lab import Lab

SCENARIOS = sorted(path.parent.name for path in (ROOT / "molecule").glob("*/molecule.yml"))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenario(lab: Lab, scenario: str, tmp_path: Path) -> None:
    env = environment(
        private_home=True,
        LAB_KUBECONFIG=lab.kubeconfig,
        LAB_STATE=emptied(tmp_path / "state"),
        MOLECULE_EPHEMERAL_DIRECTORY=emptied(tmp_path / "molecule"),
    )
    run("molecule", "--base-config", "molecule/config.yml", "test", "--scenario-name", scenario, env=env, timeout=600)
