# ruff: noqa: E501 - each program is a small one on one line
"""Nothing that a student sees of a hidden row holds what the row gave their program, in any form tried here."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grader.database import writing
from grader.database.models import Assignment, ReleaseRule
from grader.grading.client import Client
from grader.grading.disclosure import Release, Role, as_seen_by
from grader.grading.grade import Draw, grade
from grader.grading.report_json import to_json
from grader.grading.submission import Submission
from grader.packs import Pack
from grader.values import Verdict

NOON = datetime(2026, 10, 14, 12, tzinfo=UTC)

SECRET = 0.7182934650817263
DIGITS = str(int(SECRET * 1e6))  # 718293
LETTERS = "".join("abcdefghij"[int(d)] for d in DIGITS)
BITS = f"{int(DIGITS):020b}"
FORMS = (
    DIGITS, DIGITS[::-1], ".".join(DIGITS), SECRET.hex()[4:10], f"{int(DIGITS):x}", f"{int(DIGITS):o}", BITS, LETTERS,
    "', '".join(LETTERS), ", ".join(DIGITS), ", ".join(str(bit == "1") for bit in BITS),
    f"{SECRET * 1e-9:e}"[:6], f"{SECRET:.4f}",
)  # fmt: skip
HELP = """
import numpy as np
def digits(x): return str(int(x * 1e6))
def bits(x): return [c == "1" for c in format(int(digits(x)), "020b")]
def letters(x): return ["abcdefghij"[int(d)] for d in digits(x)]
"""

# By test: what the program does with x, and the test that calls it as `f`.
WAYS = {
    "text": ("raise ValueError(f'x is {x}')", "f(X)"),
    "type": ("raise type('T' + digits(x), (Exception,), {})()", "f(X)"),
    "caught": ("raise ValueError(digits(x))", "try: f(X)\n    except Exception as e: assert False, f'it raised {e}'"),
    "missing": ("globals()['h' + digits(x)] = 1; raise NameError('h' + digits(x), name='h' + digits(x))", "f(X)"),
    "file": ("raise FileNotFoundError(2, 'none', digits(x) + '.py')", "f(X)"),
    "line": ("exec(compile('\\n' * (int(digits(x)) - 1) + '1 / 0', 'm.py', 'exec'))", "f(X)"),
    "printed": ("print(digits(x)); return 0", "assert f(X) == 1.0"),
    "warned": ("import warnings; warnings.warn(digits(x)); return 0", "assert f(X) == 1.0"),
    "value": ("return x", "y = f(X)\n    assert y == 1.0, f'expected 1.0, but f returned {y!r}'"),
    "tiny": ("return x * 1e-9", "y = f(X)\n    assert y == 1.0, f'f returned {y:e}'"),
    "hexadecimal": ("return x", "y = f(X)\n    assert y == 1.0, f'f returned {y.hex()} and {int(y * 1e6):x}, {int(y * 1e6):o}'"),
    "glued": ("return int(digits(x))", "y = f(X)\n    assert y == 1, f'layer{y} is wrong'"),
    "reversed": ("return digits(x)[::-1]", "y = f(X)\n    assert y == '1', f'f returned {y}'"),
    "digits": ("return [int(d) for d in digits(x)]", "y = f(X)\n    assert y == 1, f'f returned {y}'"),
    "bools": ("return bits(x)", "y = f(X)\n    assert y == 1, f'f returned {y}'"),
    "letters": ("return letters(x)", "y = f(X)\n    assert y == 1, f'f returned {y}'"),
    "same": ("return x", "same(f(X), 1.0)"),
    "entry": ("return np.array([1.0, x])", "same(f(X), np.ones(2), 'W1')"),
    "gradient": ("return {'W': np.array([1.0, x])}", "gradcheck(f(X), args=({'W': np.ones(2)},), reference={'W': np.ones(2)})"),
    "shape": ("return np.zeros(int(digits(x)), np.int8)", "same(f(X), np.ones(3), 'W1')"),
    "key": ("return {digits(x): 1.0}", "same(f(X), {'w': 1.0})"),
    "stops": ("return {digits(x): 1.0}", "assert f(X)['w'] == 1.0"),
    "number": ("return x", "report_number(Number('size', f(X), 0.1, False))\n    assert False, 'too large'"),
    "award": ("return x", "award(0.5, f'it is {f(X)}')"),
    "curve": ("return x", "picture.curve('losses', np.array([f(X), 1.0]))\n    assert False, 'too large'"),
    "text_to_mark": ("return digits(x)", "by_hand('It was ' + f(X))"),
}  # fmt: skip
NOT_IN_REPORT = {"line", "printed", "warned"}  # traceback and output of hidden rows are for staff
FIXTURES = "student, same, gradcheck, report_number, award, picture, by_hand"
RIGHT = {"stops": "{'w': 1.0}", "text_to_mark": "'a text'"}
SOLUTION = "".join(f"def f_{name}(x): return {RIGHT.get(name, '1.0')}\n" for name in WAYS)
PROGRAM = HELP + "".join(f"def f_{name}(x): {body}\n" for name, (body, _) in WAYS.items())
TESTS = f"import numpy as np\nfrom grader.values import Number\nX = {SECRET}\n" + "".join(
    f"def test_{name}({FIXTURES}):\n    f = student.f_{name}\n    {body}\n"
    for name, (_, body) in WAYS.items()
)


def hostile_pack(*, own_text: bool) -> Pack:
    rows = "".join(
        f'[[tests]]\nid = "test_{name}"\ntitle = "By {name}"\npoints = 1\nvisibility = "hidden"\n'
        f"by_hand = {str(name == 'text_to_mark').lower()}\nown_text = {str(own_text).lower()}\n"
        for name in WAYS
    )
    manifest = (
        'format = 1\nid = "told"\ntitle = "Told"\nruntime = "numpy"\n[[files]]\nname = "m.py"\nkind = "python"\n'
        f"[limits]\ncpu_s = 5.0\nwall_s = 30.0\nmemory_mb = 512\ntotal_s = 120.0\n{rows}"
    )
    files = {
        "pack.toml": manifest,
        "handout.md": "# T\n",
        "tests/test_told.py": TESTS,
        "solution/m.py": SOLUTION,
        "starter/m.py": SOLUTION,
    }
    return Pack.from_files({name: text.encode() for name, text in files.items()})


def told(text: str) -> list[str]:
    """The forms of the secret in a text."""
    return [form for form in FORMS if form in text]


def seen_by(report, role):
    release = Release(at_once=True)
    return {
        row["id"][5:]: json.dumps(row) for row in to_json(as_seen_by(report, role, NOON, release))["results"]
    }


@pytest.mark.slow
def test_a_program_carries_nothing_out_of_a_hidden_row(shared_runner, world):
    reports = {}
    for own_text in (False, True):
        pack, submission = hostile_pack(own_text=own_text), Submission((("m.py", PROGRAM.encode()),))
        reports[own_text] = grade(pack, submission, Client(shared_runner), draw=Draw(b"secret", "team", "m"))
    reserved, allowed = (seen_by(reports[own_text], Role.STUDENT) for own_text in (False, True))
    staff = seen_by(reports[False], Role.STAFF)

    assert [(r.id, r.detail) for r in reports[False].results if r.verdict is Verdict.INTERNAL] == []
    assert [name for name in WAYS if not told(staff[name])] == []  # the control: each way works
    assert [name for name in WAYS if not told(allowed[name])] == sorted(NOT_IN_REPORT)
    assert {name: (told(text), text) for name, text in reserved.items() if told(text)} == {}

    with writing(world.engine) as session:
        session.get_one(Assignment, world.assignment.id).release = ReleaseRule.AT_ONCE
    world.grade(*(replace(result, hint="Think") for result in reports[False].results))
    alice = world.visit("alice")
    for path in ("", "/report.json", "/live", *(f"/arguments/test_{name}.npz" for name in WAYS)):
        answer = alice.get(world.attempt + path)
        assert (path, told(answer.text)) == (path, [])
        assert answer.status_code == (404 if path.startswith("/arguments") else 200)
    assert told(world.visit("ta").get(world.attempt + "/report.json").text)
