# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tool sets of a practice cluster and of tests: what each holds and what its cache key is. Pure; private API."""

from __future__ import annotations

import hashlib
import platform as _platform
import re
from dataclasses import dataclass, field

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

# Nobody debugs these binaries, and to describe them for a debugger costs a tenth of the time.
GO_FLAGS = "-buildvcs=false -mod=readonly -gcflags=all=-dwarf=false"
# A compiler lives for seconds: one that collects its garbage costs a fifth of the time. Below the limit it does not.
GO_MEMORY = {"GOGC": "off", "GOMEMLIMIT": "2GiB"}
_STRIP = "-s -w"
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True)
class Manifests:
    """Folders of YAML in a Go module; ``archive`` is the name under which a download list gives its sources.

    :param optional: folders that not every version has
    """

    archive: str
    folders: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True)
class ToolSet:
    """Binaries that one pinned Go module builds together.

    :param module: the Go module whose version is the set's version
    :param binaries: name as built -> name as installed
    :param variables: linker variables; {version}, {major} and {minor} are filled in
    :param tags: Go build tags, separated by commas
    :param cold_seconds: a rough build time on two cores with empty caches, told before a build starts
    """

    name: str
    module: str
    binaries: dict[str, str]
    cold_seconds: int
    variables: dict[str, str] = field(default_factory=dict)
    manifests: Manifests | None = None
    tags: str = ""

    def linker_flags(self, version: str) -> str:
        parts = version.lstrip("v").split(".")
        values = {"version": version, "major": parts[0], "minor": parts[1] if len(parts) > 1 else "0"}
        return " ".join([_STRIP, *(f"-X {name}={value.format(**values)}" for name, value in self.variables.items())])

    def needed(self) -> list[str]:
        """What a download list must name for this set."""
        return [*self.binaries.values(), *([self.manifests.archive] if self.manifests else [])]


_VERSION = "k8s.io/component-base/version"

