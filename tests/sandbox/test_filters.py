"""The seccomp programs of both architectures, run by our own interpreter."""

from __future__ import annotations

import errno
import os
import struct
import subprocess
import sys

import pytest

from grader.sandbox import filters
from grader.sandbox.errors import UnknownMachine
from grader.sandbox.syscalls import ALLOWED, DENIED, MACHINES, Machine, this_machine
from tests.runner import kit
from tests.sandbox.bpf import ALLOW, ERRNO, KILL, NOTIFY, answer, stacked

CHECKED = {"clone", "prlimit64", "fcntl", "ioctl", "prctl", "tgkill"}
FORK = 0x01200011
THREAD = 0x003D0F00
PID = 4321


Programs = tuple[bytes, ...]


@pytest.fixture(params=MACHINES.values(), ids=lambda m: m.name)
def machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr("platform.machine", lambda: request.param.name)
    return request.param


@pytest.fixture
def candidate(machine: Machine) -> Programs:
    return (filters.for_pid(filters.candidate(), PID), filters.candidate_seal())


@pytest.fixture
def host(machine: Machine) -> Programs:
    return (filters.for_pid(filters.test_host(), PID),)


@pytest.fixture
def examiner(host: Programs) -> Programs:
    return (*host, filters.examiner())


def action_of(programs: Programs, machine: Machine, name: str, *arguments: int) -> tuple[str, int]:
    return stacked(programs, machine.audit, machine.calls[name], *arguments)


def test_allowed_calls_are_allowed(machine: Machine, candidate: Programs) -> None:
    names = [n for n in ALLOWED if n in machine.calls]

    assert {action_of(candidate, machine, n) for n in names} == {(ALLOW, 0)}
    assert len(names) >= 40


def test_denied_calls_get_their_errno(machine: Machine, candidate: Programs) -> None:
    names = [n for n in DENIED if n in machine.calls and n not in CHECKED]

    assert {n: action_of(candidate, machine, n) for n in names} == {n: (ERRNO, DENIED[n]) for n in names}


def test_everything_else_ends_the_process(machine: Machine, candidate: Programs, host: Programs) -> None:
    """In a candidate such a call waits for the runner, which never allows it; a test host is killed."""
    known = {machine.calls[n] for n in {*ALLOWED, *DENIED, *CHECKED} if n in machine.calls}
    others = [n for n in (*range(1200), 1 << 29, (1 << 30) - 1) if n not in known]

    unknown = [n for n in others if n not in machine.calls.values()]
    assert {stacked(candidate, machine.audit, n) for n in others} <= {(NOTIFY, 0), (ERRNO, errno.EPERM)}
    assert {stacked(candidate, machine.audit, n) for n in unknown} == {(NOTIFY, 0)}
    assert {stacked(host, machine.audit, n) for n in unknown} == {(KILL, 0)}
    assert len(unknown) > 900


def test_another_architecture_is_killed(machine: Machine, candidate: Programs) -> None:
    others = {m.audit for m in MACHINES.values()} - {machine.audit} | {0x40000003, 0x40000028, 0, 0xFFFFFFFF}

    for audit in others:
        assert {stacked(candidate, audit, n)[0] for n in range(500)} == {KILL}


def test_x32_and_negative_numbers_are_never_allowed(machine: Machine, candidate: Programs) -> None:
    expected = (
        KILL if machine.name == "x86_64" else NOTIFY
    )  # on other machines these are just unknown numbers
    for base in (0x40000000, 0x80000000, 0xC0000000):
        assert {stacked(candidate, machine.audit, base + n)[0] for n in range(600)} == {expected}


OUTWARD = """
socket connect fork vfork execve execveat kill tkill clone3 memfd_create shmget pipe pipe2 ptrace unshare
setns mount umount2 pivot_root io_uring_setup seccomp capset sendmsg recvmsg landlock_restrict_self unlink
rename chmod symlink ftruncate setrlimit getsockopt getsockname
"""


def test_calls_that_reach_out_are_not_allowed(machine: Machine, candidate: Programs) -> None:
    for name in OUTWARD.split():
        if name in machine.calls:
            assert action_of(candidate, machine, name)[0] != ALLOW, name


@pytest.mark.parametrize(
    ("flags", "expected"),
    [(THREAD, ALLOW), (FORK, ERRNO), (17, ERRNO), (0, ERRNO), (0x4111, ERRNO)]
    + [(THREAD | bit, ERRNO) for bit in (0x20000, 1 << 25, 1 << 26, 1 << 27, 1 << 28, 1 << 29, 1 << 30)],
)
def test_clone_makes_only_threads(machine: Machine, candidate: Programs, flags: int, expected: str) -> None:
    assert action_of(candidate, machine, "clone", flags)[0] == expected


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("prlimit64", (0, 7), ALLOW), ("prlimit64", (1, 7), ERRNO), ("prlimit64", (PID, 7), ERRNO),
        ("fcntl", (3, 1), ALLOW), ("fcntl", (3, 3), ALLOW), ("fcntl", (3, 1030), ALLOW),
        ("fcntl", (3, 4), ERRNO), ("fcntl", (3, 6), ERRNO), ("fcntl", (3, 7), ERRNO),
        ("fcntl", (3, 8), ERRNO),
        ("fcntl", (3, 37), ERRNO), ("fcntl", (3, 1024), ERRNO), ("fcntl", (3, 1031), ERRNO),
        ("fcntl", (3, 1033), ERRNO),
        ("ioctl", (1, 0x5401), ALLOW), ("ioctl", (1, 0x541B), ALLOW), ("ioctl", (1, 0x5412), ERRNO),
        ("ioctl", (1, 0x5421), ERRNO), ("ioctl", (1, 0), ERRNO),
        ("prctl", (15,), ALLOW), ("prctl", (0x53564D41,), ALLOW), ("prctl", (1, 9), ALLOW),
        ("prctl", (1, 0), ERRNO),
        ("prctl", (1, 15), ERRNO), ("prctl", (4, 1), ERRNO), ("prctl", (22, 2), ERRNO),
        ("prctl", (38, 1), ERRNO),
        ("tgkill", (PID, PID, 9), ALLOW), ("tgkill", (1, 1, 9), ERRNO), ("tgkill", (PID + 1, PID, 9), ERRNO),
        ("tgkill", (0xFFFFFFFF, 1, 9), ERRNO),
    ],
)  # fmt: skip
def test_some_calls_depend_on_their_arguments(
    machine: Machine, candidate: Programs, name: str, arguments: tuple[int, ...], expected: str
) -> None:
    assert action_of(candidate, machine, name, *arguments)[0] == expected


