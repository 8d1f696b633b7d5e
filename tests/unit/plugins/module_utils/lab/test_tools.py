# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import tools as tools_module
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.cache import Cache
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.tools import AUTO, BUILD, CACHED, DOWNLOAD, Tools
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.toolsets import ToolSet

SETS = (
    ToolSet("etcd", "example.org/etcd", {"server": "etcd"}, cold_seconds=20),
    ToolSet("kwok", "example.org/kwok", {"kwok": "kwok"}, cold_seconds=100),
)
LIST = [{"tool": name, "url": f"http://127.0.0.1/{name}", "sha256": "0" * 64} for name in ("etcd", "kwok")]


@pytest.fixture
def setup(tmp_path, monkeypatch):
    """Tools over two small sets whose making only writes a file; ``made`` lists what was made and how."""
    made = []

    def fake_build(toolset, version, folder, target, log, lock):
        made.append(("build", toolset.name))
        for name in toolset.binaries.values():
            (target / "bin" / name).write_text(version)

    def fake_download(toolset, entries, target):
        made.append(("download", toolset.name))
        for name in toolset.binaries.values():
            (target / "bin" / name).write_text(entries[name]["url"])

    monkeypatch.setattr(tools_module, "build", fake_build)
    monkeypatch.setattr(tools_module, "download", fake_download)
    monkeypatch.setenv("AGENT_PLATFORM_PROGRESS", str(tmp_path / "progress"))
    for toolset in SETS:
        folder = tmp_path / "modules" / toolset.name
        folder.mkdir(parents=True)
        (folder / "go.mod").write_text(f"require {toolset.module} v1.0.0\n")
        (folder / "go.sum").write_text("")

    def new(source=AUTO, downloads=()):
        folders = {toolset.name: tmp_path / "modules" / toolset.name for toolset in SETS}
        return Tools(Cache(tmp_path / "tools"), SETS, folders, source, list(downloads))

    new.made = made
    new.root = tmp_path
    return new


def test_what_is_missing_is_made_once(setup):
    assert [one.name for one in setup().ensure()] == ["etcd", "kwok"]
    assert setup().ensure() == []
    assert setup.made == [("build", "etcd"), ("build", "kwok")]


def test_each_set_tells_its_start_and_its_end(setup):
    setup().ensure()
    lines = [json.loads(line) for line in (setup.root / "progress").read_text().splitlines()]
    assert [(line["task"], line["done"], line["total"]) for line in lines] == [
        ("lab_tools", done, 2) for done in (0, 1, 1, 2)
    ]
    assert [line["message"] for line in lines] == [
        "building etcd v1.0.0 (1/2), about 20 s with cold caches",
        "built etcd v1.0.0 in 0 s",
        "building kwok v1.0.0 (2/2), about 100 s with cold caches",
        "built kwok v1.0.0 in 0 s",
    ]


def test_a_broken_one_is_made_again_and_told(setup):
    setup().ensure()
    tools = setup()
    program = tools.result()["binaries"]["etcd"]
    with open(program, "w") as stream:
        stream.write("broken")
    assert [one.name for one in tools.ensure()] == ["etcd"]
    assert "etcd does not match" in tools.faults[0]
    assert tools.missing() == []


def test_another_pin_is_another_build(setup):
    setup().ensure()
    (setup.root / "modules" / "kwok" / "go.mod").write_text("require example.org/kwok v1.1.0\n")
    assert [(one.name, one.version) for one in setup().ensure()] == [("kwok", "v1.1.0")]


def test_one_that_another_set_up_made_meanwhile_is_not_made_again(setup):
    late = setup()
    missing = late.missing()
    setup().ensure()
    late.missing = lambda: missing
    assert late.ensure() == []
    assert len(setup.made) == 2


def test_downloaded_ones_serve_auto_but_not_build(setup):
    assert [one.source for one in setup(DOWNLOAD, LIST).ensure()] == ["downloaded", "downloaded"]
    assert setup(AUTO).missing() == []
    assert [wanted.toolset.name for wanted in setup(BUILD).missing()] == ["etcd", "kwok"]


def test_the_result_names_every_program(setup):
    result = setup().result()
    assert set(result["binaries"]) == {"etcd", "kwok"}
    assert result["versions"] == {"etcd": "v1.0.0", "kwok": "v1.0.0"}
    assert result["manifests"] == {}


def test_a_missing_module_is_told(setup):
    (setup.root / "modules" / "kwok" / "go.sum").unlink()
    with pytest.raises(OpsError, match=r"tool set kwok: .*go\.sum cannot be read"):
        setup()


def test_cached_makes_nothing_and_says_what_is_missing(setup):
    setup(DOWNLOAD, LIST).ensure()
    assert setup(CACHED).ensure() == []
    (next((setup.root / "tools").glob("kwok-*")) / "bin" / "kwok").unlink()
    made = list(setup.made)
    with pytest.raises(OpsError, match=r"the cache of tools lacks kwok v1\.0\.0, and nothing is to be made"):
        setup(CACHED).ensure()
    assert setup.made == made
