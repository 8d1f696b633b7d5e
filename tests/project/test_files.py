# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in the files: nothing of the machine they were written on, licences, links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.commands import ROOT, run, tracked_files

# Locks name where each file comes from, with its checksum; nothing else may depend on a certain registry.
LOCKS = {"go.sum", "uv.lock"}
REGISTRIES = [".".join(parts) for parts in (
    ("proxy", "golang", "org"), ("sum", "golang", "org"), ("pypi", "org"), ("files", "pythonhosted", "org"),
    ("registry", "npmjs", "org"), ("deb", "debian", "org"),
)]  # fmt: skip
MACHINE = re.compile(rf"(?<![\w./~-])/(?:work|root)/|{re.escape(str(ROOT))}(?!\w)")


def _texts() -> list[tuple[str, str]]:
    found = []
    for path in tracked_files():
        data = path.read_bytes()
        if b"\0" not in data:
            found.append((str(path.relative_to(ROOT)), data.decode()))
    return found


def test_no_path_of_a_machine() -> None:
    own = str(Path(__file__).relative_to(ROOT))
    assert [name for name, text in _texts() if name != own and MACHINE.search(text)] == []


def test_no_registry_outside_the_locks() -> None:
    texts = [(name, text) for name, text in _texts() if Path(name).name not in LOCKS]
    assert [(name, host) for name, text in texts for host in REGISTRIES if host in text] == []


def test_the_lock_file_names_no_other_index() -> None:
    index = f"https://{REGISTRIES[2]}/simple"
    assert set(re.findall(r'registry = "([^"]+)"', (ROOT / "uv.lock").read_text())) == {index}


def test_python_files_name_their_licence() -> None:
    python = [(name, text) for name, text in _texts() if name.endswith(".py") and text.strip()]
    assert [name for name, text in python if "SPDX-License-Identifier: GPL-3.0-or-later" not in text[:400]] == []


@pytest.mark.parametrize("page", [name for name, _text in _texts() if name.endswith(".md")])
def test_links_between_pages_lead_somewhere(page: str) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", (ROOT / page).read_text(), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in links if not (ROOT / page).parent.joinpath(link.split("#")[0]).exists()] == []


def test_changelog_fragments_are_well_formed() -> None:
    run("antsibull-changelog", "lint")
    run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
