# ruff: noqa: E501 - each program is a small one on one line
"""The message of a hidden test holds no text that the student's program wrote, but says what was wrong."""

from __future__ import annotations

import dataclasses

import pytest

from grader.values import Limits, Mode, Outcome
from tests.runner import kit
from tests.runner.kit import Running

SECRET = "271828"
PACK = kit.pack(
    f"import pytest\nX = {SECRET}.0\n"
    "def test_f(student): assert student.f(X) == 1.0\n"
    "def test_shown(student):\n    y = student.f(X)\n    assert y == 1.0, f'expected 1.0, but f returned {y!r}'\n"
    "def test_same(student, same): same(student.f({'W1': X}), {'W1': 1.0})\n"
    "def test_caught(student):\n    try: student.f(X)\n    except Exception as e: assert False, f'it raised {e}'\n"
    "@pytest.mark.parametrize('n', [1, 2])\ndef test_cases(student, n): assert student.f(X) == n\n"
    "def test_wrong(student): assert student.f(X) == 'abc', f'expected abc, got {student.f(X)}'\n"
    "def test_cut(student): assert False, f'f returned {student.f(X)!r}'[:40]\n"
)
LIMITS = Limits(cpu_s=2, wall_s=20, memory_mb=200, output_kb=64)
N = "n(x)"
HELPER = "def n(x): return int(x['W1'] if isinstance(x, dict) else x)\n"

# A program whose hidden row would tell the argument, and the row.
LEAKS: dict[str, tuple[str, str]] = {
    "the text of an exception": (f"def f(x): raise ValueError(f'x is {{{N}}}')", "test_f"),
    "the text of an exception in a case": (f"def f(x): raise ValueError({N})", "test_cases"),
    "the type of an exception": (f"def f(x): raise type(f'T{{{N}}}', (Exception,), {{}})()", "test_f"),
    "the line of made up code": (f"def f(x):\n    exec(compile('\\n' * ({N} - 1) + '1 / 0', 'm.py', 'exec'))", "test_f"),
    "the text of a caught exception": (f"def f(x): raise ValueError({N})", "test_caught"),
    "the type of what it returns": (f"def f(x): return type(f'T{{{N}}}', (), {{}})()", "test_f"),
    "the place in what it returns": (f"def f(x): return {{str({N}): {{1, 2}}}}", "test_f"),
    "a returned text": (f"def f(x): return str({N})", "test_shown"),
    "a long returned text": (f"def f(x): return f'what it gave me was {{{N}}}, no more'", "test_shown"),
    "a text in a list": (f"def f(x): return [1.0, f'it was {{{N}}}']", "test_shown"),
    "a name in a dict": (f"def f(x): return {{f'W{{{N}}}': 1.0}}", "test_same"),
    "many texts": (f"def f(x): return [str({N} + i) for i in range(60000)][:1]", "test_shown"),
    "a missing function": (f"def g(x): pass\ndef __getattr__(name): raise AttributeError(name)\ndef f(x):\n    global f\n    globals()[f'h{{{N}}}'] = f; del f\n    raise KeyError", "test_cases"),
    "an exit status": (f"import os\ndef f(x): os._exit({N} % 250)", "test_f"),
}  # fmt: skip
TOLD = {"an exit status": str(int(SECRET) % 250), "the line of made up code": SECRET}


def graded(runner: Running, code: str, test: str, *, hidden: bool, own_text: bool = False) -> Outcome:
    plan = dataclasses.replace(kit.plan(test, LIMITS, hidden=hidden), own_text=own_text)
    return kit.grade(runner.client, PACK, f"{code}\n{HELPER}", plan).outcomes[0]


def read(outcome: Outcome) -> str:
    """All texts of a hidden test that students may read after its release."""
    texts = [outcome.message, *(c.message for c in outcome.cases), *(n.name for n in outcome.numbers)]
    return "\n".join([*texts, outcome.answer, *(p.text for p in outcome.pictures)])


