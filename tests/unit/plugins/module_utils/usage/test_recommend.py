# SPDX-License-Identifier: GPL-3.0-or-later
"""What is recommended, chosen and shown: recommend, scaling, choice, ideas, prices and tuning_report."""

from __future__ import annotations

from decimal import Decimal

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import choice, recommend, scaling, tuning_report
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.demand import Container
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.ideas import ideas
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.prices import prices, told
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.queries import Used
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.recommend import Scale
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.sizing import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.workloads import Workload
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.usage_objects import workload

GI = 1024**3
POLICY = Policy(80, 95, 100, 604_800)
PRICES = prices({"cpu_month": 20, "memory_gib_month": 4, "storage_gib_month": "0.1", "currency": "EUR"})
WEB, REX, SENSOR = (Workload(*one) for one in (("Deployment", "argo", "web"), ("agent", "argo", "5dlabs-rex"),
                                               ("Deployment", "argo", "sensor")))  # fmt: skip
HISTORY = Used(0.1, 0.1 * GI, 0.1 * GI, 2000, 1)


def sizes(workloads, used=HISTORY, pods=2, generated=()):
    asked = {"cpu": Decimal(1), "memory": Decimal(GI)}
    containers = {(one, "main"): Container(dict(asked), {}, pods) for one in workloads}
    usage = {(one, "main"): used for one in workloads} if used else {}
    return list(recommend.resources(containers, usage, POLICY, PRICES, generated))


def test_a_recommendation_has_evidence_saving_price_and_the_change():
    [one] = sizes([WEB])
    assert one["id"] == "deployment/argo/web/resources"
    assert (one["verdict"], one["now"]) == ("lower", "main: cpu 1, memory 1024Mi")
    assert one["proposed"] == "main: cpu 130m, memory 128Mi"
    assert one["evidence"] == "main: p95 100 m CPU and 102.4 MiB, at most 102.4 MiB; 2,000 samples of 1 pod in 7 d"
    assert one["saves"] == {"cpu": 1.74, "memory": 2 * 0.875 * GI}
    assert one["month"] == round(1.74 * 20 + 1.75 * 4, 2)
    change = {"kind": "Deployment", "namespace": "argo", "name": "web"}
    assert one["change"] == {**change, "containers": [{"name": "main", "requests": {"cpu": "130m", "memory": "128Mi"}}]}


@pytest.mark.parametrize(
    ("of", "used", "generated", "words"),
    [
        (REX, HISTORY, (), "the CodeRun controller makes these pods"),
        (SENSOR, HISTORY, (SENSOR,), "Argo Events makes it"),
        (Workload("DaemonSet", "argo", "x"), HISTORY, (), "are not changed here"),
        (WEB, Used(0.1, 0.1 * GI, 0.1 * GI, 1, 1, weak=True), (), "one look at the metrics is no history"),
    ],
)
def test_what_a_person_must_do_has_no_change_and_says_why(of, used, generated, words):
    [one] = sizes([of], used, generated=generated)
    assert one["change"] is None
    assert words in one["by_hand"]


def test_without_data_nothing_is_proposed():
    [one] = sizes([WEB], None)
    assert (one["verdict"], one["proposed"], one["change"], one["by_hand"]) == ("not_enough_data", "", None, "")
    assert one["evidence"] == "main: nobody measured it"


def replicas(item, may_be_several=("web",), autoscalers=()):
    [one] = recommend.replicas([item], Scale(3, frozenset(may_be_several)), autoscalers)
    return one


def scaler(name="web"):
    return {
        "metadata": {"namespace": "argo", "name": "hpa"},
        "spec": {"scaleTargetRef": {"kind": "Deployment", "name": name}},
    }


def test_three_of_each_controller_are_recommended():
    one = replicas(workload())
    assert (one["verdict"], one["now"], one["proposed"]) == ("raise", "1", "3")
    assert one["change"] == {"kind": "Deployment", "namespace": "argo", "name": "web", "replicas": 3}
    assert replicas(workload(replicas=3))["verdict"] == replicas(workload(replicas=4))["verdict"] == "fits"
    assert replicas(workload(replicas=0))["change"] is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"may_be_several": ()}, "nobody said that several of it share the work"),
        ({"autoscalers": [scaler()]}, "HorizontalPodAutoscaler hpa decides"),
    ],
)
def test_more_of_a_controller_are_not_simply_started(options, words):
    one = replicas(workload(), **options)
    assert (one["change"], words in one["by_hand"]) == (None, True)
    assert replicas(workload(), autoscalers=[scaler("other"), None, {}])["change"]


def test_a_controller_that_does_not_choose_a_leader_stays_alone():
    item = workload()
    [container] = item["spec"]["template"]["spec"]["containers"]
    container["env"] = [{"name": "LEADER_ELECTION_DISABLE", "value": "true"}]
    assert "LEADER_ELECTION_DISABLE is set" in replicas(item)["by_hand"]


def test_the_autoscaler_that_is_proposed_follows_the_queue():
    proposed = scaling.autoscaler("agent-platform", "controller", 3, 10)
    [metric] = proposed["spec"]["metrics"]
    assert metric["external"]["metric"]["name"] == "argo_workflows_queue_depth_gauge"
    assert proposed["spec"]["maxReplicas"] == 3


