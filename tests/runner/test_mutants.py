"""Mutants, which a candidate process generates, and gradings whose client disconnects."""

from __future__ import annotations

import pytest

from grader.values import Order, Outcome
from tests.runner import kit
from tests.runner.kit import Running

PROGRAM = b"import os\nos._exit(1)\n\n\ndef f(x, y):\n    return x - y\n"
MANY = "import os\nHOST = os.urandom(8).hex()\ndef test_host(student): assert False, HOST\n" + "".join(
    f"def test_{n:02}(student): pass\n" for n in range(30)
)


class Enough(Exception):
    """Raised by a client that wants no more outcomes."""


def test_a_candidate_makes_mutants_without_running_the_program(runner: Running) -> None:
    possible, mutants = runner.client.mutants([("m.py", PROGRAM), ("notes.txt", b"not ( Python")], 60)

    assert possible >= len(mutants) > 4
    assert "return x + y" in [mutant.after for mutant in mutants]
    for mutant in mutants:
        assert mutant.source.split(b"\n")[mutant.line - 1].strip().decode() == mutant.after
        assert PROGRAM.split(b"\n")[mutant.line - 1].strip().decode() == mutant.before


@pytest.mark.parametrize(
    "bomb",
    [b"x = " + b"(" * 200_000, b"x = " + b"not " * 200_000 + b"1\n", b"x = 1" + b"+1" * 100_000 + b"\n"],
)
def test_a_file_that_breaks_parsers_has_no_mutants(runner: Running, bomb: bytes) -> None:
    assert runner.client.mutants([("bomb.py", bomb)], 60)[1] == ()
    assert runner.client.mutants([("m.py", PROGRAM)], 1)[1]


def test_a_client_that_disconnects_while_grading_does_not_end_the_test_host(runner: Running) -> None:
    pack = kit.pack(MANY)
    quick = [kit.plan(f"test_{n:02}") for n in range(30)]

    def host() -> str:
        (outcome,) = kit.grade(runner.client, pack, b"", "test_host").outcomes
        return outcome.message

    def leave(outcome: Outcome) -> None:
        raise Enough

    before = host()
    for _ in range(5):
        with pytest.raises(Enough):
            runner.client.grade(Order(pack, ("m.py",), (("m.py", b""),), tuple(quick), 30, False), leave)

    assert host() == before
