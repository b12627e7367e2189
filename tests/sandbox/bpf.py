"""Runs a seccomp program as the kernel does; it knows only the five instructions that our programs use."""

from __future__ import annotations

import struct
from collections.abc import Iterable

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
KILL, ERRNO, NOTIFY, ALLOW = "kill", "errno", "notify", "allow"
_ACTIONS = {0x80000000: KILL, 0x00050000: ERRNO, 0x7FC00000: NOTIFY, 0x7FFF0000: ALLOW}


def answer(program: bytes, audit: int, number: int, *arguments: int) -> tuple[str, int]:
    """The action for one system call, and its errno (0 unless the action is ERRNO)."""
    padded = [a & 0xFFFFFFFFFFFFFFFF for a in (*arguments, *[0] * (6 - len(arguments)))]
    data = struct.pack("<iIQ6Q", number if number < 1 << 31 else number - (1 << 32), audit, 0, *padded)
    value = run(program, data)
    return _ACTIONS[value & 0xFFFF0000], value & 0xFFFF


def stacked(programs: Iterable[bytes], audit: int, number: int, *arguments: int) -> tuple[str, int]:
    """The action of several filters together: the most severe one counts."""
    answers = [answer(p, audit, number, *arguments) for p in programs]
    return min(answers, key=lambda a: (KILL, ERRNO, NOTIFY, ALLOW).index(a[0]))


def run(program: bytes, data: bytes) -> int:
    """The value that the program returns for one `struct seccomp_data`."""
    steps = list(struct.iter_unpack("HBBI", program))
    at, accumulator = 0, 0
    for _ in range(len(steps)):
        code, yes, no, k = steps[at]
        at += 1
        if code == LOAD:
            accumulator = struct.unpack_from("<I", data, k)[0]
        elif code == RETURN:
            return int(k)
        else:
            tests = {EQUAL: accumulator == k, AT_LEAST: accumulator >= k, ANY_BIT: bool(accumulator & k)}
            at += yes if tests[code] else no
    raise AssertionError("the program runs off its end")
