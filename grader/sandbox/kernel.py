"""System calls that Python does not offer: namespaces, mounts, Landlock, seccomp, capabilities.

Each function is one call with types: it raises OSError with the call's name and decides nothing.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from grader.sandbox.syscalls import call_name, this_machine

CALLS = this_machine().calls
_libc = ctypes.CDLL(None, use_errno=True)
_syscall = _libc.syscall
_syscall.restype = ctypes.c_long

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC = 1, 2, 4, 8, 32, 4096, 16384
MS_PRIVATE = 1 << 18
_PDEATHSIG, _CHILD_SUBREAPER, _NO_NEW_PRIVS, _AMBIENT, _AMBIENT_CLEAR, _BOUNDING_DROP = 1, 36, 38, 47, 4, 24


def call(name: str, *arguments: int | bytes | None) -> int:
    """The result of one raw system call; bytes and None are passed as pointers. Raises OSError."""
    values = [
        ctypes.c_char_p(a) if isinstance(a, bytes) or a is None else ctypes.c_long(a) for a in arguments
    ]
    result = int(_syscall(ctypes.c_long(CALLS[name]), *values))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    """Move this process to new namespaces (CLONE_NEW... flags)."""
    call("unshare", flags)


def setns(fd: int, kind: int) -> None:
    """Move this process to the namespace of this kind (a CLONE_NEW... flag) behind the descriptor."""
    call("setns", fd, kind)


def mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """mount(2): mount `source` at `target`, with MS_... flags."""
    call("mount", source.encode(), target.encode(), kind.encode() if kind else None, flags, data.encode())


def pivot_root(new: str, old: str) -> None:
    """Make the folder `new` the root of this mount namespace, and put the old root at `old`."""
    call("pivot_root", new.encode(), old.encode())


def detach(target: str) -> None:
    """Unmount the mount at `target` as soon as nothing uses it."""
    call("umount2", target.encode(), 2)


def die_with_parent() -> None:
    """Have this process killed when its parent ends. A later change of ids or capabilities undoes this."""
    call("prctl", _PDEATHSIG, 9, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of processes whose parent, a descendant of this process, has ended."""
    call("prctl", _CHILD_SUBREAPER, 1, 0, 0, 0)


def no_new_privileges() -> None:
    """Never gain privileges by exec any more, for good."""
    call("prctl", _NO_NEW_PRIVS, 1, 0, 0, 0)


def drop_capabilities() -> None:
    """Remove every capability of this thread, from the bounding set too where that is allowed."""
    for capability in range(64):
        try:
            call("prctl", _BOUNDING_DROP, capability, 0, 0, 0)
        except OSError:
            break
    call("prctl", _AMBIENT, _AMBIENT_CLEAR, 0, 0, 0)
    call("capset", struct.pack("Ii", 0x20080522, 0), bytes(24))


def keep_freed_memory() -> None:
    """Make malloc reuse freed blocks instead of returning them: each new page costs a page fault."""
    for option, value in ((-3, 32 << 20), (-1, 1 << 30), (-8, 1)):  # mmap and trim thresholds, one arena
        _libc.mallopt(option, value)


# ------------------------------------------------------------------------------ Landlock

READ_FILE, READ_DIR = 1 << 2, 1 << 3
_HANDLED = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}


def landlock_abi() -> int:
    """The version of Landlock that this kernel has; 0 if it has none."""
    try:
        return call("landlock_create_ruleset", None, 0, 1)
    except OSError:
        return 0


@dataclass(frozen=True)
class Rule:
    """Rights (READ_FILE, READ_DIR) under one path."""

    path: str
    rights: int = READ_FILE | READ_DIR


def landlock_ruleset(rules: Iterable[Rule]) -> int:
    """The descriptor of a ruleset that denies every access to files, TCP and abstract sockets, except these
    rules. A path that does not exist gives no right. Raises OSError without Landlock."""
    abi = landlock_abi()
    if abi < 1:
        raise OSError(errno.ENOSYS, "this kernel has no Landlock")
    files = _HANDLED.get(abi, (1 << 16) - 1)
    attributes = struct.pack("QQQ", files, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = call("landlock_create_ruleset", attributes, size, 0)
    os.set_inheritable(ruleset, False)
    for rule in rules:
        try:
            fd = os.open(rule.path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        rights = rule.rights if os.path.isdir(rule.path) else rule.rights & READ_FILE
        if rights:
            call("landlock_add_rule", ruleset, 1, struct.pack("=Qi", rights, fd), 0)
        os.close(fd)
    return ruleset


def landlock_restrict(ruleset: int) -> None:
    """Restrict this thread to the ruleset, for good."""
    call("landlock_restrict_self", ruleset, 0)


# ------------------------------------------------------------------------------- seccomp


def seccomp_load(program: bytes, *, listener: bool = False) -> int:
    """Add a BPF filter to this thread, for good. With `listener`: the descriptor of its notifications."""
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    return call("seccomp", 1, 8 if listener else 0, header)


_NOTIFICATION, _RESPONSE = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
_RECEIVE, _SEND = 0xC0502100, 0xC0182101


def notified_call(listener: int) -> str:
    """The name of the call that waits at a listener, without answering it; "" if its caller has ended."""
    buffer = bytearray(_NOTIFICATION.size)
    try:
        fcntl.ioctl(listener, _RECEIVE, buffer)
    except OSError:
        return ""
    return call_name(_NOTIFICATION.unpack(buffer)[3])


def answer_notification(listener: int, *, allow: int = 0, unless: Callable[[], bool] = lambda: False) -> bool:
    """Answer the next waiting call of a filter's listener: allow it if its caller is the task `allow`,
    else refuse it with EPERM. True if it was allowed. `unless` is called while that task waits; if it
    raises, the call is refused before its exception goes on.

    A caller that has died is ignored. The arguments that our filters check are in registers, so
    they can't change between the check and the use.
    """
    buffer = bytearray(_NOTIFICATION.size)
    if not _of_living_caller(listener, _RECEIVE, buffer):
        return False
    identity, caller = _NOTIFICATION.unpack(buffer)[:2]
    allowed = answered = False
    try:
        allowed = caller == allow != 0 and not unless()
    finally:
        response = _RESPONSE.pack(identity, 0, 0 if allowed else -errno.EPERM, 1 if allowed else 0)
        answered = _of_living_caller(listener, _SEND, bytearray(response))
    return allowed and answered


def _of_living_caller(listener: int, request: int, buffer: bytearray) -> bool:
    """Receive or answer a notification; False if its caller has died."""
    try:
        fcntl.ioctl(listener, request, buffer)
    except FileNotFoundError:
        return False
    return True
