# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of modules, plugins and roles, as ansible-doc and the documentation builder read it."""

from __future__ import annotations

import sysconfig

from tests.support.artifact import Artifact
from tests.support.commands import environment, run


def test_documentation_of_plugins_and_roles(artifact: Artifact) -> None:
    env = environment(private_home=True, ANSIBLE_COLLECTIONS_PATH=f"{artifact.path}:{sysconfig.get_path('purelib')}")
    run("antsibull-docs", "lint-collection-docs", "--plugin-docs", ".", cwd=artifact.collection, env=env)
