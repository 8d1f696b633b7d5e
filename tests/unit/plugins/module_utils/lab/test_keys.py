# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import identities_of, signer_of
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.keys import ensure
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import Layout


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path):
    layout = Layout(tmp_path, "lab")
    both = [str(layout.signing_key), str(layout.identity)]
    assert ensure(layout, dry_run=True) == both
    assert not list(tmp_path.iterdir())
    assert ensure(layout, dry_run=False) == both
    files = sorted((tmp_path / "keys").iterdir())
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    texts = [path.read_text() for path in files]
    assert ensure(layout, dry_run=False) == []
    assert [path.read_text() for path in files] == texts
    layout.identity.unlink()
    assert ensure(layout, dry_run=False) == [str(layout.identity)]


def test_they_sign_and_decrypt_what_their_public_keys_say(tmp_path):
    layout = Layout(tmp_path, "lab")
    ensure(layout, dry_run=False)
    assert (
        signer_of(str(layout.signing_key)).public == layout.signing_key.with_name("signing_key.pub").read_text().strip()
    )
    (identity,) = identities_of(str(layout.identity))
    assert str(identity.to_public()) == layout.identity.with_name("identity.age.pub").read_text().strip()
