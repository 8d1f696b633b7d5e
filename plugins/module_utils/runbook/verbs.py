# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Imperative verbs that titles of runbooks and names of steps begin with. Private API."""

from __future__ import annotations

_WORDS = """
abort access acknowledge add adjust allow announce answer apply approve archive ask assert assess attach audit back
block bring build call cancel capture carry change check choose clean clear close collect compare complete configure
confirm connect copy cordon create cut declare decrypt delete deploy describe detach diagnose disable disconnect
download drain drill drop enable encrypt end enforce ensure escalate estimate evacuate examine exercise expand export
fail fetch fill find finish fix flush follow forecast free freeze gather generate get give go grant halt handle hold
identify import increase inform initialise initialize inspect install invalidate isolate judge keep kill label launch
limit list load lock log look lower maintain make mark measure mend merge migrate monitor move name notify open pause
perform pin plan practice practise prepare preserve probe promote prove provision prune publish pull purge push put
quarantine query raise read rebuild recalculate reclaim reconcile record recover redeliver reduce refresh register
rehearse reissue release reload remove rename renew repair replace replay report request rerun reset resize resolve
respond restart restore resume retire retry return revert review revoke roll rotate run save scale scan schedule
secure see select send separate set shift show shrink shut sign simulate skip snapshot start stop store submit suspend
switch synchronise synchronize tail take tear tell terminate test throttle track transfer trigger try tune turn
uncordon undo unlock unpin update upgrade upload use validate verify view wait warn watch withdraw write
"""
VERBS = frozenset(_WORDS.split())
