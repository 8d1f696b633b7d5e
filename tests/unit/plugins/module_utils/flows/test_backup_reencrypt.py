# SPDX-License-Identifier: GPL-3.0-or-later
"""What a backup is encrypted anew from, and for whom. That it is the same afterwards is tested with copies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyrage
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_reencrypt
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_reencrypt import Order

from tests.support.backup_stores import PLATFORM
from tests.support.whole_backups import WholeBackups


@pytest.fixture
def backups(tmp_path: Path) -> WholeBackups:
    return WholeBackups(tmp_path)


def order(backups: WholeBackups, *recipients: str) -> Order:
    whom = keys.recipients(recipients)
    store = backups.store
    return Order(store, store, PLATFORM, [backups.identity], whom, backups.signer, backups.trusted)


def other() -> str:
    return str(pyrage.x25519.Identity.generate().to_public())


def test_for_exactly_these_in_any_order(backups: WholeBackups) -> None:
    first, second = backups.recipient, other()
    made = backups.take(recipients=[first, second])
    assert order(backups, second, first).is_for_them(made)
    assert not order(backups, first).is_for_them(made)
    assert not order(backups, first, second, other()).is_for_them(made)


def test_one_that_was_encrypted_twice_still_names_the_one_that_was_taken(backups: WholeBackups) -> None:
    made = backups.take()
    once, _new = backup_reencrypt.encrypt(order(backups, other(), backups.recipient), made, 2)
    twice, _new = backup_reencrypt.encrypt(order(backups, other()), once, 2)
    assert (once.id, once.copy_of) == (f"{made.id}-2", made.id)
    assert (twice.id, twice.copy_of) == (f"{made.id}-3", made.id)


def test_only_one_that_is_believed_counts_as_done(backups: WholeBackups) -> None:
    made = backups.take()
    whom = other()
    assert order(backups, whom).find(made) is None
    fresh, _new = backup_reencrypt.encrypt(order(backups, whom), made, 2)
    assert order(backups, whom).find(made) == fresh
    assert order(backups, other()).find(made) is None
    backups.sign_by_another(fresh)
    assert order(backups, whom).find(made) is None


def test_parts_that_are_encrypted_for_them_already_are_relied_on(backups: WholeBackups) -> None:
    made = backups.take()
    whom = other()
    _fresh, written = backup_reencrypt.encrypt(order(backups, whom), made, 2)
    again = order(backups, whom)
    again.look_for_parts()
    _fresh, rewritten = backup_reencrypt.encrypt(again, replace(made, reason="again"), 2)
    assert (written > 0, rewritten) == (True, 0)
