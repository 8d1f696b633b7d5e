# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Argo Events 1.9 knows: fields, operations, event types and the shape of events. Pure. Private API.

Taken from pkg/apis/events/v1alpha1, pkg/reconciler/sensor/validate.go and pkg/sensors of argoproj/argo-events. Custom
resources keep what is not listed here, and the controllers never look at it.
"""

from __future__ import annotations

API = "argoproj.io/"
KINDS = ("Sensor", "EventSource", "EventBus")
DEFAULT_BUS = "default"

#: operations by type of trigger, and the one that it falls back to when it runs
OPERATIONS = {
    "k8s": ("create", "update", "patch", "delete"),
    "argoWorkflow": ("submit", "submit-from", "suspend", "resubmit", "retry", "resume", "terminate", "stop"),
}
DEFAULT_OPERATIONS = {"k8s": "create", "argoWorkflow": "submit"}
#: operations that make a new object, for which a generated name does
MAKING = ("create", "submit")

#: types of triggers, in the order in which a sensor looks for them
TYPES = ("k8s", "argoWorkflow", "http", "awsLambda", "azureEventHubs", "azureServiceBus", "kafka", "pulsar", "nats",
         "slack", "openWhisk", "custom", "log", "email")  # fmt: skip
#: where the resource of a trigger lies, in the order in which a sensor looks for it
SOURCES = ("s3", "inline", "file", "url", "git", "configmap", "resource")

FIELDS = {
    "sensor": ("dependencies", "triggers", "template", "errorOnFailedRound", "eventBusName", "replicas",
               "revisionHistoryLimit", "loggingFields"),
    "dependency": ("name", "eventSourceName", "eventName", "filters", "transform", "filtersLogicalOperator"),
    "filters": ("time", "context", "data", "exprs", "dataLogicalOperator", "exprLogicalOperator", "script"),
    "trigger": ("template", "parameters", "policy", "retryStrategy", "rateLimit", "atLeastOnce", "dlqTrigger"),
    "template": ("name", "conditions", "conditionsReset", *TYPES),
    "k8s": ("source", "operation", "parameters", "patchStrategy", "liveObject"),
    "argoWorkflow": ("source", "operation", "parameters", "args"),
}  # fmt: skip
SELECTOR = "labelSelector"

#: types of event sources; below each stand its events by name
EVENT_TYPES = ("minio", "calendar", "file", "resource", "webhook", "amqp", "kafka", "mqtt", "nats", "sns", "sqs",
               "pubSub", "github", "gitlab", "hdfs", "slack", "storageGrid", "azureEventsHub", "stripe", "emitter",
               "redis", "nsq", "pulsar", "generic", "bitbucketserver", "bitbucket", "redisStream", "azureServiceBus",
               "azureQueueStorage", "sftp", "gerrit")  # fmt: skip
#: the field that holds the secret by which a sender is known
SECRETS = {"github": "webhookSecret", "gitlab": "secretToken", "bitbucketserver": "webhookSecret",
           "slack": "signingSecret", "webhook": "authSecret"}  # fmt: skip
#: what an event consists of; types that are not listed differ by sender
_FORGE = ("headers", "body", "metadata")
ROOTS = {"github": _FORGE, "gitlab": _FORGE, "bitbucket": _FORGE, "bitbucketserver": _FORGE, "gerrit": _FORGE,
         "webhook": ("header", "body", "metadata")}  # fmt: skip
HEADER_ROOTS = ("headers", "header")

PARAMETER_OPERATIONS = ("", "append", "overwrite", "prepend")
COMPARATORS = ("", ">=", ">", "=", "!=", "<", "<=")
VALUE_TYPES = ("bool", "number", "string")