pytestmark = pytest.mark.parametrize("runner", [Mode.UNPRIVILEGED], indirect=True, ids=str)


@pytest.mark.parametrize("name", LEAKS)
def test_a_hidden_test_shows_no_text_of_the_program(runner: Running, name: str) -> None:
    code, test = LEAKS[name]
    told = TOLD.get(name, SECRET)

    visible, hidden, allowed = (
        graded(runner, code, test, hidden=h, own_text=own)
        for h, own in ((False, False), (True, False), (True, True))
    )

    assert told in read(visible) + visible.traceback  # the control: the program does tell it
    assert told not in read(hidden)
    assert read(hidden).strip()
    assert read(allowed) == read(visible)


def test_it_still_says_what_was_wrong(runner: Running) -> None:
    cases = {
        "def f(x):\n    y = x\n    return y / 0": ("test_f", "f raised ZeroDivisionError in line 3"),
        "def g(x): return x": ("test_f", "f is not defined"),
        "def f(x): return {1}": ("test_f", "f returned a set; expected numbers"),
        "def f(x): yield x": ("test_f", "it has not been computed yet; put list(...) around it"),
        "async def f(x): return x": ("test_f", "f returned a coroutine; expected numbers"),
        "def f(x): return {'W1': __import__('numpy').array([x, 1], dtype=object)}": (
            "test_same",
            "f returned an array of dtype object at ['W1'], expected float64",
        ),
        "def f(x): return 2.0": ("test_shown", "expected 1.0, but f returned [value]"),
        "def f(x): return 'setosa'": ("test_wrong", "expected abc, got setosa"),
        "def f(x): return {'W1': 2.0}": (
            "test_same",
            "The result['W1'] is wrong; relative error about 1, threshold 1e\u22129.",
        ),
    }
    for code, (test, expected) in cases.items():
        outcome = graded(runner, code, test, hidden=True)
        assert expected in outcome.message, outcome
        assert "[text of your program]" not in outcome.message


def test_what_stands_for_a_text_is_apart_from_words_and_has_both_quotes(runner: Running) -> None:
    cases = {
        LEAKS["the text of a caught exception"]: "it raised [text of your program]",
        (f"def f(x): return {{'k' * 90 + str({N}): 1.0, 'l' * 90: 1}}", "test_same"): (
            "The result has no 'W1'; it contains '[text of your program]...' and '[text of your program]...'."
        ),
        (f"def f(x): return 'y' * 90 + str({N})", "test_cut"): "f returned '[text of your program]'",
        (f"def f(x): return ['y' * 9, 'z' * 90 + str({N})]", "test_cut"): (
            "f returned ['[text of your program]', '[text of your program]'"
        ),
    }
    for (code, test), expected in cases.items():
        assert graded(runner, code, test, hidden=True).message == expected


def test_staff_read_the_whole_text(runner: Running) -> None:
    outcome = graded(runner, LEAKS["the text of an exception"][0], "test_f", hidden=True)

    assert f"x is {SECRET}" in outcome.detail
    assert f"x is {SECRET}" in outcome.traceback


@pytest.mark.parametrize("bridged", [False, True], ids=["read", "run by the pack's bridge"])
def test_a_text_that_is_only_read_is_quoted_in_full(runner: Running, bridged: bool) -> None:
    test = "def test_a(student):\n    got = student.answer('q1')\n    assert not got, f'the answer is {got} 0.271828'\n"
    bridge = {"support__bridge": "def answer(name): return 'seven of them'"}
    of = kit.pack(test, **(bridge if bridged else {}))
    plan = kit.plan("test_a", LIMITS, hidden=True)

    (outcome,) = kit.grade(
        runner.client, of, {"a.txt": b"[q1]\nsix of them\n"}, plan, names=("a.txt",)
    ).outcomes

    assert ("seven of them" in read(outcome)) is False
    assert ("six of them" in read(outcome)) is not bridged
