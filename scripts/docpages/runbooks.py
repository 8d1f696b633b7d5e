# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of each runbook, from what its playbook declares."""

from __future__ import annotations

import re

from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.platform import CHECKS
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.catalog import Description
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.inputs import (
    arguments,
    belongs_to,
    declared,
    placeholder,
)

from docpages import trees
from docpages.markdown import (
    block,
    bullets,
    code,
    container,
    facts,
    page,
    prose,
    section,
    semantic,
    table,
    words,
)
from docpages.source import Source

_TEMPLATE = re.compile(r"\{\{ *(\w+) *\| *default\('(\w+)'\) *\}\}")
ON_FAILURE = {
    "continue": "The run goes on with the next step, and ends as failed.",
    "stop": "The run stops here, and ends as failed.",
    "rollback": "What was done is undone, last step first, and the run ends as failed.",
}
TYPES = {"incident": "incident", "deployment": "deployment", "maintenance": "maintenance", "on_call": "on call"}
#: Headings that a person finds on the page of every runbook, in this order.
HEADINGS = (
    "When to use it",
    "When not to use it",
    "Expected outcome",
    "Start it",
    "Prerequisites",
    "Pre-flight checks",
    "Steps",
    "Verification",
    "Rollback",
    "Afterwards",
    "Troubleshooting",
    "Escalation",
    "Manual fallback",
)
RUN_OPTIONS = (
    ("--check --diff", "makes the plan and writes nothing"),
    ("-e runbook_confirm=<platform>", "carries out a runbook of risk medium and above on that platform"),
    ("-e runbook_start_at=2", "begins at a step, by its number, name or role"),
    ("-e runbook_only=1,3", "carries out some steps alone"),
    ("-e runbook_skip=2", "leaves steps out"),
    ("-e runbook_as_of=2026-11-21T08:00:00Z", "counts ages back from that moment"),
    ("-e runbook_take_up=true", "leaves out what the last run, which was killed, completed"),
)


def path(one: Description) -> str:
    """The page's file below docs/."""
    return f"runbooks/{one.stem}.md"


def render(one: Description, source: Source) -> str:
    """The page."""
    parts = (
        prose(one.text("purpose")),
        _facts(one),
        bullets(map(prose, one.texts("use_when"))),
        bullets(map(prose, one.texts("not_when"))),
        prose(one.text("outcome")),
        _start(one, source),
        _prerequisites(one, source),
        _preflight(one),
        "\n\n".join(_step(number, step, source) for number, step in enumerate(one.steps, 1)),
        _verification(one),
        _rollback(one),
        bullets(map(prose, one.texts("after"))),
        _troubleshooting(one),
        prose(one.text("escalation")),
        _manual(one),
    )
    sections = [section(title, part) for title, part in zip(HEADINGS, parts[2:], strict=True)]
    return page(words(one.text("title")), f"playbooks/{one.stem}.yml", *parts[:2], *sections)


def meta(one: Description) -> tuple[str, ...]:
    """A runbook's cells in the catalogue."""
    link = f"[{words(one.text('title'))}]({one.stem}.md)"
    return (
        f"{link}<br>{code(one.stem)}",
        TYPES.get(one.text("type"), ""),
        one.text("risk"),
        "yes" if one.declared.get("writes") else "no",
        words(one.text("owner")),
        words(one.text("estimate")),
        words(str(one.declared.get("reviewed", ""))),
    )


