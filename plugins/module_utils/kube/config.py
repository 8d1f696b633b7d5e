# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials for an API server, read by the kubernetes package's own configuration. Private API."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

try:
    from kubernetes import client as _client
    from kubernetes import config as _config
except ImportError as error:  # pragma: no cover - told by load()
    _client = _config = None
    _IMPORT_ERROR: ImportError | None = error
else:
    _IMPORT_ERROR = None

_SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"


@dataclass(frozen=True)
class Credentials:
    """What a connection needs.

    ``authorization`` is called for each request, since exec plugins and token files renew what they give.
    """

    host: str
    authorization: Callable[[], str | None] = lambda: None
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    verify: bool = True
    server_name: str | None = None
    proxy: str | None = None


def load(kubeconfig: str | None = None, context: str | None = None) -> Credentials:
    """Read credentials from a kubeconfig, or in a pod without one from its ServiceAccount.

    :raises OpsError: invalid, in one sentence, when there is nothing usable
    """
    if _IMPORT_ERROR is not None:
        raise OpsError(
            "invalid",
            f"the Python package kubernetes is missing ({_IMPORT_ERROR})",
            hint="Install it for the interpreter that runs the modules (ansible_python_interpreter).",
        )
    settings = _client.Configuration()
    if kubeconfig is None and not os.path.exists(_default_kubeconfig()) and os.path.exists(_SERVICE_ACCOUNT_TOKEN):
        _config.load_incluster_config(client_configuration=settings)
    else:
        _load_file(os.path.expanduser(kubeconfig or _default_kubeconfig()), context, settings)
    return Credentials(
        host=settings.host.rstrip("/"),
        authorization=lambda: _authorization(settings),
        ca_file=settings.ssl_ca_cert,
        cert_file=settings.cert_file,
        key_file=settings.key_file,
        verify=bool(settings.verify_ssl),
        server_name=getattr(settings, "tls_server_name", None),
        proxy=getattr(settings, "proxy", None),
    )


def _authorization(settings: Any) -> str | None:
    try:
        return settings.get_api_key_with_prefix("BearerToken", alias="authorization")
    # A credential plugin may raise anything.
    except Exception as error:
        words = " ".join(str(error).split())[:300]
        raise OpsError("forbidden", f"the kubeconfig's credentials cannot be renewed: {words}") from error


def _default_kubeconfig() -> str:
    return os.path.expanduser(os.environ.get("KUBECONFIG") or "~/.kube/config")


def _load_file(path: str, context: str | None, settings: Any) -> None:
    # KUBECONFIG may name several files; the kubernetes package merges them.
    if not any(os.path.isfile(part) for part in path.split(os.pathsep)):
        raise OpsError(
            "invalid", f"kubeconfig {path} does not exist", hint="Set platform_kubeconfig to a readable file."
        )
    try:
        contexts, _active = _config.list_kube_config_contexts(config_file=path)
        names = [entry["name"] for entry in contexts]
        if context is not None and context not in names:
            raise OpsError(
                "invalid",
                f"context {context!r} is not in kubeconfig {path}",
                hint=f"It has: {', '.join(names) or 'none'}.",
            )
        _config.load_kube_config(config_file=path, context=context, client_configuration=settings, persist_config=False)
    except OpsError:
        raise
    # The loader raises whatever its parsers meet: YAML errors, TypeError on odd shapes, its own ConfigException.
    except Exception as error:
        words = " ".join(str(error).split())[:300]
        raise OpsError(
            "invalid", f"kubeconfig {path} cannot be used: {words}", hint="Check it with 'kubectl config view'."
        ) from error
