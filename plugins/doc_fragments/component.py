# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which component is moved to another version, and what is known of what the platform uses of it."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  component:
    description:
      - What is known of the component and its releases. C(name), C(title), C(namespace), C(group) and C(served) (the
        API group of its kinds, and their version, V(v1alpha1) by default), C(settings) (name of its ConfigMap),
        C(says) (the C(metric) by which it says its version, and the C(label) that holds it, V(version) by default),
        C(workloads), C(places) and C(releases).
      - A workload has C(name), C(container), C(kind) (V(Deployment) by default), and C(arguments) and C(variables),
        those whose value is an image of the same version.
      - A release has C(line), such as V(3.7), C(since), the minor versions from which it is reached, C(concerns) and
        C(migrations).
      - A place says where a part of specifications stands in objects of each kind, as paths by plural, for example
        V(spec.templates[]) for C(template) in V(workflows). A path of a field that begins with the name of a place in
        braces, V({template}.priority), is looked for at each of its paths.
      - A migration is a field that has another name since this release, which still takes the old one. It has
        C(resources), C(at) (paths of what holds it, such as V({template}.synchronization)), C(field), C(to) and
        C(how), which is V(rename) for the value as it is, V(only) where it becomes the only member of a list, and
        V(first) where that list may have others.
      - A concern has C(kind) (V(metric), V(setting), V(environment), V(argument), V(field), V(image) or V(note)),
        C(names), C(says), C(status) where it is used (V(warning) by default, V(critical)), C(resources) for a field,
        and C(irreversible).
      - Role P(agent_platform.ops.component_upgrade#role) ships it for Argo Workflows, Argo Events and the CodeRun
        controller.
    type: dict
    required: true
  namespace:
    description: Namespace of the component, instead of the one in O(component).
    type: str
    default: ''
"""
    USE = r"""
options:
  watching:
    description:
      - Files and folders with the rules and dashboards of the platform, in which names of metrics are looked for.
      - Without it whether a metric is used is unknown.
    type: list
    elements: path
    default: []
  accept_irreversible:
    description: Go forward although the older version cannot work with what the newer one makes of the data.
    type: bool
    default: false
"""