def _facts(one: Description) -> str:
    writes = bool(one.declared.get("writes"))
    stop = "yes" if one.declared.get("during_emergency_stop") else "no"
    fails = one.text("fail_on") or "never"
    rows = [
        ("Playbook", code(f"playbooks/{one.stem}.yml")),
        ("Type", TYPES.get(one.text("type"), "")),
        ("Owner", words(one.text("owner"))),
        ("Risk", words(one.text("risk"))),
        ("Writes", "yes" if writes else "no, it only reads"),
        ("Estimate", words(one.text("estimate"))),
        ("Last review", words(str(one.declared.get("reviewed", "")))),
    ]
    if one.life_cycle:
        lock = "of the platform, one run at a time" if one.text("lock") == "cluster" else "none"
        rows += [("Lock", lock), ("During an emergency stop", stop)]
        rows.append(("Findings fail the run", _fails(fails)))
        if one.declared.get("whole"):
            rows.append(("Parts of it", "none can be chosen; run it again as it was, and it goes on"))
    for name, title in (("alerts", "Alerts that call for it"), ("dashboards", "Dashboards to watch")):
        if one.texts(name):
            rows.append((title, ", ".join(map(code if name == "alerts" else words, one.texts(name)))))
    return facts(rows)


def _fails(level: str) -> str:
    """From which status on findings fail a run; a site may set it where the runbook gives a template."""
    if template := _TEMPLATE.fullmatch(level):
        return f"from {template[2]} on; {code(template[1])} changes it"
    return level if level == "never" else f"from {code(level)} on"


def _start(one: Description, source: Source) -> str:
    name = f"{one.stem}.yml"
    if not one.life_cycle:
        return "From the root of a checkout:\n\n" + block([f"ansible-playbook playbooks/{name} -e lab_name=<name>"])
    confirm = " -e runbook_confirm=<platform>" if one.text("risk") != "low" and one.declared.get("writes") else ""
    told, inputs = _told(one), _inputs(one, source)
    run = f"ansible-playbook -i ../inventories/production {name}{told}"
    plain = [f"{run} --check --diff    # the plan; writes nothing", f"{run}{confirm}"]
    runner = f'ansible-runner run <folder> --project-dir "$PWD" --playbook {name} --inventory "$PWD/<inventory>"'
    if told:
        runner += f" --cmdline '{told.strip()}'"
    rows = [(code(option), what) for option, what in RUN_OPTIONS]
    if not confirm:
        rows = [row for row in rows if "confirm" not in row[0]]
    return "\n\n".join(
        (
            "In the folder `playbooks` of a checkout:",
            block(plain),
            *inputs,
            "From an installed collection, anywhere:",
            block([f"ansible-playbook -i <inventory> agent_platform.ops.{one.stem}{told}{confirm}"]),
            f"In AWX: a job template with playbook {code(f'playbooks/{name}')}, an inventory whose group `platforms` "
            "holds the platform, and *Prompt on launch* for the job type, so that *Check* makes the plan.",
            "With ansible-runner:",
            block([runner]),
            "Options of a run:",
            table(["option", "what it does"], rows),
        )
    )


def _roles(one: Description) -> list[str]:
    return [str(step.get("role", "")).rsplit(".", 1)[-1] for step in one.steps]


def _told(one: Description) -> str:
    """The arguments without which the run is refused."""
    wanted = [each["option"] for each in declared(one.declared) if each["required"]]
    return "".join(f" -e {placeholder(option, _roles(one))}" for option in wanted)


def _inputs(one: Description, source: Source) -> list[str]:
    """What the run must or can be told, with the words of the roles' own documentation."""
    rows = []
    for each in declared(one.declared):
        spec = source.roles.get(belongs_to(each["option"], _roles(one)), {})
        options = {name: option for entry in spec.values() for name, option in (entry.get("options") or {}).items()}
        said = options.get(each["option"], {}).get("description", "")
        meaning = " ".join(map(semantic, said if isinstance(said, list) else [said]))
        others = " or ".join(map(code, each["or"]))
        needed = "yes" + (f", or {others}" if others else "") if each["required"] else "no"
        rows.append((code(f"-e {arguments(each)}"), needed, meaning))
    return ["What it is told:", container("wide", table(["for example", "needed", "meaning"], rows))] if rows else []