# What a practice cluster needs, the fast ones first: the first lines of progress come early, and a missing network
# shows at once.
TOOL_SETS = (
    ToolSet(
        "etcd",
        "go.etcd.io/etcd/server/v3",
        {"server": "etcd", "etcdctl": "etcdctl", "etcdutl": "etcdutl"},
        cold_seconds=45,
    ),
    ToolSet(
        "kwok",
        "sigs.k8s.io/kwok",
        {"kwok": "kwok", "kwokctl": "kwokctl"},
        cold_seconds=80,
        manifests=Manifests("kwok-source", ("kustomize/stage", "kustomize/metrics")),
    ),
    ToolSet(
        "metrics_server",
        "sigs.k8s.io/metrics-server",
        {"metrics-server": "metrics-server"},
        cold_seconds=80,
    ),
    ToolSet(
        "prometheus",
        "github.com/prometheus/prometheus",
        {"prometheus": "prometheus"},
        cold_seconds=90,
        variables={"github.com/prometheus/common/version.Version": "{version}"},
        # Without the service discovery of every cloud there is, it builds in less than half the time.
        tags="netgo,remove_all_sd",
    ),
    ToolSet(
        "argo_workflows",
        "github.com/argoproj/argo-workflows/v3",
        {"workflow-controller": "workflow-controller"},
        cold_seconds=120,
        variables={"github.com/argoproj/argo-workflows/v3.version": "{version}"},
        manifests=Manifests(
            "argo-workflows-source",
            (
                "manifests/base",
                "manifests/cluster-install",
            ),
            optional=("manifests/cluster-install-no-crds",),
        ),
    ),
    ToolSet(
        "kubernetes",
        "k8s.io/kubernetes",
        {name: name for name in ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")},
        cold_seconds=230,
        variables={
            f"{_VERSION}.gitVersion": "{version}",
            f"{_VERSION}.gitMajor": "{major}",
            f"{_VERSION}.gitMinor": "{minor}",
        },
    ),
)

# Made only for those who ask for them by name.
EXTRA_TOOL_SETS = (
    ToolSet(
        "versitygw",
        "github.com/versity/versitygw",
        {"versitygw": "versitygw"},
        cold_seconds=60,
        variables={"main.Version": "{version}"},
    ),
    ToolSet(
        "restic",
        "github.com/restic/restic",
        {"restic": "restic"},
        cold_seconds=60,
        # As its own releases do: without the management API of a storage service that would make it twice as large.
        tags="disable_grpc_modules",
    ),
    ToolSet("age", "filippo.io/age", {"age": "age"}, cold_seconds=10),
    ToolSet(
        "helm",
        "helm.sh/helm/v3",
        {"helm": "helm"},
        cold_seconds=70,
        variables={"helm.sh/helm/v3/internal/version.version": "{version}"},
    ),
)


def choose(names: list[str]) -> tuple[ToolSet, ...]:
    """The sets of these names, in the order in which they are made; those of a practice cluster for none.

    :raises OpsError: invalid, naming a stranger
    """
    by_name = {toolset.name: toolset for toolset in (*TOOL_SETS, *EXTRA_TOOL_SETS)}
    strangers = sorted(set(names) - set(by_name))
    if strangers:
        raise OpsError("invalid", f"there is no tool set {strangers[0]!r}", hint=f"There are: {', '.join(by_name)}.")
    return tuple(toolset for name, toolset in by_name.items() if name in names) or TOOL_SETS


def host_platform() -> str:
    """The platform in Go's words, such as linux-amd64."""
    machine = _platform.machine().lower()
    return f"{_platform.system().lower()}-{_MACHINES.get(machine, machine)}"


def pinned_version(toolset: ToolSet, go_mod: str) -> str:
    """The version of the set's module in a go.mod text.

    :raises OpsError: invalid, when the module is not required there
    """
    found = re.search(rf"^\s*(?:require\s+)?{re.escape(toolset.module)}\s+(v\S+)", go_mod, re.MULTILINE)
    if not found:
        raise OpsError(
            "invalid", f"the go.mod of tool set {toolset.name} does not require {toolset.module} at a version"
        )
    return found.group(1)


def build_key(toolset: ToolSet, version: str, platform: str, go_mod: bytes, go_sum: bytes) -> str:
    """Folder of a built set in the cache: another pin or another flag is another folder."""
    flags = f"{GO_FLAGS}\0{toolset.linker_flags(version)}" + (f"\0{toolset.tags}" if toolset.tags else "")
    return f"{toolset.name}-{version}-{platform}-{_digest(go_mod, go_sum, flags.encode())}"


def download_key(toolset: ToolSet, version: str, platform: str, entries: dict[str, dict[str, str]]) -> str:
    """Folder of a downloaded set: the checksums of the list are its identity."""
    sums = "\n".join(f"{name} {entries[name]['sha256'].lower()}" for name in sorted(toolset.needed()))
    return f"{downloaded_prefix(toolset, version, platform)}{_digest(sums.encode())}"


def downloaded_prefix(toolset: ToolSet, version: str, platform: str) -> str:
    return f"{toolset.name}-{version}-{platform}-download-"


def download_entries(entries: list[dict[str, str]], toolsets: tuple[ToolSet, ...]) -> dict[str, dict[str, str]]:
    """A user's download list by tool name, proved complete.

    :raises OpsError: invalid, naming what is missing, unknown, doubled or malformed
    """
    by_name: dict[str, dict[str, str]] = {}
    needed = [name for toolset in toolsets for name in toolset.needed()]
    for entry in entries:
        name = entry["tool"]
        if name not in needed:
            raise OpsError("invalid", f"the download list names {name!r}, which no tool set uses", hint=_names(needed))
        if name in by_name:
            raise OpsError("invalid", f"the download list names {name!r} twice")
        if not re.fullmatch(r"[0-9a-fA-F]{64}", entry["sha256"]):
            raise OpsError("invalid", f"the sha256 of {name!r} in the download list is not 64 hexadecimal digits")
        if not re.match(r"https?://", entry["url"]):
            raise OpsError("invalid", f"the url of {name!r} in the download list is not an http or https address")
        by_name[name] = entry
    missing = [name for name in needed if name not in by_name]
    if missing:
        raise OpsError("invalid", f"the download list lacks {', '.join(missing)}", hint=_names(needed))
    return by_name


def explain_build_failure(toolset: ToolSet, output: str) -> tuple[str, str]:
    """The sentence and the hint for the output of a Go build that failed."""
    what = f"building {toolset.name} failed"
    newer = re.search(r"requires go >= ?(\S+?)[;)]? \(running go (\S+?)[;)]", output)
    if newer:
        return (
            f"{what}: it needs Go {newer.group(1)} and this is Go {newer.group(2)}",
            f"Install Go {newer.group(1)} or newer (or unset GOTOOLCHAIN=local), then run it again.",
        )
    if re.search(r"module lookup disabled|cannot find module providing|GOFLAGS=-mod=vendor", output):
        return f"{what}: Go may not fetch modules here ({_last(output)})", "Unset GOPROXY=off and GOFLAGS in go env."
    if re.search(
        r"dial tcp|no such host|i/o timeout|proxyconnect|connection refused|TLS handshake|network is unreachable|"
        r"connection reset|unexpected EOF",
        output,
    ):
        return (
            f"{what}: the Go modules cannot be fetched ({_last(output)})",
            "Check the network, HTTPS_PROXY and GOPROXY, then run it again; what is built already is kept.",
        )
    if re.search(r"no space left on device", output):
        return f"{what}: the disk is full", "Free about 5 GB for Go's caches, then run it again."
    if re.search(r"signal: killed|cannot allocate memory", output):
        return f"{what}: the compiler was killed, most likely for lack of memory", "A build needs about 3 GB of memory."
    return f"{what}: {_last(output)}", "Run it again; if it fails again, the whole output is in the named log."


def _last(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return " ".join(lines[-1].split())[:300] if lines else "Go gave no output"


def _names(needed: list[str]) -> str:
    return f"It must name exactly: {', '.join(needed)}."


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
