# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Free ports for a practice cluster. Private API."""

from __future__ import annotations

import hashlib
import socket
import time

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

# Below the ports that kernels give to outgoing connections, so that a stopped cluster finds its ports free again.
_FIRST, _LAST = 20000, 32000


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        # As servers do it: a connection that is still closing does not occupy a port.
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose(names: tuple[str, ...], identity: str, requested: dict[str, int]) -> dict[str, int]:
    """A port for each name: the requested one, else one of a free block whose place follows from the identity.

    Starting at different places keeps two clusters that are set up in the same moment apart.

    :raises OpsError: refused, naming a requested port that is taken
    """
    for name, port in requested.items():
        if not 1024 <= port <= 65535:
            raise OpsError("invalid", f"lab port {port} ({name}) is out of range", hint="Use 1024 to 65535, or 0.")
        require_free(name, port)
    width = len(names)
    blocks = (_LAST - _FIRST) // width
    start = int.from_bytes(hashlib.sha256(identity.encode()).digest()[:4], "big") % blocks
    for step in range(blocks):
        first = _FIRST + (start + step) % blocks * width
        ports = range(first, first + width)
        if all(port not in requested.values() and is_free(port) for port in ports):
            return {**dict(zip(names, ports, strict=True)), **requested}
    raise OpsError("refused", f"no {width} free ports in a row between {_FIRST} and {_LAST} on 127.0.0.1")


def require_free(name: str, port: int, patience: float = 0.0) -> None:
    """Prove that a port is free.

    :param patience: seconds to wait for it; a process that was just killed may hold its port for a moment
    :raises OpsError: refused, in a sentence that names the port
    """
    deadline = time.monotonic() + patience
    while not is_free(port):
        if time.monotonic() >= deadline:
            raise OpsError(
                "refused",
                f"port {port} for {name.replace('_', ' ')} is taken by another process on 127.0.0.1",
                hint=f"End it (ss -ltnp 'sport = :{port}' names it), or choose another port.",
            )
        time.sleep(0.05)
