# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the tools of the checkout as a person would, without the settings of the person's own shell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "tests"
#: which of several workers of pytest this is, such as gw0; empty for a run of one
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
TOOLS = Path(sys.executable).parent
#: what lets hundreds of runs pack and compile modules once; it changes nothing else
QUICK = Path(__file__).parent / "quick"
FOREIGN = (
    "ANSIBLE_", "MOLECULE_", "K8S_AUTH_", "KUBECONFIG", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTEST_",
    "AGENT_PLATFORM_",
)  # fmt: skip


def environment(*, private_home: bool = False, **extra: str | Path) -> dict[str, str]:
    """The environment of a tool: the checkout's tools first, nothing of Ansible's settings.

    :param private_home: give the tool a home folder inside the checkout, so that it leaves nothing in the user's
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    env["KUBECACHEDIR"] = str(CACHE / "kube")  # kubectl would make a folder in the home
    # Hundreds of runs compile what they import once, and nothing of it comes to lie in the checkout.
    env["PYTHONPYCACHEPREFIX"] = str(ROOT / ".cache" / "bytecode")
    env.update(PYTHONPATH=str(QUICK), ANSIBLE_CALLBACK_PLUGINS=str(QUICK / "callback"))
    env["PATH"] = f"{TOOLS}{os.pathsep}{env.get('PATH', os.defpath)}"
    if private_home:
        home = CACHE / "home"
        home.mkdir(parents=True, exist_ok=True)
        # The settings of pip (proxy, mirror) stay in force.
        env.setdefault("XDG_CONFIG_HOME", str(Path.home() / ".config"))
        env.update(HOME=str(home), XDG_CACHE_HOME=str(home / ".cache"))
    return env | {name: str(value) for name, value in extra.items()}


def run(
    *command: str | Path,
    cwd: Path = ROOT,
    env: dict[str, str] | None = None,
    timeout: float = 300,
    expect: int | None = 0,
) -> subprocess.CompletedProcess[str]:
    """Run a command without a terminal; fail with its output unless it ends with `expect` (None: any exit code)."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=cwd,
        env=env or environment(),
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        text=True,
        capture_output=True,
    )
    if expect is not None and done.returncode != expect:
        text = (done.stdout + done.stderr).strip()[-8000:]
        raise AssertionError(f"{' '.join(words)}\nended with {done.returncode}, expected {expect}:\n{text}")
    return done


def tracked_files() -> list[Path]:
    """The files of the project as git knows them, also the new ones that are not ignored."""
    listed = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout
    paths = [ROOT / name for name in listed.split("\0") if name]
    return sorted(path for path in paths if path.is_file())


def emptied(folder: Path) -> Path:
    """An empty folder at a path that stays the same from run to run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
