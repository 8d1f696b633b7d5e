# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials for an API server, as the kubernetes package's own configuration gives them. Private API."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import getproxies

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import kubeconfig as plainly

_SERVICE_ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"


@dataclass(frozen=True)
class Credentials:
    """What a connection needs.

    ``authorization`` is called for each request, since exec plugins and token files renew what they give.
    """

    host: str
    authorization: Callable[[], str | None] = lambda: None
    ca_file: str | None = None
    ca_data: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    verify: bool = True
    server_name: str | None = None
    proxy: str | None = None


def load(kubeconfig: str | None = None, context: str | None = None) -> Credentials:
    """Read credentials from a kubeconfig, or in a pod without one from its ServiceAccount.

    :raises OpsError: invalid, in one sentence, when there is nothing usable
    """
    in_pod = kubeconfig is None and not os.path.exists(_default_kubeconfig()) and os.path.exists(_SERVICE_ACCOUNT_TOKEN)
    path = os.path.expanduser(kubeconfig or _default_kubeconfig())
    if not in_pod and (plain := _load_plain(path, context)):
        return plain
    package = _package()
    settings = package.client.Configuration()
    if in_pod:
        package.config.load_incluster_config(client_configuration=settings)
    else:
        _load_file(package.config, path, context, settings)
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


def _load_plain(path: str, context: str | None) -> Credentials | None:
    """None where it takes the kubernetes package, also because a proxy may have to be used."""
    try:
        said = None if getproxies() else plainly.read(Path(path).read_text(encoding="utf-8"), context)
    except (OSError, ValueError):
        return None
    if said is None:
        return None
    folder = os.path.dirname(path)
    names = (said.ca_file, said.cert_file, said.key_file)
    files = [name and os.path.normpath(os.path.join(folder, name)) for name in names]
    if not all(os.path.isfile(name) for name in files if name):
        return None
    bearer = f"Bearer {said.token}" if said.token else None
    return Credentials(said.host, lambda: bearer, files[0], said.ca_data, *files[1:], said.verify, said.server_name)


def _package() -> Any:
    """The kubernetes package. It is imported when it is needed, since that takes half a second and more."""
    try:
        import kubernetes.client
        import kubernetes.config
    except ImportError as error:
        raise OpsError(
            "invalid",
            f"the Python package kubernetes is missing ({error})",
            hint="Install it for the interpreter that runs the modules (ansible_python_interpreter).",
        ) from error
    return kubernetes


def _authorization(settings: Any) -> str | None:
    try:
        return settings.get_api_key_with_prefix("BearerToken", alias="authorization")
    # A credential plugin may raise anything.
    except Exception as error:
        words = " ".join(str(error).split())[:300]
        raise OpsError("forbidden", f"the kubeconfig's credentials cannot be renewed: {words}") from error


def _default_kubeconfig() -> str:
    return os.path.expanduser(os.environ.get("KUBECONFIG") or "~/.kube/config")


def _load_file(config: Any, path: str, context: str | None, settings: Any) -> None:
    # KUBECONFIG may name several files; the kubernetes package merges them.
    if not any(os.path.isfile(part) for part in path.split(os.pathsep)):
        raise OpsError(
            "invalid", f"kubeconfig {path} does not exist", hint="Set platform_kubeconfig to a readable file."
        )
    try:
        contexts, _active = config.list_kube_config_contexts(config_file=path)
        names = [entry["name"] for entry in contexts]
        if context is not None and context not in names:
            raise OpsError(
                "invalid",
                f"context {context!r} is not in kubeconfig {path}",
                hint=f"It has: {', '.join(names) or 'none'}.",
            )
        config.load_kube_config(config_file=path, context=context, client_configuration=settings, persist_config=False)
    except OpsError:
        raise
    # The loader raises whatever its parsers meet: YAML errors, TypeError on odd shapes, its own ConfigException.
    except Exception as error:
        words = " ".join(str(error).split())[:300]
        raise OpsError(
            "invalid", f"kubeconfig {path} cannot be used: {words}", hint="Check it with 'kubectl config view'."
        ) from error
