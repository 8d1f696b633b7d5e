# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import (
    CATALOGUE,
    NEVER,
    WORK,
    Kind,
    catalogue,
    served,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

from tests.support.commands import ROOT


def offered(resource, api, kind="Thing", namespaced=True):
    return {"resource": resource, "api": api, "kind": kind, "namespaced": namespaced}


def test_every_kind_stands_once_in_the_order_of_restoration_and_none_of_a_moment_is_among_them():
    names = [kind.resource for kind in CATALOGUE]
    assert len(set(names)) == len(names)
    assert [kind.wave for kind in CATALOGUE] == sorted(kind.wave for kind in CATALOGUE)
    assert not NEVER & set(names)


def test_what_acts_on_work_comes_after_it_and_what_may_refuse_both_last():
    places = {kind.resource: kind.wave for kind in CATALOGUE}
    work = max(places["workflows.argoproj.io"], places["coderuns.agents.platform"])
    actors = [places[f"{plural}.apps"] for plural in ("deployments", "statefulsets", "daemonsets")]
    assert work < min(actors)
    assert max(actors) < places["validatingwebhookconfigurations.admissionregistration.k8s.io"]


def test_the_role_may_list_exactly_these_kinds():
    rules = yaml.safe_load((ROOT / "roles" / "backup" / "meta" / "rbac.yml").read_text())["cluster"]
    listed = {
        f"{plural}.{group}".rstrip(".")
        for rule in rules
        if rule["verbs"] == ["list"]
        for group in rule["apiGroups"]
        for plural in rule["resources"]
    }
    assert listed == {kind.resource for kind in CATALOGUE}


@pytest.mark.parametrize(
    ("resource", "plural", "group"),
    [("secrets", "secrets", ""), ("jobs.batch", "jobs", "batch"), ("a.b.example.org", "a", "b.example.org")],
)
def test_a_resource_is_a_plural_and_a_group(resource, plural, group):
    kind = Kind(resource, WORK)
    assert (kind.plural, kind.group) == (plural, group)


def test_a_site_adds_kinds_and_says_of_known_ones_that_their_status_is_state():
    asked = [{"resource": "jobs.batch"}, {"resource": "services", "status": True}, {"resource": "jobs.batch"}]
    assert len(catalogue(asked)) == len(CATALOGUE) + 1
    kinds = {one.resource: one for one in catalogue(asked)}
    assert kinds["jobs.batch"] == Kind("jobs.batch", WORK)
    assert kinds["services"].status
    assert kinds["services"].wave == next(one.wave for one in CATALOGUE if one.resource == "services")
    assert catalogue([{"resource": "workflows.argoproj.io"}]) == CATALOGUE


@pytest.mark.parametrize("resource", ["", "Jobs", "jobs batch", "jobs..batch", "../x", "{{ x }}", "a\nb", "-a"])
def test_what_is_no_resource_is_refused(resource):
    with pytest.raises(OpsError, match=r"is no resource; give it as plural\.group"):
        catalogue([{"resource": resource}])


@pytest.mark.parametrize("resource", sorted(NEVER))
def test_what_tells_of_a_moment_is_refused(resource):
    with pytest.raises(OpsError, match="tells of a moment"):
        catalogue([{"resource": resource}])


def test_of_several_versions_the_one_that_the_server_prefers_is_read():
    kinds = [Kind("jobs.batch", WORK), Kind("things.example.org", WORK)]
    found, missing = served(kinds, [offered("jobs.batch", "batch/v2"), offered("jobs.batch", "batch/v1")])
    assert [(one.kind, one.api) for one in found] == [(kinds[0], "batch/v2")]
    assert missing == [kinds[1]]
