"""The kernel's calls that Python does not offer: namespaces, mounts, Landlock, seccomp, capabilities.

Thin and typed: each function is one call, raises OSError with the call's name, decides nothing.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import struct
from collections.abc import Iterable
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
    """One raw system call; bytes go as pointers. Raises OSError."""
    made = [ctypes.c_char_p(a) if isinstance(a, bytes) or a is None else ctypes.c_long(a) for a in arguments]
    result = int(_syscall(ctypes.c_long(CALLS[name]), *made))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def unshare(flags: int) -> None:
    call("unshare", flags)


def setns(fd: int, kind: int) -> None:
    call("setns", fd, kind)


def mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    call("mount", source.encode(), target.encode(), kind.encode() if kind else None, flags, data.encode())


def pivot_root(new: str, old: str) -> None:
    call("pivot_root", new.encode(), old.encode())


def detach(target: str) -> None:
    """Lazily unmount what is mounted at `target`."""
    call("umount2", target.encode(), 2)


def die_with_parent() -> None:
    """SIGKILL when the parent ends. Any later change of credentials would silently undo it."""
    call("prctl", _PDEATHSIG, 9, 0, 0, 0)


def adopt_orphans() -> None:
    """Become the parent of whatever a descendant leaves behind."""
    call("prctl", _CHILD_SUBREAPER, 1, 0, 0, 0)


def no_new_privileges() -> None:
    call("prctl", _NO_NEW_PRIVS, 1, 0, 0, 0)


def drop_capabilities() -> None:
    """Clear every capability of this thread, the bounding set too where that is allowed."""
    for capability in range(64):
        try:
            call("prctl", _BOUNDING_DROP, capability, 0, 0, 0)
        except OSError:
            break
    call("prctl", _AMBIENT, _AMBIENT_CLEAR, 0, 0, 0)
    call("capset", struct.pack("Ii", 0x20080522, 0), bytes(24))


def keep_freed_memory() -> None:
    """Have malloc reuse freed blocks instead of returning them: a fresh page costs a fault."""
    for option, value in ((-3, 32 << 20), (-1, 1 << 30), (-8, 1)):  # mmap and trim thresholds, one arena
        _libc.mallopt(option, value)


# ------------------------------------------------------------------------------ Landlock

READ_FILE, READ_DIR = 1 << 2, 1 << 3
_HANDLED = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}


def landlock_abi() -> int:
    """The version of Landlock this kernel offers; 0 without."""
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
    """A ruleset that denies every file, TCP and abstract-socket access but these. Paths that
    do not exist grant nothing."""
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
    call("landlock_restrict_self", ruleset, 0)


# ------------------------------------------------------------------------------- seccomp


def seccomp_load(program: bytes, *, listener: bool = False) -> int:
    """Put a BPF filter on this thread, for good; with `listener` its notifications' descriptor."""
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    return call("seccomp", 1, 8 if listener else 0, header)


_NOTIFICATION, _RESPONSE = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI")
_RECEIVE, _SEND = 0xC0502100, 0xC0182101


def notified_call(listener: int) -> str:
    """The name of the call that waits at a listener, left unanswered; "" if its caller is gone."""
    buffer = bytearray(_NOTIFICATION.size)
    try:
        fcntl.ioctl(listener, _RECEIVE, buffer)
    except OSError:
        return ""
    return call_name(_NOTIFICATION.unpack(buffer)[3])


def answer_notification(listener: int, *, allow: int = 0) -> bool:
    """Take the next waiting call of a filter's listener: let it through if its caller is the task
    `allow`, else refuse it with EPERM. True if it was let through.

    A caller that died meanwhile is passed over. Arguments that matter to our filters are
    registers, so nothing can change between check and use.
    """
    buffer = bytearray(_NOTIFICATION.size)
    try:
        fcntl.ioctl(listener, _RECEIVE, buffer)
        identity, caller = _NOTIFICATION.unpack(buffer)[:2]
        through = bool(caller == allow != 0)
        response = _RESPONSE.pack(identity, 0, 0 if through else -errno.EPERM, 1 if through else 0)
        fcntl.ioctl(listener, _SEND, bytearray(response))
    except OSError as e:
        if e.errno != errno.ENOENT:
            raise
        return False
    return through
