# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest


@pytest.mark.parametrize("module", ["lab_objects", "lab_access"])
def test_without_a_kubeconfig_it_says_so(run_module, tmp_path, module):
    options = {"kubeconfig": str(tmp_path / "kubeconfig")}
    if module == "lab_access":
        options["manifests"] = []
    result = run_module(module, **options)
    assert f"kubeconfig {tmp_path}/kubeconfig does not exist" in result["msg"]


def test_a_manifest_that_is_not_there_is_named(run_module, tmp_path):
    result = run_module("lab_access", kubeconfig=str(tmp_path / "kubeconfig"), manifests=["/nowhere/rbac.yml"])
    assert "manifest /nowhere/rbac.yml cannot be read" in result["msg"]


def test_kustomizations_need_kubectl(run_module):
    assert run_module("lab_objects", kustomizations=["/nowhere"])["msg"] == "kustomizations need kubectl"
