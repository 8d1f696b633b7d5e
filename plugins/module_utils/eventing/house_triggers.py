# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that come with the collection, as data: what triggers do. Private API.

on: what is looked at (eventing/record.py lists the facts of each). when: a JMESPath expression, true where the rule is
broken. {words} in message, mend and place are facts. A site adds rules of this shape, replaces one by its id, or leaves
some out.
"""

from __future__ import annotations

_DOCS = "https://argoproj.github.io/argo-events"
_K8S, _ARGO = f"{_DOCS}/sensors/triggers/k8s-object-trigger/", f"{_DOCS}/sensors/triggers/argo-workflow/"
_PARAMETERS = f"{_DOCS}/tutorials/02-parameterization/"

_OPERATIONS = (
    {
        "id": "operation_allowed",
        "scope": "trigger",
        "when": "operation_known && !contains(['create', 'submit', 'resume'], operation) || `false`",
        "severity": "critical",
        "title": "Triggers create, submit or resume, and do nothing else",
        "message": "operation {operation} of a {type} trigger is forbidden on the platform, which allows create, "
                   "submit and resume",
        "mend": "Create a Workflow that does it with its own checks, or resume a workflow by its name.",
        "place": "template.{type}.operation",
        "reference": _K8S,
    },
    {
        "id": "operation_known",
        "scope": "trigger",
        "when": "operation_given && !operation_known && !operation_template || `false`",
        "severity": "critical",
        "title": "Operations are words that Argo Events knows",
        "message": "Argo Events knows no operation {operation} of a {type} trigger, so its controller refuses the "
                   "sensor and an older version of it may go on running",
        "mend": "Write one of {operations}.",
        "place": "template.{type}.operation",
        "reference": _K8S,
    },
    {
        "id": "operation_template",
        "scope": "trigger",
        "when": "operation_template || `false`",
        "severity": "unknown",
        "title": "Operations are written out",
        "message": "operation {operation} is a template, so nobody can tell what the trigger does",
        "mend": "Render the file before it is looked at, or write the operation out.",
        "place": "template.{type}.operation",
    },
    {
        "id": "operation_missing",
        "scope": "trigger",
        "when": "type == 'argoWorkflow' && !operation_given",
        "severity": "critical",
        "title": "Triggers on workflows say what they do",
        "message": "an argoWorkflow trigger without an operation is refused by the controller of Argo Events, "
                   "although submit is called its default",
        "mend": "Write operation: submit.",
        "place": "template.{type}.operation",
        "reference": _ARGO,
    },
    {
        "id": "operation_by_event",
        "scope": "parameter",
        "when": "level == 'template' && contains(['k8s.operation', 'argoWorkflow.operation', 'k8s', 'argoWorkflow'], "
                "dest)",
        "severity": "critical",
        "title": "No event chooses what a trigger does",
        "message": "the event chooses the operation, because a parameter writes to {dest}",
        "mend": "Write one trigger for each operation, and choose between them by filters.",
        "place": "dest",
        "reference": _PARAMETERS,
    },
    {
        "id": "trigger_type",
        "scope": "trigger",
        "when": "length(types) != `1`",
        "severity": "critical",
        "title": "Each trigger does one thing",
        "message": "it should do one thing, and has these types: {types}; a sensor carries out the first and leaves "
                   "the others out",
        "mend": "Write one type in each template.",
        "place": "template",
    },
    {
        "id": "trigger_source",
        "scope": "trigger",
        "when": "operations && !has_source || `false`",
        "severity": "critical",
        "title": "Triggers have a resource",
        "message": "a {type} trigger without a source of its resource is refused by the controller of Argo Events",
        "mend": "Write source.resource.",
        "place": "template.{type}.source",
        "reference": _K8S,
    },
)  # fmt: skip

_RESOURCES = (
    {
        "id": "selector_template",
        "scope": "selector",
        "when": "template",
        "severity": "critical",
        "title": "No labelSelector holds templates",
        "message": "a labelSelector with templates: Argo Events fills none in, and ignores the whole selector",
        "mend": "Name the object by a parameter with dest: metadata.name, or create a Workflow that finds it.",
        "reference": "https://github.com/argoproj/argo-events/issues/1257",
    },
    {
        "id": "selector_ignored",
        "scope": "selector",
        "when": "!template",
        "severity": "warning",
        "title": "No trigger relies on a labelSelector",
        "message": "a trigger has no labelSelector; it is stored and ignored",
        "mend": "Name the object by a parameter with dest: metadata.name, or create a Workflow that finds it.",
        "reference": "https://github.com/argoproj/argo-events/issues/1258",
    },
    {
        "id": "name_missing",
        "scope": "trigger",
        "when": "operation_known && !making && resource_name == 'missing' || `false`",
        "severity": "critical",
        "title": "What acts on an object names it",
        "message": "operation {operation} needs metadata.name of the resource, and nothing gives it, so it fails "
                   "each time (no name is given)",
        "mend": "Add a parameter with dest: metadata.name to the {type} trigger, or write the name.",
        "place": "template.{type}.source.resource.metadata",
        "reference": _ARGO,
    },
    {
        "id": "name_elsewhere",
        "scope": "trigger",
        "when": "operation_known && !making && resource_name == 'unseen' || `false`",
        "severity": "unknown",
        "title": "What acts on an object names it where everybody can see it",
        "message": "nobody can tell from here whether operation {operation} gets the metadata.name that it needs",
        "mend": "Write the resource with its name, or a parameter with dest: metadata.name.",
        "place": "template.{type}.source",
    },
    {
        "id": "made_without_name",
        "scope": "trigger",
        "when": "operation_known && making && resource_name == 'missing' && resource_generate_name == 'missing' && "
                "has_source || `false`",
        "severity": "critical",
        "title": "What is made has a name",
        "message": "operation {operation} needs a name or generateName, and nothing gives one, so it fails each time",
        "mend": "Write metadata.generateName.",
        "place": "template.{type}.source.resource.metadata",
        "reference": _K8S,
    },
    {
        "id": "resource_kind",
        "scope": "trigger",
        "when": "source == 'resource' && (resource_kind == '' || resource_api == '')",
        "severity": "critical",
        "title": "Resources say what they are",
        "message": "the resource lacks apiVersion or kind",
        "mend": "Write both.",
        "place": "template.{type}.source.resource",
        "reference": _K8S,
    },
    {
        "id": "workflow_kind",
        "scope": "trigger",
        "when": "type == 'argoWorkflow' && operation == 'submit' && source == 'resource' && !contains(['Workflow', "
                "''], resource_kind)",
        "severity": "critical",
        "title": "What is submitted is a Workflow",
        "message": "operation submit takes a Workflow, and the resource is a {resource_kind}",
        "mend": "Write a Workflow with workflowTemplateRef, or create the {resource_kind} by a k8s trigger.",
        "place": "template.{type}.source.resource.kind",
        "reference": _ARGO,
    },
)  # fmt: skip

_WRITING = (
    {
        "id": "dest_form",
        "scope": "parameter",
        "when": "level != 'payload' && !writable",
        "severity": "critical",
        "title": "Parameters write to keys and indexes with dots between them",
        "message": "dest {dest} is no place that can be written: it is neither JSONPath nor a JSON pointer",
        "mend": "Write keys and indexes with dots between them, such as spec.arguments.parameters.0.value.",
        "place": "dest",
        "reference": _PARAMETERS,
    },
    {
        "id": "dest_template",
        "scope": "parameter",
        "when": "level == 'template' && writable && !contains(fields, root)",
        "severity": "critical",
        "title": "Parameters beside a template write into the template",
        "message": "dest {dest} is written into the template of the trigger, which has no {root}, so it goes nowhere",
        "mend": "Move the parameter into the {type} block, where dest means the resource, or write "
                "{type}.source.resource.{dest}.",
        "place": "dest",
        "reference": _PARAMETERS,
    },
    {
        "id": "dest_resource",
        "scope": "parameter",
        "when": "level == 'resource' && contains(['k8s', 'argoWorkflow', 'source'], root)",
        "severity": "critical",
        "title": "Parameters inside a trigger write into its resource",
        "message": "dest {dest} is written into the resource, which has no {root}",
        "mend": "Write the place in the resource, such as metadata.name.",
        "place": "dest",
        "reference": _PARAMETERS,
    },
    {
        "id": "parameter_source",
        "scope": "parameter",
        "when": "!source_given",
        "severity": "critical",
        "title": "Parameters say which event they come from",
        "message": "a parameter without src.dependencyName is refused by the controller of Argo Events",
        "mend": "Write src.dependencyName.",
        "reference": _PARAMETERS,
    },
    {
        "id": "parameter_dependency",
        "scope": "parameter",
        "when": "source_given && !dependency_known",
        "severity": "critical",
        "title": "Parameters come from dependencies that the sensor has",
        "message": "the sensor has no dependency {dependency}, so nothing is ever written to {dest} but a default",
        "mend": "Name one of the sensor's dependencies.",
        "place": "src.dependencyName",
        "reference": _PARAMETERS,
    },
    {
        "id": "parameter_operation",
        "scope": "parameter",
        "when": "!operation_known",
        "severity": "critical",
        "title": "Parameters overwrite, append or prepend",
        "message": "Argo Events knows no operation {operation} of a parameter and refuses the sensor",
        "mend": "Write overwrite, append or prepend.",
        "place": "operation",
        "reference": _PARAMETERS,
    },
)  # fmt: skip

TRIGGERS: tuple[dict[str, str], ...] = (*_OPERATIONS, *_RESOURCES, *_WRITING)
