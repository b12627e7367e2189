"""The seccomp programs of candidates, test hosts and examiners.

Each is an allow-list that first checks the architecture. Calls that libraries try but don't need get an
error; everything else ends the process. A program is built once; only the job's own pid is put in later.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterable

from grader.sandbox.syscalls import ALLOWED, DENIED, Machine, this_machine

ALLOW, ERRNO, NOTIFY, KILL = 0x7FFF0000, 0x00050000, 0x7FC00000, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_THREAD, _NAMESPACES = 0x00010000, 0x7E020000
FORK_FLAGS = 0x01200011  # what the C library's fork() asks for: SIGCHLD, set and clear the child's tid
_PID = 0x7FFFFFF0  # the placeholder that `for_pid` replaces by the job's own pid

FCNTL_COMMANDS = (0, 1, 2, 3, 1030)  # duplicate, descriptor flags, status flags (read)
IOCTL_REQUESTS = (0x5451, 0x5450, 0x541B, 0x5401)  # close-on-exec on and off, bytes ready, is it a terminal
SET_NAME, SET_VMA = 15, 0x53564D41
SET_PARENT_DEATH_SIGNAL, SIGKILL = 1, 9


def _op(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value & 0xFFFFFFFF)


def _return(action: int) -> bytes:
    return _op(_RETURN, action)


def _argument(n: int, *, high: bool = False) -> bytes:
    return _op(_LOAD, 16 + 8 * n + (4 if high else 0))


def _on_call(number: int, body: list[bytes]) -> list[bytes]:
    """Run `body` if the call is `number`; every path of `body` must return."""
    return [_op(_EQUAL, number, 0, len(body)), *body]


def _one_of(argument: int, accepted: Iterable[int], otherwise: int) -> list[bytes]:
    body = [_argument(argument)]
    for value in accepted:
        body += [_op(_EQUAL, value, 0, 1), _return(ALLOW)]
    return [*body, _return(ERRNO | otherwise)]


def _clone(fork: int) -> list[bytes]:
    """Threads are allowed, a plain fork gets the action `fork`, anything else EPERM."""
    refuse = ERRNO | errno.EPERM
    return [
        _argument(0),
        _op(_EQUAL, FORK_FLAGS, 0, 1), _return(fork),
        _op(_ANY_BIT, _NAMESPACES, 0, 1), _return(refuse),
        _op(_ANY_BIT, _THREAD, 0, 1), _return(ALLOW),
        _return(refuse),
    ]  # fmt: skip


def _prctl() -> list[bytes]:
    """Allow naming a thread or a mapping, and dying with the parent (forked jobs must request that again)."""
    die_with_parent = [
        _op(_EQUAL, SET_PARENT_DEATH_SIGNAL, 0, 3),
        _argument(1),
        _op(_EQUAL, SIGKILL, 0, 1),
        _return(ALLOW),
    ]
    return [_argument(0), *die_with_parent, *_one_of(0, (SET_NAME, SET_VMA), errno.EPERM)]


def _checked(calls: dict[str, int], fork: int) -> list[bytes]:
    """The calls whose arguments are checked."""
    refuse = _return(ERRNO | errno.EPERM)
    # only its own limits, and the kernel lets it only lower the hard ones
    own_limits = [_argument(0), _op(_EQUAL, 0, 0, 1), _return(ALLOW), refuse]
    own_pid = [_argument(0), _op(_EQUAL, _PID, 0, 1), _return(ALLOW), refuse]
    program = _on_call(calls["clone"], _clone(fork))
    program += _on_call(calls["prlimit64"], own_limits)
    program += _on_call(calls["fcntl"], _one_of(1, FCNTL_COMMANDS, errno.EPERM))
    program += _on_call(calls["ioctl"], _one_of(1, IOCTL_REQUESTS, errno.ENOTTY))
    program += _on_call(calls["prctl"], _prctl())
    return program + _on_call(calls["tgkill"], own_pid)


def build(
    machine: Machine, *, extra: Iterable[str] = (), fork: int = ERRNO | errno.EPERM, other: int = KILL
) -> bytes:
    """A whole filter: ALLOWED and `extra` are allowed, DENIED get their error, a plain fork() gets the action
    `fork`, all other calls the action `other`. A call of another architecture always kills the process.
    """
    calls = machine.calls
    program = [_op(_LOAD, 4), _op(_EQUAL, machine.audit, 1, 0), _return(KILL), _op(_LOAD, 0)]
    if machine.name == "x86_64":  # the x32 ABI shares the audit number and has numbers of its own
        program += [_op(_AT_LEAST, 0x40000000, 0, 1), _return(KILL)]
    allowed = [*ALLOWED, *extra]
    for name in allowed:
        if name in calls:
            program += [_op(_EQUAL, calls[name], 0, 1), _return(ALLOW)]
    program += _checked(calls, fork)
    for name, number in DENIED.items():
        if name in calls and name not in allowed:
            program += [_op(_EQUAL, calls[name], 0, 1), _return(ERRNO | number)]
    return b"".join([*program, _return(other)])


def for_pid(program: bytes, pid: int) -> bytes:
    """The program with the job's own pid instead of the placeholder (a job may signal only itself)."""
    return program.replace(struct.pack("<I", _PID), struct.pack("<I", pid))


_PASSING = ("sendmsg", "getsockname", "getsockopt")
_HOST_CALLS = (*_PASSING, "recvmsg", "chdir", "close_range", "seccomp")


def candidate() -> bytes:
    """A candidate may read, write, compute, start threads: no process, exec, socket, pipe or shared memory.

    A call that is on no list waits for the runner, which notes its name and ends the process; it is
    never allowed. A candidate can still send the listener to the runner: `candidate_seal` forbids that later.
    """
    return build(this_machine(), extra=(*_PASSING, "seccomp"), other=NOTIFY)


def candidate_seal() -> bytes:
    """A second filter for a candidate, added when the runner has its listener."""
    return _without(*_PASSING, "seccomp")


def test_host() -> bytes:
    """As a candidate, but it may send and receive descriptors, each fork needs the runner's permission, and a
    forked process can add a stricter filter (filters are never removed)."""
    return build(this_machine(), extra=_HOST_CALLS, fork=NOTIFY)


def examiner() -> bytes:
    """A second filter on top of a test host's: it forbids forks and sending descriptors."""
    return _without("sendmsg", fork=True)


def _without(*names: str, fork: bool = False) -> bytes:
    """A filter that only forbids: these calls, and a plain fork() if `fork`, get EPERM."""
    calls = this_machine().calls
    program = [_op(_LOAD, 0)]
    if fork:
        program += _on_call(calls["clone"], _clone(ERRNO | errno.EPERM))
    for name in names:
        program += [_op(_EQUAL, calls[name], 0, 1), _return(ERRNO | errno.EPERM)]
    return b"".join([*program, _return(ALLOW)])
