# SPDX-License-Identifier: GPL-3.0-or-later
"""A tree of two questions, and probes that answer as they are told."""

from __future__ import annotations

import copy

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Threshold

RAW = {
    "name": "lamp",
    "title": "Why the lamp is dark",
    "symptom": "It is dark.",
    "subject": "platform",
    "start": "plug",
    "questions": {
        "plug": {
            "ask": "Is it plugged in?",
            "probe": "plug",
            "answers": {"in": "bulb", "out": "unplugged", "unknown": "bulb"},
        },
        "bulb": {
            "ask": "Is the bulb good?",
            "probe": "bulb",
            "with": {"oldest": "2h"},
            "answers": {"good": "not_known", "bad": "burnt", "unknown": "not_known"},
        },
    },
    "causes": {
        "unplugged": {"cause": "It is not plugged in.", "confidence": "high", "advice": "Plug it in."},
        "burnt": {
            "cause": "The bulb {name} is burnt.",
            "confidence": "high",
            "advice": "Change it.",
            "command": "look {name}",
            "runbook": "change_bulb",
            "fix": {"change_bulb_name": "{name}", "change_bulb_all": [False, "{name}"]},
        },
        "not_known": {"cause": "Nobody knows.", "confidence": "none", "advice": "Ask."},
    },
}


def raw(**changes):
    """The tree with other fields; a change of None takes a field away."""
    made = copy.deepcopy(RAW)
    for field, value in changes.items():
        made[field] = value
        if value is None:
            del made[field]
    return made


def probes(plug="in", bulb="bad", **facts):
    """Probes that give these answers; an exception is raised."""

    def says(word):
        def judge(_scene, limits):
            if isinstance(word, Exception):
                raise word
            return answer(word, f"seen {limits}", **facts)

        return judge

    oldest = Threshold("oldest", "1h", "Bulbs last an hour.")
    return {
        "plug": Probe("plug", "The plug", ("in", "out"), says(plug)),
        "bulb": Probe("bulb", "The bulb", ("good", "bad"), says(bulb), facts=("name",), thresholds=(oldest,)),
    }