@pytest.mark.parametrize(
    ("taken", "verdict", "proposed"),
    [(1 * GI, "lower", "2.0 GiB"), (9.5 * GI, "raise", "12.0 GiB"), (6 * GI, "fits", "")],
)
def test_new_workspaces_are_sized_by_the_fullest(taken, verdict, proposed):
    claims = [
        {"namespace": "a", "name": name, "requested": 10 * GI, "service": "x"} for name in ("one", "two", "unknown")
    ]
    used = {("a", "one"): taken, ("a", "two"): 0.5 * GI}
    [one] = recommend.workspaces(claims, used, POLICY, PRICES)
    assert (one["verdict"], one["proposed"], one["change"]) == (verdict, proposed, None)
    assert one["saves"] == ({"storage": 16 * GI} if verdict == "lower" else {})
    assert list(recommend.workspaces(claims, {}, POLICY, PRICES)) == []


ROWS = [*sizes([WEB]), replicas(workload()), *sizes([SENSOR], None)]


def test_names_are_turned_into_one_change_for_each_workload():
    chosen = choice.to_apply(choice.names_of("Deployment/argo/web/resources, deployment/argo/web/replicas"), ROWS)
    assert chosen["refusal"] == ""
    [change] = chosen["changes"]
    assert (change["replicas"], change["containers"][0]["name"]) == (3, "main")


@pytest.mark.parametrize(
    ("name", "rows", "words"),
    [
        ("nothing", ROWS, "'nothing' is no recommendation"),
        ("deployment/argo/sensor/resources", ROWS, "there is not enough data"),
        ("agent/argo/5dlabs-rex/resources", sizes([REX]), "is not changed by a runbook: the CodeRun controller"),
        ("{{ x }}", ROWS, "is no recommendation"),
    ],
)
def test_a_name_that_cannot_be_carried_out_is_refused(name, rows, words):
    chosen = choice.to_apply([name], rows)
    assert chosen["changes"] == []
    assert words in chosen["refusal"]


def test_what_fits_already_leaves_nothing_to_do():
    assert choice.to_apply(["deployment/argo/web/replicas"], [replicas(workload(replicas=3))])["changes"] == []


def test_workloads_are_named_for_being_taken_back():
    web = {"kind": "Deployment", "namespace": "argo", "name": "web"}
    both = choice.to_revert(choice.names_of(["deployment/argo/web", "deployment/argo/web/replicas"]))
    assert both == {"changes": [web], "refusal": ""}
    assert choice.to_revert(["all"]) == {"changes": [], "refusal": ""}
    for odd in ("web", "pod/a/b", "deployment//web", "deployment/a/b/c/d"):
        assert "is neither all nor a workload" in choice.to_revert([odd])["refusal"]


def test_the_reader_hears_first_what_is_too_small():
    rows = tuning_report.ordered(ROWS)
    assert [row["verdict"] for row in rows] == ["raise", "lower", "not_enough_data"]
    assert tuning_report.line(rows, PRICES) == (
        "1 to raise · 1 to lower (saves 1.7 cores CPU, 1.8 GiB memory, 41.80 EUR a month) · not enough data for 1"
    )
    assert [(one["status"], one["value"]) for one in tuning_report.findings(rows)] == [
        ("warning", None), ("unknown", 1), ("ok", 1)]  # fmt: skip
    assert [one["value"] for one in tuning_report.measures(rows)] == [1, 1.74, 1.75 * GI]
    sizes_table, plays = tuning_report.tables(rows, ideas({}), PRICES)
    assert sizes_table["rows"][1][2] == "lower to main: cpu 130m, memory 128Mi"
    assert sizes_table["rows"][1][4:] == ["1.7 cores CPU, 1.8 GiB memory; 41.80 EUR a month", "by its name"]
    assert plays["rows"][0][1] == "unknown"
    assert tuning_report.line([], PRICES) == "nothing runs here"


def test_one_look_accuses_nobody():
    weak = sizes([WEB], Used(2.0, 2.0 * GI, 2.0 * GI, 1, 1, weak=True))
    assert [one["status"] for one in tuning_report.findings(weak)] == ["unknown"]


def test_ideas_have_evidence_or_say_that_there_is_not_enough_data():
    first, second, holds = ideas({"5dlabs-rex": [3600.0] * 5, "5dlabs-cleo": [600.0] * 6, "5dlabs-tess": [60.0]})
    assert (first["saves"], first["evidence"]) == (600.0, "cleo: 10 min (median of 6), rex: 1 h (median of 5)")
    assert (second["saves"], second["evidence"][:15]) == (None, "not enough data")
    assert holds["saves"] is None


def test_prices_are_optional_and_refused_where_they_are_none():
    assert prices({}).month({"cpu": 1}) is None
    assert prices({"cpu_month": 1}).month({"cpu": 1, "memory": 1}) is None
    assert PRICES.month({"cpu": Decimal("0.5"), "storage": 10 * GI}) == 11.0
    assert prices({"cpu_month": 1}).words(2.5) == "2.50 a month"
    assert told({"cpu": 0.0, "memory": 0}) == "nothing"
    for odd in ({"cpu": 1}, {"cpu_month": "x"}, {"cpu_month": -1}, {"cpu_month": True}, {"cpu_month": "NaN"}):
        with pytest.raises(OpsError, match="prices: "):
            prices(odd)
