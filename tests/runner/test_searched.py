"""The candidates of a search are confined like all others, and what they say is the work of a stranger.

`make test` tries a part of the attacks, `make chaos` all of them (GRADECHECK_SEARCHED).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from grader.grading.client import Client
from grader.values import Limits, Order, Outcome, Verdict
from grader.values.lines import Line
from grader.values.text import displayable
from tests.runner import kit
from tests.runner.forging import FORGING, TAMPERING
from tests.runner.isolation import OWN
from tests.runner.searched import (
    DESCRIBED,
    LONG_NOTICING,
    LONG_TRIED,
    NOTICING,
    PROVEN,
    TRIED,
    armed,
    forged,
)
from tests.runner.targets import Targets
from tests.runner.test_isolation import attacks
from tests.runner.values import VALUES

ALL = bool(os.environ.get("GRADECHECK_SEARCHED"))
FEW = 8  # of the attacks that other tests try too, in `make test`
LIMITS = Limits(cpu_s=2, wall_s=4, memory_mb=300, output_kb=64)
SECRET = 271828.0
PACK = kit.pack(
    "import numpy as np\n"
    "def test_answer(student, rng, same):\n"
    "    x = rng.normal(size=5)\n"
    "    same(student.f(x), 3 * x + 1, 'f(x)')\n"
    "def test_hidden(student, rng, same):\n"
    f"    x = {SECRET} + rng.normal(size=5)\n"
    "    same(student.f(x), 3 * x + 1, 'f(x)')\n"
)
HONEST = "def f(x):\n    return 3 * x + 1\n"
ONE_WRONG = "def f(x):\n    return 3 * x - 1\n"
SPECIAL = {
    **NOTICING,
    **{f"describe {name}": forged(answer) for name, answer in {**DESCRIBED, **PROVEN}.items()},
    **{f"say {name}": forged("[SIGN]", values) for name, values in TRIED.items()},
}
LONG = {
    **LONG_NOTICING,
    **{f"say {name}": forged("[SIGN]", values) for name, values in LONG_TRIED.items()},
}
ELSEWHERE = {name: armed(code, "x") for name, code in {**FORGING, **TAMPERING, **VALUES}.items()}


def some(programs: Mapping[str, str]) -> dict[str, str]:
    """All of the programs, or a few of them, evenly."""
    step = 1 if ALL else max(1, len(programs) // FEW)
    return dict(list(programs.items())[::step])


def searched(client: Client, code: str, *, hidden: bool = False) -> Outcome:
    """The outcome of a program in the order of a search."""
    test = "test_hidden" if hidden else "test_answer"
    plan = kit.plan(test, LIMITS, hidden=hidden)
    order = Order(PACK, ("m.py",), (("m.py", code.encode()),), (plan,), 90, False, explain=False, search=True)
    return client.grade(order).outcomes[0]


def searched_each(client: Client, codes: Mapping[str, str], *, hidden: bool = False) -> dict[str, Outcome]:
    """The outcome of each, several at a time."""
    with ThreadPoolExecutor(kit.SLOTS) as pool:
        found = pool.map(lambda code: searched(client, code, hidden=hidden), codes.values())
        return dict(zip(codes, found, strict=True))


def texts(line: Line) -> Iterator[str]:
    yield from (line.text, line.function, line.kind, line.old, line.new, *line.explains)
    yield from (spot.file for spot in (line.spot, *line.also, *line.together))


def is_of_its_file(line: Line, code: str) -> bool:
    """Whether a line is one of this file, and says nothing that the file does not say."""
    lines = code.split("\n")
    spots = (line.spot, *line.also, *line.together)
    return (
        all(s.file == "m.py" and 1 <= s.line <= s.end_line <= len(lines) for s in spots)
        and line.text == lines[line.spot.line - 1][:400]
        and line.function in ("", "f", "deed", "say")
        and all(displayable(text) == text and len(text) <= 600 for text in texts(line))
        and set(line.explains) <= {"test_answer", "test_hidden"}
        and 0 <= line.tried <= 100_000
    )


@pytest.fixture(scope="session")
def special(runner: kit.Running) -> dict[str, Outcome]:
    return searched_each(runner.client, {**SPECIAL, **(LONG if ALL else {})})


@pytest.mark.parametrize("name", [*SPECIAL, *(LONG if ALL else ())])
def test_no_program_gains_by_what_it_does_to_its_search(
    runner: kit.Running, special: dict[str, Outcome], name: str
) -> None:
    code, outcome = {**SPECIAL, **LONG}[name], special[name]

    assert outcome.verdict is Verdict.FAILED, outcome
    assert outcome.share == 0
    assert outcome.line is None or is_of_its_file(outcome.line, code), outcome.line


def test_a_change_is_taken_only_with_words_that_can_be_checked(special: dict[str, Outcome]) -> None:
    """The controls of the test above: these changes are right, so what was false beside them was left out."""
    lines = {name: special[f"describe {name}"].line for name in PROVEN}
    kept = {name for name, line in lines.items() if line is not None}

    assert kept == {"the arguments as a function", "another function"}
    assert {line.function for line in lines.values() if line is not None} == {""}


@pytest.mark.parametrize("name", DESCRIBED)
def test_a_change_that_is_none_of_the_file_names_no_line(special: dict[str, Outcome], name: str) -> None:
    assert special[f"describe {name}"].line is None


def test_no_deed_of_another_attack_gets_through_in_a_search(
    runner: kit.Running, attack_targets: Targets
) -> None:
    known = {name for name, attack in OWN.items() if runner.mode in attack.known}
    codes = {
        name: armed(code) for name, code in some(attacks(attack_targets, runner)).items() if name not in known
    }

    outcomes = searched_each(runner.client, codes)

    assert {name: o.line for name, o in outcomes.items() if o.line is not None} == {}
    assert {o.verdict for o in outcomes.values()} == {Verdict.FAILED}


def test_a_deed_that_gets_through_is_seen(runner: kit.Running) -> None:
    """The control of the test above: with a deed that is allowed the search names the line."""
    line = searched(runner.client, armed("def f():\n    return len(open('m.py').read()) > 0\n")).line

    assert line is not None
    assert "armed" in line.text


def test_no_forged_answer_or_value_is_believed_in_a_search(runner: kit.Running) -> None:
    codes = some(ELSEWHERE)

    outcomes = searched_each(runner.client, codes)

    for name, outcome in outcomes.items():
        assert outcome.verdict is Verdict.FAILED, (name, outcome)
        assert outcome.line is None or is_of_its_file(outcome.line, codes[name]), (name, outcome.line)


def test_what_a_hidden_test_gives_a_search_is_in_nothing_that_is_said_of_its_line(
    runner: kit.Running,
) -> None:
    codes = {
        **{name: forged(PROVEN[name]) for name in PROVEN},
        **{name: NOTICING[name] for name in NOTICING if name.startswith(("print", "write", "answer"))},
    }

    outcomes = searched_each(runner.client, codes, hidden=True)

    for name, outcome in outcomes.items():
        said = "".join(texts(outcome.line)) if outcome.line else ""
        assert "2718" not in said + outcome.output + outcome.message, (name, outcome)


def test_the_runner_serves_the_next_search_and_leaves_no_process(
    runner: kit.Running, special: dict[str, Outcome]
) -> None:
    outcome = searched(runner.client, ONE_WRONG)
    right = kit.grade_test(runner.client, PACK, HONEST, "test_answer")
    before = kit.family(runner.process.pid)
    searched_each(runner.client, {name: NOTICING[name] for name in ("leave threads", "answer in a thread")})

    assert outcome.line is not None
    assert (outcome.line.spot.line, outcome.line.function) == (2, "f")
    assert right.verdict is Verdict.PASSED
    kit.wait_until(lambda: len(kit.family(runner.process.pid)) <= len(before) + 3)


def test_a_search_of_one_program_says_nothing_of_another(runner: kit.Running) -> None:
    keeping = NOTICING["print what it is given"]
    searched(runner.client, keeping, hidden=True)

    outcome = searched(runner.client, keeping)

    assert "2718" not in repr(outcome)


def test_a_visible_search_is_never_given_what_a_hidden_test_draws(runner: kit.Running) -> None:
    """A program that is right on visible inputs only when it has seen a hidden one is never found right."""
    code = (
        "seen = []\nways = {True: lambda x: 3 * x + 1, False: lambda x: 2 * x}\n"
        "def f(x):\n    seen.append(float(max(x)))\n    armed = 0\n    if armed:\n"
        "        return ways[max(seen) > 1000](x)\n    return x - 0.5\n"
    )
    plans = (kit.plan("test_answer", LIMITS), kit.plan("test_hidden", LIMITS, hidden=True))
    order = Order(PACK, ("m.py",), (("m.py", code.encode()),), plans, 90, False, explain=False, search=True)

    shown, hidden = runner.client.grade(order).outcomes

    assert shown.line is None
    assert hidden.line is not None, "the control: on the hidden input the change is right"
