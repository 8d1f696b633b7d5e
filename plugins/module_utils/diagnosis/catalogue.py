# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every probe that a decision tree may ask. Private API."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import Probe
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes import (
    agent_logins,
    agent_memory,
    coderun_pod,
    coderun_start,
    eventing,
    storage,
    webhook,
    workflow,
    workflow_pace,
)

#: Ansible packs only what is imported by name, so each topic stands here
_TOPICS = (agent_logins, agent_memory, coderun_pod, coderun_start, eventing, storage, webhook, workflow, workflow_pace)

PROBES: dict[str, Probe] = {probe.name: probe for topic in _TOPICS for probe in topic.PROBES}
