# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-test sanity, all of its tests, over the built collection and without an ignore file."""

from __future__ import annotations

import sys
import textwrap

import pytest

from tests.support.artifact import Artifact
from tests.support.commands import CACHE, environment, run

PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
# ansible-test fetches get-pip.py from its own server, unless it finds the file already. Python's own ensurepip does the
# same work. It must be a process of its own: inside this one it would switch the configuration of pip off.
GET_PIP = """
    import subprocess
    import sys

    subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL)
    packages = [argument for argument in sys.argv[1:] if not argument.startswith("--no-")]
    subprocess.check_call([sys.executable, "-m", "pip", "install", *packages])
"""
GET_PIP_VERSIONS = ("24_2", "25_2")


def test_sanity(artifact: Artifact) -> None:
    home = CACHE / "sanity-home"
    bootstrap = home / ".ansible" / "test" / "cache"
    bootstrap.mkdir(parents=True, exist_ok=True)
    for version in GET_PIP_VERSIONS:
        (bootstrap / f"get_pip_{version}.py").write_text(textwrap.dedent(GET_PIP).lstrip())
    # Inside the checkout ansible-test would ask git for the files of the checkout, and find none to test.
    run("git", "init", "--quiet", cwd=artifact.collection)
    run("git", "add", "--all", cwd=artifact.collection)
    done = run(
        "ansible-test", "sanity", "--lint", "--python", PYTHON,
        cwd=artifact.collection, env=environment(private_home=True, HOME=home), timeout=1200, expect=None,
    )  # fmt: skip
    assert "All targets skipped" not in done.stderr
    if done.stdout or done.returncode:
        pytest.fail(done.stdout or done.stderr[-4000:], pytrace=False)
