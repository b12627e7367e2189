"""Every waiting call gets an answer, whatever happens while it is decided."""

import errno
import struct

import pytest

from grader.sandbox import kernel

CALLER, IDENTITY = 4711, 99
REFUSED, ALLOWED = (-errno.EPERM, 0), (0, 1)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """(error, flags) of each answer; one call of CALLER waits."""
    given: list[tuple[int, int]] = []

    def ioctl(listener: int, request: int, buffer: bytearray) -> int:
        if request == kernel._RECEIVE:
            struct.pack_into("=QI", buffer, 0, IDENTITY, CALLER)
        else:
            identity, _, error, flags = struct.unpack("=QqiI", buffer)
            assert identity == IDENTITY
            given.append((error, flags))
        return 0

    monkeypatch.setattr(kernel.fcntl, "ioctl", ioctl)
    return given


@pytest.mark.parametrize("kind", [FileNotFoundError, PermissionError, ValueError])
def test_a_call_is_refused_if_it_can_not_be_decided(
    answers: list[tuple[int, int]], kind: type[Exception]
) -> None:
    def unless() -> bool:
        raise kind(errno.ENOENT, "No such file or directory: /proc/4711/fd")

    with pytest.raises(kind):
        kernel.answer_notification(3, allow=CALLER, unless=unless)
    assert answers == [REFUSED]


@pytest.mark.parametrize(
    ("allow", "keeps", "answer"),
    [(CALLER, False, ALLOWED), (CALLER, True, REFUSED), (CALLER + 1, False, REFUSED), (0, False, REFUSED)],
)
def test_only_the_task_that_may_and_keeps_nothing_is_allowed(
    answers: list[tuple[int, int]], allow: int, keeps: bool, answer: tuple[int, int]
) -> None:
    allowed = kernel.answer_notification(3, allow=allow, unless=lambda: keeps)

    assert answers == [answer]
    assert allowed == (answer == ALLOWED)


@pytest.mark.parametrize(
    "at", [kernel._RECEIVE, kernel._SEND], ids=["before it is read", "before its answer"]
)
def test_a_caller_that_has_died_is_ignored(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    def ioctl(listener: int, request: int, buffer: bytearray) -> int:
        struct.pack_into("=QI", buffer, 0, IDENTITY, CALLER)
        if request == at:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
        return 0

    monkeypatch.setattr(kernel.fcntl, "ioctl", ioctl)

    assert not kernel.answer_notification(3, allow=CALLER)
