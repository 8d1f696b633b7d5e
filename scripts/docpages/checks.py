# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of health checks, from the checks themselves."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.platform import CHECKS as OF_PLATFORM
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import PARTS

from docpages.markdown import block, code, facts, page, section, table, words
from docpages.source import Source

PATH = "checks.md"
STATUSES = (
    ("critical", "work is lost or stands still now"),
    ("unknown", "nobody could look; never counted as healthy, and worse than a warning"),
    ("warning", "work will be lost or stand still when nobody acts"),
    ("ok", "somebody looked, and it holds"),
)
CHANGE = (
    "# inventories/production/hosts.yml, at a platform or at group platforms",
    "health_check_thresholds:",
    "  quotas: {warning: 90}    # this platform plans its quotas tightly",
    "health_check_skip: [backup_age]",
)
RULE = (
    "health_check_rules:",
    "  - name: workspaces_have_an_owner",
    "    title: Each workspace names the team that answers for it",
    "    resource: {api: v1, plural: persistentvolumeclaims, namespaces: [agent-platform]}",
    "    select: metadata.labels.\"workspace-type\" == 'shared'    # JMESPath; which objects it is about",
    "    holds: metadata.labels.team != null",
    "    status: warning",
    "    message: the claim has no label team",
)


def render(source: Source) -> str:
    """The page."""
    rows = [(f"[{words(one.name)}](#{one.name})", words(one.title)) for one in source.checks]
    own = [(code(name), words(" ".join((check.__doc__ or "").split()))) for name, check in OF_PLATFORM.items()]
    return page(
        "Health checks",
        "plugins/module_utils/health/checks",
        "Module `health_info` and the runbook [health_check](runbooks/health_check.md) make all of these over one "
        "snapshot of the platform. What cannot be read or judged is unknown, with the reason, and the others go on.",
        section("What the words mean", table(["status", "means"], STATUSES)),
        section("All checks", table(["check", "holds when"], rows)),
        section(
            "Change a threshold, leave a check out",
            "Thresholds are set by check and name, for one platform or for all. A name that is not known is refused "
            "before anything is read. A duration stays a duration, a number a number.",
            block(CHANGE, "yaml"),
        ),
        section(
            "Write a check of your own",
            "A rule in the inventory looks at each object of one kind. `holds` must give true or false, anything else "
            "is unknown. `age(time)` gives the seconds since a time, `quantity(text)` the number of a quantity such as "
            "`2Gi`. Rules are looked at before anything is read, so a mistake is told in one sentence.",
            block(RULE, "yaml"),
            "A check that others need too belongs into the collection: one file and its test, as "
            "[CONTRIBUTING](../CONTRIBUTING.md) shows.",
        ),
        section(
            "Checks of pre-flight and verification",
            "Every runbook makes those that it names before its first step and after its last.",
            table(["check", "holds when"], own),
        ),
        section("The checks in detail", *(_check(one, source) for one in source.checks)),
    )


def _check(one: Check, source: Source) -> str:
    known = {runbook.stem for runbook in source.runbooks}
    treated = (
        f"[{one.runbook}](runbooks/{one.runbook}.md)"
        if one.runbook in known
        else "a person; each finding names the next action"
    )
    rows = [("Why", words(one.why)), ("Reads", ", ".join(map(_part, one.reads))), ("Treated by", treated)]
    limits = [
        (code(each.name), code(f"{each.default}{each.unit and ' ' + each.unit}"), words(each.why))
        for each in one.thresholds
    ]
    shown = table(["threshold", "default", "why"], limits) if limits else ""
    return section(words(one.name), f"**{words(one.title)}.**", facts(rows), shown, level=3)


def _part(name: str) -> str:
    part = PARTS.get(name)
    return f"{part.kind} ({code(part.api)})" if part else words(name.replace("_", " "))
