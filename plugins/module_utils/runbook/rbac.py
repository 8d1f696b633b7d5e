# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rights of a runbook: the union of what its roles need, as Kubernetes objects. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

GROUP = "rbac.authorization.k8s.io"
NAMESPACE = "agent-platform-ops"
_VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")


def roles(runbook: dict) -> list[str]:
    """Short names of the roles whose rights a runbook needs, its own life cycle first."""
    own = (step["role"].rsplit(".", 1)[-1] for step in runbook["steps"])
    return list(dict.fromkeys(["runbook", *own]))


def needs(runbook: dict, declared: Mapping[str, dict]) -> list[dict]:
    """{cluster, operations} of each role of a runbook, and what its entry points need besides where a step uses them.

    :param declared: by role what its meta/rbac.yml holds; its part "besides" names entry_points
    """
    found = []
    for role in roles(runbook):
        steps = [step for step in runbook["steps"] if step["role"].rsplit(".", 1)[-1] == role]
        used = {step.get(field) for step in steps for field in ("tasks_from", "rollback")}
        besides = declared[role].get("besides") or {}
        found += [declared[role], *([besides] if used & set(besides.get("entry_points", ())) else [])]
    return found


def union(rules: Iterable[dict]) -> list[dict]:
    """One rule for each resource with every verb that is granted; sorted, so that the same rights read the same."""
    granted: dict[tuple[str, str, tuple[str, ...]], set[str]] = {}
    urls: dict[str, set[str]] = {}
    for rule in rules:
        for url in rule.get("nonResourceURLs", ()):
            urls.setdefault(url, set()).update(rule["verbs"])
        for group in rule.get("apiGroups", ()):
            for resource in rule["resources"]:
                key = group, resource, tuple(sorted(rule.get("resourceNames", ())))
                granted.setdefault(key, set()).update(rule["verbs"])
    objects = [
        {
            "apiGroups": [group],
            "resources": [resource],
            **({"resourceNames": list(names)} if names else {}),
            "verbs": _sorted(verbs),
        }
        for (group, resource, names), verbs in sorted(granted.items())
    ]
    return objects + [{"nonResourceURLs": [url], "verbs": _sorted(verbs)} for url, verbs in sorted(urls.items())]


def _sorted(verbs: Iterable[str]) -> list[str]:
    return sorted(verbs, key=lambda verb: (_VERBS.index(verb) if verb in _VERBS else len(_VERBS), verb))


def manifest(runbook: dict, needs: list[dict]) -> dict:
    """A List of ServiceAccount, ClusterRole, Role and their bindings, named as the runbook.

    :param needs: {cluster: rules, operations: rules in our own namespace} of each of its roles
    """
    name = runbook["name"].replace("_", "-")
    cluster = union(rule for need in needs for rule in need["cluster"])
    operations = union(rule for need in needs for rule in need["operations"])
    account = {"kind": "ServiceAccount", "name": name, "namespace": NAMESPACE}
    items = [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": _meta(name, NAMESPACE)},
        {
            "apiVersion": f"{GROUP}/v1",
            "kind": "ClusterRole",
            "metadata": _meta(f"{NAMESPACE}-{name}"),
            "rules": cluster,
        },
        _binding("ClusterRole", f"{NAMESPACE}-{name}", None, account),
        {"apiVersion": f"{GROUP}/v1", "kind": "Role", "metadata": _meta(name, NAMESPACE), "rules": operations},
        _binding("Role", name, NAMESPACE, account),
    ]
    return {"apiVersion": "v1", "kind": "List", "items": items}


def _binding(kind: str, name: str, namespace: str | None, account: dict) -> dict:
    return {
        "apiVersion": f"{GROUP}/v1",
        "kind": f"{kind}Binding",
        "metadata": _meta(name, namespace),
        "roleRef": {"apiGroup": GROUP, "kind": kind, "name": name},
        "subjects": [account],
    }


def _meta(name: str, namespace: str | None = None) -> dict:
    labels = {"app.kubernetes.io/part-of": NAMESPACE}
    return {"name": name, **({"namespace": namespace} if namespace else {}), "labels": labels}
