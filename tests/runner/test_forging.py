# ruff: noqa: E501 - each attack is a small program on one line
"""Attacks on the result: only the right value passes, and no attack is reported as an error of the pack or
of our system."""

from __future__ import annotations

from typing import Any

import pytest

from grader.values import Limits, Verdict
from tests.runner import kit
from tests.runner.forging import FORGING, TAMPERING
from tests.runner.values import VALUES

PACK = kit.pack(
    "import numpy as np\n"
    "def test_answer(student, rng, same):\n"
    "    for _ in range(2):\n"
    "        x = rng.normal(size=5)\n"
    "        same(student.f(x), 3 * x + 1, 'f(x)')\n"
    "def test_after(student):\n"
    "    assert student.f(np.zeros(5)) is not None, 'none'\n"
)
BRIEF = Limits(cpu_s=0.8, wall_s=1, memory_mb=200, output_kb=64)
ALL = {**FORGING, **TAMPERING, **VALUES}
HONEST = "def f(x): return 3 * x + 1\n"


@pytest.fixture(scope="session")
def outcomes(runner: kit.Running) -> dict[str, Any]:
    return kit.grade_each(runner.client, PACK, ALL, kit.plan("test_answer", BRIEF))


@pytest.mark.parametrize("name", ALL)
def test_only_the_right_value_passes(outcomes: dict[str, Any], name: str) -> None:
    outcome = outcomes[name]

    assert outcome.verdict not in (Verdict.PASSED, Verdict.INTERNAL), outcome
    assert outcome.share == 0
    assert len(outcome.message) <= 4000
    assert len(outcome.traceback) <= 2000


def test_an_honest_file_passes_after_all_attacks(runner: kit.Running) -> None:
    assert kit.grade_test(runner.client, PACK, HONEST, "test_answer").verdict == Verdict.PASSED


SEEKING = {
    "in its objects": "for o in gc.get_objects():\n    seen(o)\n",
    "in its frames": "frame = sys._getframe()\nwhile frame:\n    seen(frame.f_locals); seen(frame.f_globals); frame = frame.f_back\n",
    "in its modules": "for m in list(sys.modules.values()):\n    seen(vars(m))\n",
    "in the cache of lines": "import linecache\nfor v in linecache.cache.values(): seen(v[2])\n",
    "by importing the tests": "import test_pack\nseen(vars(test_pack))\n",
    "by importing the solution": "import solution\nseen(vars(solution))\n",
    "by importing the reference": "import reference\nfound.append(reference)\n",
    "by importing the kit": "import grader.kit\nfound.append(1)\n",
    "by importing pytest": "import pytest\nfound.append(1)\n",
    "by importing the core": "import grader.grading.grade\nfound.append(1)\n",
}  # fmt: skip
LOOK = """
import gc, sys
MARK = ''.join(reversed('rewsna-neddih'))
found = []
def seen(o, depth=0):
    if isinstance(o, str) and o is not MARK and MARK in o and len(o) < 10**6: found.append(o)
    elif isinstance(o, bytes) and MARK.encode() in o: found.append(o)
    elif depth < 3 and isinstance(o, dict): [seen(v, depth + 1) for v in list(o.values())]
    elif depth < 3 and isinstance(o, (list, tuple)): [seen(v, depth + 1) for v in o[:200]]
"""
HIDING = kit.pack(
    "from grader.kit import fail\n"
    "ANSWER = 'hidden-answer'\n"
    "def test_seek(student):\n"
    "    got = student.f()\n"
    "    assert got == 0, f'GOT THROUGH {got}'\n",
    solution__m="ANSWER = 'hidden-answer'\ndef f(): return 0\n",
)


@pytest.mark.parametrize("name", SEEKING)
def test_the_candidate_process_contains_nothing_of_the_tests(runner: kit.Running, name: str) -> None:
    body = "".join(f"    {line}\n" for line in SEEKING[name].splitlines())
    code = f"{LOOK}def look():\n{body}\ndef f():\n    try:\n        look()\n    except (ImportError, OSError):\n        pass\n    return len(found)\n"

    outcome = kit.grade_test(runner.client, HIDING, code, "test_seek")

    assert outcome.verdict == Verdict.PASSED, outcome


def test_the_search_finds_a_text_that_is_there(runner: kit.Running) -> None:
    code = f"{LOOK}def f():\n    here = ['x', MARK + '!']\n    for o in gc.get_objects(): seen(o)\n    return len(found)\n"

    outcome = kit.grade_test(runner.client, HIDING, code, "test_seek")

    assert "GOT THROUGH" in outcome.message
