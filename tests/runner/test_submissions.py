# ruff: noqa: E501 - files in tables
"""What may be submitted: several files, files that use the pack's helpers, files that don't load, missing names."""

from __future__ import annotations

import pytest

from grader.values import Limits, Outcome, PackFiles, Verdict
from tests.runner import kit
from tests.runner.kit import Running, grade

TWO = PackFiles.of([
    ("tests/test_pack.py", b"""
def test_net(student): assert student.net.forward(2.0) == 4.0, "net differs"
def test_train(student): assert student.train.step(2.0) == 5.0, "train differs"
def test_sources(student): assert sorted(student.sources) == ["net.py", "train.py"]
"""),
])  # fmt: skip
NAMES = ("net.py", "train.py")
NET = b"def forward(x):\n    return 2 * x\n"
LONG = Limits(cpu_s=5, wall_s=20, memory_mb=200, output_kb=64)
BRIEF = Limits(cpu_s=0.8, wall_s=2, memory_mb=200, output_kb=64)
TRAIN = b"import net\ndef step(x):\n    return net.forward(x) + 1\n"


def two(runner: Running, **files: bytes) -> dict[str, Outcome]:
    submitted = {f"{name}.py": data for name, data in files.items()}
    tests = (kit.plan("test_net", BRIEF), kit.plan("test_train", BRIEF))
    outcomes = grade(runner.client, TWO, submitted, *tests, names=NAMES).outcomes
    return {o.id: o for o in outcomes}


def test_several_files_import_each_other(runner: Running) -> None:
    graded = grade(
        runner.client, TWO, {"net.py": NET, "train.py": TRAIN}, "test_net", "test_train", "test_sources",
        names=NAMES,
    )  # fmt: skip

    assert [o.verdict for o in graded.outcomes] == [Verdict.PASSED] * 3


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (b"def step(x)\n    return 1\n", "SyntaxError"),
        (b"import scipy\n", "No module named 'scipy'"),
        (b"1 / 0\n", "ZeroDivisionError"),
        (b"raise SystemExit(0)\n", "SystemExit"),
        (b"\xff\xfe\x00bad", "SyntaxError"),
        (b"x = '\x00'\n", "null bytes"),
        (b"(" * 5000 + b"\n", ""),
        (b"x = " + b"-" * 100_000 + b"1\n", ""),
        (b"x = " + b"[" * 150 + b"]" * 150 + b"\n", ""),
        (b"x = 9**9**9**9\n", ""),
        (b"while True: pass\n", ""),
        (b"import os; os._exit(0)\n", ""),
    ],
)
def test_a_file_that_does_not_load_fails_only_the_tests_that_need_it(
    runner: Running, broken: bytes, words: str
) -> None:
    outcomes = two(runner, net=NET, train=broken)

    assert outcomes["test_net"].verdict == Verdict.PASSED
    assert outcomes["test_train"].verdict in (Verdict.ERROR, Verdict.TIMEOUT, Verdict.MEMORY)
    assert words in outcomes["test_train"].message


def test_a_missing_file_fails_only_the_tests_that_need_it(runner: Running) -> None:
    outcomes = two(runner, net=NET)

    assert outcomes["test_net"].verdict == Verdict.PASSED
    assert outcomes["test_train"].verdict == Verdict.ERROR
    assert "train.py was not submitted" in outcomes["test_train"].message


def test_the_message_names_a_similar_function(runner: Running) -> None:
    outcomes = two(runner, net=b"def foward(x): return 2 * x\n", train=b"def Step(x): return 5.0\n")

    assert "`foward` found, `forward` expected" in outcomes["test_net"].message
    assert "`Step` found, `step` expected" in outcomes["test_train"].message


@pytest.mark.parametrize("name", ["numpy", "json", "random", "math"])
def test_a_file_named_like_a_library_does_not_replace_it(runner: Running, name: str) -> None:
    files = {"net.py": NET, "train.py": TRAIN, f"{name}.py": b"raise RuntimeError('the wrong one')\n"}
    files["net.py"] = f"import {name}\n".encode() + NET

    outcomes = grade(runner.client, TWO, files, "test_net", names=NAMES).outcomes

    assert outcomes[0].verdict == Verdict.PASSED


HELPED = PackFiles.of([
    ("tests/test_pack.py", b"def test_f(student): assert student.f(2.0) == 7.0, student.printed\n"),
    ("support/helper.py", b"from parts.deep import three\nprint('helper')\n"),
    ("support/parts/deep.py", b"three = 3\n"),
])  # fmt: skip
BRIDGED = PackFiles.of([
    ("tests/test_pack.py", b"def test_f(student): assert student.run(2.0) == 7.0, student.printed\n"),
    ("support/bridge.py", b"import m\ndef run(x):\n    return m.Model(2).call(x) + 3\n"),
])  # fmt: skip


def test_support_modules_can_be_imported(runner: Running) -> None:
    code = "from helper import three\nfrom parts import deep\ndef f(x): return 2 * x + deep.three\n"

    assert kit.grade_test(runner.client, HELPED, code, "test_f").verdict == Verdict.PASSED


def test_a_students_file_does_not_replace_a_support_module(runner: Running) -> None:
    files = {
        "m.py": b"from helper import three\ndef f(x): return 2 * x + three\n",
        "helper.py": b"three = 9\n",
    }

    assert grade(runner.client, HELPED, files, "test_f").outcomes[0].verdict == Verdict.PASSED


def test_a_bridge_adapts_a_class(runner: Running) -> None:
    code = "class Model:\n    def __init__(self, k): self.k = k\n    def call(self, x): return self.k * x\n"

    assert kit.grade_test(runner.client, BRIDGED, code, "test_f").verdict == Verdict.PASSED


