"""Memory and pids cgroups around each fork-server: a second limit behind the limits of each process.

They are used where they are delegated to us (v2) or where we may create them (v1, as root); otherwise
`grader doctor` says why not. Jobs are forked inside the group, so a job costs nothing extra.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.errors import NotDelegated

EXTRA_MB = 192  # for the fork-server itself, and pages that its jobs share with it
PIDS = 256
ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")


@dataclass(frozen=True)
class CgroupFolder:
    """Where we may create groups: one folder for both controllers (v2) or one for each (v1)."""

    memory: Path
    pids: Path

    @property
    def unified(self) -> bool:
        return self.memory == self.pids


def find(root: Path = ROOT, own: Path = OWN) -> CgroupFolder:
    """Where this process may create groups with a memory limit and a pids limit. Raises NotDelegated."""
    lines = [line.split(":", 2) for line in own.read_text().splitlines()]
    paths = {name: path for _, names, path in lines for name in names.split(",")}
    if (root / "cgroup.controllers").exists():
        return _delegated(root / paths.get("", "/").lstrip("/"))
    folders = []
    for controller in ("memory", "pids"):
        folder = root / controller / paths.get(controller, "/").lstrip("/")
        if not os.access(folder, os.W_OK):
            raise NotDelegated(f"we may not use the {controller} controller (cgroup v1)")
        folders.append(folder)
    return CgroupFolder(*folders)


def _delegated(folder: Path) -> CgroupFolder:
    """Version 2: groups below our own group. First we move to a leaf group, because a group that gives
    controllers to its children may not hold processes itself."""
    try:
        controllers = (folder / "cgroup.controllers").read_text().split()
        missing = {"memory", "pids"} - set(controllers)
        if missing:
            raise NotDelegated(f"cgroup v2 does not delegate {' and '.join(sorted(missing))} to us")
        leaf = folder / "gradecheck-runner"
        leaf.mkdir(exist_ok=True)
        (leaf / "cgroup.procs").write_text(str(os.getpid()))
        (folder / "cgroup.subtree_control").write_text("+memory +pids")
    except OSError as e:
        raise NotDelegated(f"cgroup v2 is not delegated to us: {e.strerror}") from e
    return CgroupFolder(folder, folder)


class Group:
    """The group of one fork-server and its jobs."""

    def __init__(self, place: CgroupFolder, name: str, pid: int) -> None:
        """Create the group and put the process into it. Raises OSError if the kernel refuses."""
        self._unified = place.unified
        self._memory, self._pids = place.memory / name, place.pids / name
        self._limit_mb = 0
        for folder in {self._memory, self._pids}:
            folder.mkdir()
        (self._pids / "pids.max").write_text(str(PIDS))
        if self._unified:
            with contextlib.suppress(OSError):  # without swap this file does not exist
                (self._memory / "memory.swap.max").write_text("0")
        for folder in {self._memory, self._pids}:
            (folder / "cgroup.procs").write_text(str(pid))

    def limit(self, memory_mb: int) -> None:
        """Limit the group to two jobs of `memory_mb` at a time: one that works, one that waits."""
        total = 2 * memory_mb + EXTRA_MB
        if total != self._limit_mb:
            name = "memory.max" if self._unified else "memory.limit_in_bytes"
            (self._memory / name).write_text(str(total << 20))
            self._limit_mb = total

    def kills(self) -> int:
        """How often the kernel killed a process of the group because memory ran out."""
        name = "memory.events" if self._unified else "memory.oom_control"
        for line in (self._memory / name).read_text().splitlines():
            key, _, value = line.partition(" ")
            if key == "oom_kill":
                return int(value)
        return 0

    def close(self) -> None:
        """Remove the group; its processes must have ended."""
        for folder in {self._memory, self._pids}:
            with contextlib.suppress(OSError):
                folder.rmdir()


def take_away_stale(place: CgroupFolder) -> None:
    """Remove the groups of runners that were killed before they could remove them."""
    for folder in {place.memory, place.pids}:
        for group in folder.glob("gradecheck-*-*"):
            if not Path(f"/proc/{group.name.split('-')[1]}").exists():
                with contextlib.suppress(OSError):
                    group.rmdir()


def prefer_to_kill(pid: int) -> None:
    """Make the kernel kill this job, not its fork-server, if memory runs out."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000")
