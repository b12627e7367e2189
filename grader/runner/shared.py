"""Checks that two examiners of one pack share nothing but memory that a write copies.

A pack may change any Python function of its test host, so what the host says counts for nothing here:
only what the kernel shows of it and of the forked process, from outside.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path

from grader.runner.errors import PackFault


class KeepsState(PackFault):
    """The pack's process holds something by which one grading could reach another."""


_NULL = os.makedev(1, 3)
_SHARED = re.compile(rb"^\S+ (..[x-]s) \S+ \S+ (\d+) *(.*)$", re.M)


def kept(pid: int, sockets: Collection[int]) -> str:
    """What a process holds that it would share with the processes that it forks: an open file or socket
    other than these (by inode), shared memory, or a thread that could still change this. "" if nothing.

    The answer stays true only while the process can't run. Raises OSError if it has ended.
    """
    threads = len(os.listdir(f"/proc/{pid}/task"))
    if threads != 1:
        return f"{threads - 1} started thread{'s' if threads > 2 else ''}"
    for held in _open(pid):
        if held not in {f"socket:[{inode}]" for inode in sockets}:
            return f"an open file ({held})" if held.startswith("/") else f"an open descriptor ({held})"
    for permissions, inode, path in _SHARED.findall(Path(f"/proc/{pid}/maps").read_bytes()):
        if b"w" in permissions or inode == b"0" or not path.startswith(b"/") or path.startswith(b"/dev/"):
            return f"shared memory ({path.decode('utf-8', 'replace') or 'without a name'})"
    return ""


def holds(pid: int, inode: int) -> bool:
    """Whether the process has this socket open. Raises OSError if it has ended."""
    return f"socket:[{inode}]" in _open(pid)


def parent(pid: int) -> int:
    """The pid of its parent. Raises OSError if it has ended."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _open(pid: int) -> Iterator[str]:
    """What each descriptor of a process is open on, as the kernel names it; without /dev/null."""
    folder = f"/proc/{pid}/fd"
    for number in os.listdir(folder):
        if os.stat(f"{folder}/{number}").st_rdev != _NULL:
            yield os.readlink(f"{folder}/{number}")