def _prerequisites(one: Description, source: Source) -> str:
    known = bullets(map(prose, one.texts("prerequisites")))
    items = source.rights.get(one.stem, [])
    rows = [
        (", ".join(map(code, _resources(rule))), ", ".join(rule["verbs"]), scope)
        for item in items
        for scope, rule in ((_scope(item), rule) for rule in item.get("rules", []))
    ]
    if not rows:
        return known
    rights = table(["what", "may", "where"], rows)
    grant = block([f"kubectl apply -f playbooks/rbac/{one.stem}.yml"])
    return "\n\n".join((known, "Rights, all that it needs and no more:", container("wide", rights), grant))


def _scope(item: dict) -> str:
    return "cluster" if item["kind"] == "ClusterRole" else f"namespace {code(item['metadata']['namespace'])}"


def _resources(rule: dict) -> list[str]:
    if "nonResourceURLs" in rule:
        return list(rule["nonResourceURLs"])
    names = rule.get("resourceNames", [])
    groups = [group for group in rule["apiGroups"] if group]
    resources = [".".join([one, *groups[:1]]) for one in rule["resources"]]
    return [f"{one}/{name}" for one in resources for name in names] or resources


def _meaning(check: str) -> str:
    return " ".join((CHECKS[check].__doc__ or "").split()) if check in CHECKS else "A check of this site."


def _checks(names: list[str]) -> str:
    return table(["check", "holds when"], [(code(name), words(_meaning(name))) for name in names]) if names else ""


def _preflight(one: Description) -> str:
    if not one.life_cycle:
        return "The role looks whether this machine can run a practice cluster before it changes anything."
    said = "A run that does not pass them is refused and touches nothing."
    return f"{said}\n\n{_checks(one.texts('preflight'))}"


def _step(number: int, step: dict, source: Source) -> str:
    role, entry = str(step.get("role", "")), str(step.get("tasks_from", "main")).removesuffix(".yml")
    short = source.short(role, entry)
    does = f"{words(short)}: role" if short else "Role"
    rows = [
        ("Does", f"{does} {code(role)}" + (f", entry point {code(entry)}" if entry != "main" else "")),
        ("Expect", prose(step.get("expected", ""))),
        ("If not", prose(step.get("if_not", ""))),
        ("On failure", ON_FAILURE.get(str(step.get("on_failure", "stop")), "")),
    ]
    if step.get("rollback"):
        rows.append(("Undone by", f"entry point {code(step['rollback'])}"))
    if isinstance(step.get("when"), str):
        rows.append(("Only when", code(step["when"])))
    tree = trees.of_step(step, source.trees)
    shown = trees.render(tree) if tree else ""
    return section(f"{number}. {words(step.get('name', ''))}", facts(rows), shown, level=3)


def _verification(one: Description) -> str:
    if not one.life_cycle:
        return "The last lines on the screen say how it stands. A second run changes nothing."
    if not one.texts("verify"):
        return "It changes nothing, so its findings are the result."
    return "The platform is read again at the end, and these must hold:\n\n" + _checks(one.texts("verify"))


def _rollback(one: Description) -> str:
    triggers = one.texts("rollback_triggers")
    signs = f"Go back when:\n\n{bullets(map(prose, triggers))}" if triggers else ""
    return "\n\n".join(part for part in (prose(one.text("rollback")), signs) if part)


def _troubleshooting(one: Description) -> str:
    pairs = one.declared.get("troubleshooting") or []
    return (
        table(["you see", "do"], [(prose(pair["symptom"]), prose(pair["action"])) for pair in pairs]) if pairs else ""
    )


def _manual(one: Description) -> str:
    lead = (
        "When the automation itself cannot run, these commands do the same by hand. Put values in place of what stands "
        "in angle brackets. By hand nothing takes the lock, checks before it acts, or leaves a record."
    )
    parts = [
        f"{number}. {words(step.get('name', ''))}\n\n{_indent(block(step['manual']))}"
        for number, step in enumerate(one.steps, 1)
        if step.get("manual")
    ]
    return "\n\n".join([lead, *parts]) if parts else "There are no commands for it."


def _indent(text: str) -> str:
    return "\n".join(f"   {line}" if line else line for line in text.splitlines())
