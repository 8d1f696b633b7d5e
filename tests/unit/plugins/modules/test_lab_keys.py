# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations


def test_keys_are_made_once_and_planned_before(run_module, tmp_path):
    options = {"name": "lab", "directory": str(tmp_path)}
    both = [f"{tmp_path}/keys/signing_key", f"{tmp_path}/keys/identity.age"]
    planned = run_module("lab_keys", check=True, **options)
    assert (planned["changed"], planned["made"]) == (True, both)
    assert not (tmp_path / "keys").exists()
    made = run_module("lab_keys", **options)
    assert (made["changed"], made["made"]) == (True, both)
    assert "AGE-SECRET" not in str(made)
    again = run_module("lab_keys", **options)
    assert (again["changed"], again["made"]) == (False, [])
