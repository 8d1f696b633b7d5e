# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS towards an API server, by the credentials of a kubeconfig. Private API."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

if TYPE_CHECKING:
    from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import Credentials


def context(credentials: Credentials) -> ssl.SSLContext:
    """Certificates are read here and never again: what the kubernetes package has unpacked goes with its process.

    :raises OpsError: invalid, when one of them cannot be used
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if not credentials.verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    try:
        if credentials.ca_file or credentials.ca_data:
            made.load_verify_locations(cafile=credentials.ca_file, cadata=credentials.ca_data)
        else:
            made.load_default_certs()
        if credentials.cert_file:
            # A password, though an empty one: nobody is there to be asked for one.
            made.load_cert_chain(credentials.cert_file, credentials.key_file, password="")
    except (OSError, ValueError) as error:
        words = " ".join(str(error).split())
        raise OpsError("invalid", f"the certificates of the kubeconfig cannot be used: {words}") from error
    return made