def test_a_traceback_has_no_frame_of_the_packs_bridge(runner: Running) -> None:
    code = "class Model:\n    def __init__(self, k): self.k = k\n    def call(self, x): return self.k[0]\n"

    outcome = kit.grade_test(runner.client, BRIDGED, code, "test_f")

    assert outcome.verdict == Verdict.ERROR
    assert 'File "m.py", line 3, in call' in outcome.traceback
    assert "bridge.py" not in outcome.traceback


TOLD = PackFiles.of([
    ("tests/test_pack.py", b"""
def test_import(student): student.net.forward(2.0)
def test_library(student): student.train.step(2.0)
def test_raised(student): student.train.odd_error(2.0)
def test_printed(student): assert student.train.prints(2.0) == 0.0, "differs"
def test_limit(student): student.train.spins(2.0)
"""),
])  # fmt: skip
ODD = b"""
import resource, traceback, warnings
def step(x):
    import scipy
def odd_error(x):
    raise SyntaxError("odd", ("/usr/lib/python3/there.py", 2**70, 1, "text"))
def prints(x):
    warnings.warn("look", stacklevel=2)
    traceback.print_stack()
    return 1.0
def spins(x):
    resource.setrlimit(resource.RLIMIT_CPU, (0, 0))
    while True: pass
"""


def test_what_a_student_is_told_is_about_the_students_files(runner: Running) -> None:
    files = {"net.py": b"def forward(x):\n    import train2, other\n", "train.py": ODD}
    tests = [kit.plan(f"test_{name}", LONG) for name in ("import", "library", "raised", "printed", "limit")]
    graded = grade(runner.client, TOLD, files, *tests, names=("net.py", "train.py", "train2.py"))
    missing, library, raised, printed, limit = graded.outcomes
    every = "".join(o.message + o.traceback + o.output for o in graded.outcomes)

    assert missing.message == "net.forward raised ModuleNotFoundError: train2.py was not handed in"
    assert (
        "No module named 'scipy': only the standard library and numpy are available here" in library.message
    )
    assert raised.message == "train.odd_error raised SyntaxError: odd"
    assert 'File "train.py", line 6, in odd_error' in raised.traceback
    assert "UserWarning: look" in printed.output
    assert 'File "train.py", line 9, in prints' in printed.output
    assert 'File "/' not in every
    assert "grader/" not in every
    assert "s of processor time" not in limit.message
    assert "MB" not in limit.message
    assert limit.verdict == Verdict.ERROR


DEEP = """
import numpy as np


def inner(x):
    return np.linalg.inv(np.zeros((2, 2)))


def f(x):
    for _ in range(1):
        y = inner(x)
    return y
"""


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_traceback_has_only_the_students_frames_with_their_lines(runner: Running, ends: str) -> None:
    outcome = kit.grade_test(runner.client, HELPED, DEEP.replace("\n", ends), "test_f")

    assert outcome.verdict == Verdict.ERROR
    assert outcome.message == "f raised LinAlgError: Singular matrix"
    lines = [line.strip() for line in outcome.traceback.splitlines()]
    assert lines[0].startswith("Traceback")
    assert [x for x in lines if x.startswith("File")] == [
        'File "m.py", line 11, in f',
        'File "m.py", line 6, in inner',
    ]
    assert "return np.linalg.inv(np.zeros((2, 2)))" in lines
    assert lines[-1].endswith("LinAlgError: Singular matrix")


@pytest.mark.parametrize(
    ("code", "line"), [(b"x = 1\ndef f(:\n", 2), (b"x = 1\n\n  y = 2\n", 3), (b"print 'hi'\n", 1)]
)
def test_a_syntax_error_names_its_line(runner: Running, code: bytes, line: int) -> None:
    outcome = kit.grade_test(runner.client, HELPED, code, "test_f")

    assert outcome.verdict == Verdict.ERROR
    assert f'"m.py", line {line}' in outcome.traceback


def test_preflight_reads_files_without_running_them(runner: Running) -> None:
    scans = runner.client.preflight([
        ("good.py", b"import os\nfrom math import pi\n1 // 0\ndef f(): pass\nclass C: pass\ng = f\n"),
        ("bad.py", b"x = 1\ndef f(:\n"), ("old.py", b"print 'x'\n"), ("latin.py", "s = 'ü'".encode("latin-1")),
        ("empty.py", b""), ("zero.py", b"\0"), ("deep.py", b"(" * 300),
    ])  # fmt: skip
    by_name = {s.name: s for s in scans}

    good = by_name["good.py"]
    assert (good.error, good.imports) == (None, ("math", "os"))
    assert set(good.functions) == {"f", "g", "pi"}
    assert good.classes == ("C",)
    assert (by_name["bad.py"].line, by_name["bad.py"].python2) == (2, False)
    assert by_name["old.py"].python2
    assert by_name["empty.py"].error is None
    for name in ("bad.py", "old.py", "latin.py", "zero.py", "deep.py"):
        assert by_name[name].error, name


@pytest.mark.parametrize(
    "bomb",
    [b"x = " + b"(" * 200_000, b"x = " + b"not " * 200_000 + b"1\n", b"f'" + b"{" * 1000, b"x = 1" + b"+1" * 100_000 + b"\n"],
    ids=["parentheses", "nots", "braces", "sums"],
)  # fmt: skip
def test_preflight_survives_a_file_that_breaks_parsers(runner: Running, bomb: bytes) -> None:
    scan, _ = runner.client.preflight([("bomb.py", bomb), ("good.py", b"x = 1\n")])

    assert scan.name == "bomb.py"
    assert runner.client.preflight([("good.py", b"def f(): pass\n")])[0].functions == ("f",)
