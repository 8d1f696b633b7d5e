# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import places


def installed(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "ROOT", tmp_path)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/srv/ops")


def test_a_checkout_keeps_its_state_itself():
    assert places.state_directory() == str(places.ROOT / ".state")


def test_an_installed_collection_keeps_it_where_the_user_keeps_state(tmp_path, monkeypatch):
    installed(tmp_path, monkeypatch)
    assert places.state_directory() == "/srv/ops/.local/state/agent_platform_ops"
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert places.state_directory() == "/state/agent_platform_ops"


def test_a_configured_folder_wins(monkeypatch):
    monkeypatch.setenv("HOME", "/srv/ops")
    assert places.state_directory("~/platform") == "/srv/ops/platform"


def test_the_state_folder_is_the_store_unless_there_is_one():
    assert places.store_url("", "/state") == "file:///state"
    assert places.store_url("s3://bucket/prefix", "/state") == "s3://bucket/prefix"


def test_the_version_comes_from_the_checkout_or_the_manifest(tmp_path, monkeypatch):
    assert places.version().count(".") == 2
    installed(tmp_path, monkeypatch)
    assert places.version() == "unknown"
    (tmp_path / "MANIFEST.json").write_text('{"collection_info": {"version": "1.2.3"}}')
    assert places.version() == "1.2.3"