def test_high_halves_change_nothing_that_the_kernel_would_see(machine: Machine, candidate: Programs) -> None:
    """The kernel reads these arguments as 32-bit numbers, so the upper half must not get past the filter."""
    high = 1 << 32

    assert action_of(candidate, machine, "fcntl", 3, high | 4)[0] == ERRNO
    assert action_of(candidate, machine, "prctl", high | 4, 1)[0] == ERRNO
    assert action_of(candidate, machine, "prlimit64", high | 5, 7)[0] == ERRNO
    assert action_of(candidate, machine, "tgkill", high | 1, 1, 9)[0] == ERRNO
    assert action_of(candidate, machine, "clone", high | FORK)[0] == ERRNO


def test_only_a_test_host_may_request_a_fork(machine: Machine, host: Programs) -> None:
    assert action_of(host, machine, "clone", FORK)[0] == NOTIFY
    assert action_of(host, machine, "clone", FORK | 1 << 28)[0] == ERRNO
    assert action_of(host, machine, "clone3")[0] == ERRNO
    for name in ("execve", "socket", "kill", "pipe2", "memfd_create"):
        assert name not in machine.calls or action_of(host, machine, name)[0] == ERRNO, name
    for name in ("ptrace", "unshare", "mount", "setns"):
        assert name not in machine.calls or action_of(host, machine, name)[0] == KILL, name


def test_an_examiner_may_no_longer_fork_or_send_and_may_do_nothing_new(
    machine: Machine, host: Programs, examiner: Programs
) -> None:
    assert action_of(examiner, machine, "clone", FORK)[0] == ERRNO
    assert action_of(examiner, machine, "sendmsg")[0] == ERRNO
    assert action_of(examiner, machine, "clone", THREAD)[0] == ALLOW
    passing = {n for n in machine.calls if action_of(host, machine, n)[0] == ALLOW}
    assert {n for n in machine.calls if action_of(examiner, machine, n)[0] == ALLOW} == passing - {"sendmsg"}


def test_a_program_is_not_too_long_for_the_kernel_and_never_jumps_past_its_end(machine: Machine) -> None:
    for program in (filters.candidate(), filters.candidate_seal(), filters.test_host(), filters.examiner()):
        steps = list(struct.iter_unpack("HBBI", program))

        assert len(steps) <= 4096
        jumps = [(at, max(yes, no)) for at, (code, yes, no, _) in enumerate(steps) if code != 6]
        assert all(at + 1 + furthest < len(steps) for at, furthest in jumps)


def test_the_own_pid_replaces_the_placeholder_everywhere(machine: Machine) -> None:
    program = filters.build(machine)

    assert struct.pack("<I", filters._PID) in program
    assert struct.pack("<I", filters._PID) not in filters.for_pid(program, PID)


def test_an_unknown_machine_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")

    with pytest.raises(UnknownMachine, match="riscv64"):
        this_machine()


PROBE = """
import ctypes, os, sys
from grader.sandbox import filters, kernel
from grader.sandbox.syscalls import this_machine
libc = ctypes.CDLL(None, use_errno=True)
kernel.no_new_privileges()
kernel.seccomp_load(filters.for_pid(filters.build(this_machine()), os.getpid()))
libc.syscall(int(sys.argv[1]), 99, 99, 99)
os.write(1, b"%d" % ctypes.get_errno())
os._exit(0)
"""


@pytest.mark.parametrize("name", ["socket", "execve", "clone3", "tgkill", "prlimit64", "unshare", "mount"])
def test_the_kernel_agrees_with_the_interpreter(name: str) -> None:
    machine = this_machine()
    program = filters.for_pid(filters.build(machine), PID)
    action, number = answer(program, machine.audit, machine.calls[name], 99, 99, 99)

    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(machine.calls[name])],
        capture_output=True, cwd=kit.ROOT, env={**os.environ, "PYTHONPATH": str(kit.ROOT)}, check=False,
    )  # fmt: skip

    expected = (-31, b"") if action == KILL else (0, b"%d" % number)
    assert (done.returncode, done.stdout) == expected


def test_only_errors_that_libraries_understand_are_used() -> None:
    assert set(DENIED.values()) == {errno.EPERM, errno.EACCES, errno.ENOSYS}
