"""Which modes this machine allows, which one the canaries prove, and the state of each layer."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import grader
from grader.sandbox import kernel
from grader.sandbox.canaries import prove, status
from grader.sandbox.errors import Refused, SandboxNotProven, SystemFault
from grader.sandbox.file_view import standard_library
from grader.sandbox.layers import HOST_UID, JOB_UID
from grader.sandbox.processes import ForkServerProcess, Setup
from grader.values import Mode, files_digest
from grader.values.health import Layer


@dataclass(frozen=True)
class Choice:
    """A mode to try, and how jobs and test hosts are set up in it."""

    jobs: Setup
    hosts: Setup


@dataclass(frozen=True)
class Proven:
    """The choice that the canaries proved, their fork-server, and why stronger modes failed (`missed`)."""

    choice: Choice
    server: ForkServerProcess
    missed: tuple[str, ...]

    @property
    def mode(self) -> Mode:
        return self.choice.jobs.mode


def choices(least: Mode, most: Mode, packs: Path) -> list[Choice]:
    """The modes to try, from `most` down to `least`. Raises Refused."""
    if kernel.landlock_abi() < 1:
        raise Refused("this kernel has no Landlock; 5.13 or newer, with its landlock module on, is needed")
    options = []
    for mode in candidates():
        if least.strength <= mode.strength <= most.strength:
            own_ids = os.geteuid() == 0 and (mode is Mode.FULL or _readable_by_all())
            hosts = Setup(mode, HOST_UID if own_ids else None, (str(packs),))
            options.append(Choice(Setup(mode, JOB_UID if own_ids else None), hosts))
    if not options:
        raise Refused(f"no mode from {least} to {most} is possible here")
    return options


def choose(options: Sequence[Choice], packs: Path, socket_path: Path) -> Proven:
    """The first option that the canaries prove. Raises Refused."""
    missed: list[str] = []
    for option in options:
        server: ForkServerProcess | None = None
        try:
            server = ForkServerProcess("candidate", option.jobs)
            prove(server, option.jobs, packs, socket_path)
            return Proven(option, server, tuple(missed))
        except (SandboxNotProven, SystemFault) as e:
            missed.append(f"{option.jobs.mode}: {e}")
            if server is not None:
                server.close()
    raise Refused(f"no allowed mode can be proven here: {'; '.join(missed)}")


def candidates() -> list[Mode]:
    """The modes to try, strongest first; `container` only inside a container like the runner's."""
    return [Mode.FULL, *([Mode.CONTAINER] if in_container() else []), Mode.UNPRIVILEGED]


def in_container() -> bool:
    """Whether this process is in a container like the runner's: no network but loopback, a read-only
    root, no capabilities, no new privileges."""
    fields = status(os.getpid())
    alone = all(line.split(":")[0].strip() == "lo" for line in _network_devices())
    read_only = bool(os.statvfs("/").f_flag & os.ST_RDONLY)
    return alone and read_only and int(fields["CapEff"], 16) == 0 and fields.get("NoNewPrivs") == "1"


def _network_devices() -> list[str]:
    return Path("/proc/net/dev").read_text().splitlines()[2:]


def _readable_by_all() -> bool:
    """Whether any user id can read the interpreter's files, so that jobs may have their own id."""
    library = standard_library()
    return all(p.stat().st_mode & 0o005 == 0o005 for p in (library, *library.parents))


def layers(proven: Proven) -> tuple[Layer, ...]:
    """Each layer of isolation, whether jobs have it here, and why."""
    mode, abi = proven.mode, kernel.landlock_abi()
    full, container = mode is Mode.FULL, mode is Mode.CONTAINER
    why_not = next((m for m in proven.missed if m.startswith("full")), "not tried")
    scopes = "" if abi >= 6 else "; below 6, only seccomp stops signals and abstract sockets"
    own_id = proven.choice.jobs.uid is not None
    why_no_id = "another id could not read the interpreter" if os.geteuid() == 0 else "the runner is not root"
    return (
        Layer("seccomp allow-list", True, "a job can create no process, exec, socket, pipe or shared memory"),
        Layer("Landlock", True, f"ABI {abi}{scopes}"),
        Layer("resource limits", True, "address space, CPU, files, descriptors"),
        Layer("no new privileges, no capabilities", True, "checked from outside on a running job"),
        Layer("namespaces", full, "pid, mount, network, ipc, uts, cgroup" if full else why_not),
        Layer(
            "read-only root of its own",
            full,
            "stat() finds only the files that jobs may read" if full else why_not,
        ),
        Layer("a user id of its own", own_id, f"from {JOB_UID}" if own_id else why_no_id),
        Layer("container around the runner", container, "found" if container else "none found"),
    )


def engine() -> dict[str, str]:
    """What grades here: versions of gradecheck, Python, numpy and pytest, digests of kit and reference."""
    versions = {name: importlib.metadata.version(name) for name in ("numpy", "pytest")}
    return {
        "gradecheck": grader.__version__,
        "python": sys.version.split()[0],
        **versions,
        "kit": _digest("grader.kit", "grader.diagnosis", "grader.examiner"),
        "reference": _digest("reference"),
    }


def _digest(*packages: str) -> str:
    """The digest of all modules of these packages, without importing them. Raises RuntimeError."""
    files = []
    for package in packages:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.origin:
            raise RuntimeError(f"the package {package} is not installed")
        folder = Path(spec.origin).parent
        names = ((f"{package}/{p.relative_to(folder)}", p) for p in folder.rglob("*.py"))
        files += [(name, path.read_bytes()) for name, path in names]
    return files_digest(files)[:16]
