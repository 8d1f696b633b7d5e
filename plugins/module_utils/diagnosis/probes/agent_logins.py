# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probes: why an agent cannot log in. Pure. Private API.

No Secret is read: a pod says itself when it does not get one, and External Secrets says whether it could make it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import as_label
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis import login_words
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.login_words import Complaint
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Answer, Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.seen_pods import (
    FACTS,
    PODS,
    Seen,
    main_of,
    own,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, about, mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.containers import CANNOT_START, containers
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import (
    age,
    because,
    called,
    conditions,
    kubectl,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

#: sources: logs of agents, and what GitHub says of the installations of Apps
LOGS, INSTALLATIONS = "agent_logs", "installations"
#: what an agent needs for pushes and pull requests
NEEDED = {"contents": "write", "pull_requests": "write", "metadata": "read"}
_SECRET_FACTS = (*FACTS, "secret")
_ENOUGH = {"read": ("read", "write", "admin"), "write": ("write", "admin")}


def secret_delivery(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """missing or delivered, by the newest pod that tells."""
    secret = _secret(scene)
    events = [] if scene.snapshot.missing("events") else scene.seen("events")
    for one in own(scene):
        refusal = next(_refusals(one, secret, events, scene), "")
        facts = {**one.facts, "secret": secret}
        if refusal:
            described = kubectl("describe", "pod", one.pod.name, namespace=one.pod.namespace)
            return answer("missing", f"{one.name}: {refusal}", described, **facts)
        main = main_of(one, scene)
        if main and (main.running or main.ended or main.ran_before):
            return answer("delivered", f"{one.name} started, so it got its Secrets", **facts)
    return answer(UNKNOWN, "no pod of the agent tells whether it got its Secret", secret=secret)


def external_secret(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """synced, failing or absent."""
    secret = _secret(scene)
    found = next((one for one in scene.items("external_secrets") if secret in _makes(one)), None)
    if found is None:
        return answer("absent", f"no ExternalSecret makes the Secret {secret}", secret=secret)
    named = about(found, "ExternalSecret")
    ready = conditions(found).get("Ready", {})
    seconds = age(mapping(found.get("status")).get("refreshTime"), scene.now)
    since = "" if seconds is None else f", last refreshed {format_age(seconds)} ago"
    shown = kubectl("describe", "externalsecret", named["name"], namespace=named["namespace"])
    if ready.get("status") == "True":
        return answer("synced", f"{called(found, 'ExternalSecret')} is in sync{since}", shown, secret=secret)
    if ready.get("status") == "False":
        words = f"{called(found, 'ExternalSecret')} is not in sync{because(ready)}{since}"
        return answer("failing", words, shown, secret=secret)
    return answer(UNKNOWN, f"{called(found, 'ExternalSecret')} does not say whether it is in sync", secret=secret)


def login_complaints(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """The kind of the last complaint, or none."""
    logs = list(_logs(scene, others=False))
    if not logs:
        raise CannotLook("there is no log of this agent to read")
    for row in logs:
        complaint = login_words.last(text(row.get("text")))
        if complaint:
            facts = {name: text(row.get(name)) for name in ("pod", "namespace", "node")}
            return answer(complaint.kind, _said(row, complaint), _log(row), **facts)
    names = ", ".join(text(row.get("pod")) for row in logs)
    return answer("none", f"the last lines of {names} complain of no login", _log(logs[0]))


def others_complain(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """several or alone."""
    mine = next(filter(None, (_complaint(row) for row in _logs(scene, others=False))), None)
    others = list(_logs(scene, others=True))
    if not others or not mine:
        raise CannotLook("there is no log of another agent to compare with")
    same = [(row, found) for row in others if (found := _complaint(row)) and found.kind == mine.kind]
    if same:
        return answer("several", *(_said(row, found) for row, found in same[:3]))
    agents = ", ".join(sorted({text(row.get("github_user")) for row in others}))
    return answer("alone", f"{agents} complain of nothing like it")


def github_app(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """suspended, lacking or fine."""
    slug = as_label(scene.subject.get("github_app", ""))
    rows = [mapping(row) for row in scene.value(INSTALLATIONS)]
    mine = next((row for row in rows if as_label(text(row.get("app_slug"))) == slug), None)
    if mine is None:
        return answer("suspended", f"App {slug} is not among the {len(rows)} installations of the organisation")
    if mine.get("suspended_at"):
        return answer("suspended", f"App {slug} is suspended since {text(mine['suspended_at'])}")
    given = mapping(mine.get("permissions"))
    lacking = [f"{name}: {level}" for name, level in NEEDED.items() if given.get(name) not in _ENOUGH[level]]
    if lacking:
        return answer("lacking", f"App {slug} lacks {', '.join(lacking)}")
    return answer("fine", f"App {slug} is installed and has {', '.join(sorted(NEEDED))}")


def _secret(scene: Scene) -> str:
    return f"github-app-{scene.subject.get('github_user', '')}"


def _refusals(one: Seen, secret: str, events: list[Item], scene: Scene) -> Iterator[str]:
    """What says that the pod waits for its Secret."""
    for container in containers(one.item, scene.now):
        if container.waiting in CANNOT_START and secret in container.said:
            yield f"{container.name} cannot be started: {container.said}"
    if one.pod.is_ended or one.pod.ready:
        return
    for event in events:
        involved, words = mapping(event.get("involvedObject")), text(event.get("message"))
        if involved.get("uid") == one.pod.uid and event.get("reason") == "FailedMount" and secret in words:
            yield words


def _makes(one: Item) -> tuple[str, str]:
    """The name of the Secret that an ExternalSecret makes: its target's, else its own."""
    target = mapping(mapping(one.get("spec")).get("target"))
    return text(target.get("name")), about(one)["name"] if not target.get("name") else ""


def _logs(scene: Scene, *, others: bool) -> Iterator[Item]:
    """Logs that say anything: that of a pod which never started is empty."""
    mine = scene.subject.get("github_user", "")
    for row in map(mapping, scene.value(LOGS)):
        if (row.get("github_user") != mine) == others and text(row.get("text")):
            yield row


def _complaint(row: Item) -> Complaint | None:
    return login_words.last(text(row.get("text")))


def _said(row: Item, complaint: Complaint) -> str:
    times = f" ({complaint.count} times)" if complaint.count > 1 else ""
    return f"Pod {text(row.get('namespace'))}/{text(row.get('pod'))}{times}: {complaint.line}"


def _log(row: Item) -> str:
    container = ("-c", text(row["container"])) if text(row.get("container")) else ()
    return kubectl("logs", text(row.get("pod")), *container, "--tail=200", namespace=text(row.get("namespace")))


PROBES = (
    Probe(
        "secret_delivery",
        "whether its pods get the Secret of its GitHub App",
        ("missing", "delivered"),
        secret_delivery,
        (PODS, "events"),
        _SECRET_FACTS,
    ),
    Probe(
        "external_secret",
        "whether External Secrets could make that Secret",
        ("synced", "failing", "absent"),
        external_secret,
        ("external_secrets",),
        ("secret",),
    ),
    Probe(
        "login_complaints",
        "of which login its log complains last",
        (*login_words.KINDS, "none"),
        login_complaints,
        (LOGS, PODS),
        ("pod", "namespace", "node"),
    ),
    Probe(
        "others_complain",
        "whether logs of other agents complain of the same",
        ("several", "alone"),
        others_complain,
        (LOGS, PODS),
    ),
    Probe(
        "github_app",
        "what GitHub says of its App",
        ("suspended", "lacking", "fine"),
        github_app,
        (INSTALLATIONS,),
    ),
)
