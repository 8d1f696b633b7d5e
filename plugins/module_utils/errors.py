# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one failure shape of the collection. Private API."""

from __future__ import annotations

KINDS = ("unreachable", "forbidden", "conflict", "invalid", "timeout", "refused", "unverified")


class OpsError(Exception):
    """A failure that a person or a rulebook can act on.

    :param kind: one of KINDS
    :param message: one sentence, without a final stop, naming the object and the server's own words
    :param request: "METHOD /path" where a request failed
    :param status: HTTP status, where there was an answer
    :param hint: what to do next, one sentence
    """

    def __init__(
        self, kind: str, message: str, *, request: str | None = None, status: int | None = None, hint: str | None = None
    ) -> None:
        if kind not in KINDS:
            raise ValueError(f"unknown failure kind {kind!r}")
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.request = request
        self.status = status
        self.hint = hint

    def as_result(self, platform: str | None = None) -> dict:
        """Arguments for fail_json: {"msg", "error": {kind, platform, request, status, hint}}."""
        lead = f"{platform}: " if platform else ""
        msg = f"{lead}{self.message.rstrip('.')}." + (f" {self.hint}" if self.hint else "")
        return {
            "msg": msg,
            "error": {
                "kind": self.kind,
                "platform": platform,
                "request": self.request,
                "status": self.status,
                "hint": self.hint,
            },
        }
