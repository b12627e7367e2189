import json
import time

import pytest

from grader.grading.client import Mutant
from grader.packcheck import CheckReport, check
from grader.packcheck.mutants import short_limits
from grader.values import Cause, Evidence, Outcome, Verdict
from tests.helpers.packs import answering, make_pack, passed
from tests.packcheck.test_check import TESTS, Prover, is_solution, source


def mutant(text, line=3, before="squares = residual**2", after="squares = residual"):
    return Mutant("squared.py", text.encode(), line, before, after, "loss", "dropped factor")


class Mutating(Prover):
    """A fake runner that makes these mutants of the solution. Only those of text "wrong" fail a test."""

    def __init__(self, *made, reply=lambda order: None):
        super().__init__(reply)
        self.made, self.requests = made, []

    def mutants(self, files, most):
        self.requests.append((files, most))
        return 7, self.made[:most]


def caught(order):
    return answering(test_gradient=Verdict.FAILED)(order) if source(order).startswith(b"wrong") else None


def step(report, name):
    (found,) = (step for step in report.steps if step.name == name)
    return found


def test_a_mutant_that_no_test_fails_is_listed_as_advice():
    report = check(
        make_pack(), Mutating(mutant("wrong 1"), mutant("survives"), mutant("wrong 2"), reply=caught)
    )

    assert report.proven
    assert step(report, "Mutants").say == "2 of 3 caught, of 7 possible"
    assert step(report, "Mutants").advice == (
        "survived: solution/squared.py:3 (dropped factor): squares = residual**2  →  squares = residual",
    )


@pytest.mark.parametrize(
    "ended",
    [
        Outcome("test_loss", Verdict.TIMEOUT),
        Outcome("test_loss", Verdict.ERROR, message="NameError: x"),
        Outcome("test_loss", Verdict.MEMORY),
    ],
)
def test_a_mutant_that_crashes_or_hangs_is_caught(ended):
    prover = Mutating(
        mutant("wrong"),
        reply=lambda o: answering(test_loss=ended)(o) if source(o).startswith(b"wrong") else None,
    )

    assert check(make_pack(), prover).mutants.survivors == ()


def test_a_mutant_that_loses_a_part_of_the_points_is_caught():
    part = passed("test_loss", message="half")
    object.__setattr__(part, "share", part.share / 2)
    prover = Mutating(
        mutant("wrong"),
        reply=lambda o: answering(test_loss=part)(o) if source(o).startswith(b"wrong") else None,
    )

    assert check(make_pack(), prover).mutants.survivors == ()


def test_a_test_that_stops_on_a_mutant_is_reported():
    stop = Outcome("test_gradient", Verdict.INTERNAL, cause=Cause.PACK, detail="ValueError: shapes")
    prover = Mutating(
        mutant("wrong"),
        reply=lambda o: answering(test_gradient=stop)(o) if source(o).startswith(b"wrong") else None,
    )

    report = check(make_pack(), prover)

    assert report.mutants.stopped == (
        "solution/squared.py:3 (dropped factor: squares = residual): "
        "test_gradient stopped with an error of its own: ValueError: shapes",
    )
    assert report.proven


def test_a_grading_ends_with_the_first_test_that_fails():
    graded = []

    class Recording(Mutating):
        def grade(self, order, on_outcome=lambda outcome: None):
            def record(outcome):
                graded.append((source(order), outcome.id))
                on_outcome(outcome)

            return super().grade(order, record)

    check(make_pack(), Recording(mutant("wrong"), reply=caught))

    assert [test for text, test in graded if text == b"wrong"] == ["test_loss", "test_gradient"]


def test_none_are_made_if_none_are_requested():
    prover = Mutating(mutant("survives"))

    report = check(make_pack(), prover, most_mutants=0)

    assert prover.requests == []
    assert step(report, "Mutants").say == "not requested"


def test_only_python_files_are_mutated():
    prover = Mutating(mutant("wrong"), reply=caught)
    notes = '[[files]]\nname = "notes.txt"\nkind = "text"'
    files = {"solution/notes.txt": b"words", "starter/notes.txt": b""}
    folder = {"mistakes/sign/squared.py": b"def gradient(y, t): return t - y\n", "mistakes/sign.py": None}
    text = make_pack().files["pack.toml"].replace(b'"mistakes/sign.py"', b'"mistakes/sign"')
    text = text.replace(b"[limits]", notes.encode() + b"\n\n[limits]")

    check(make_pack({**files, **folder, "pack.toml": text}), prover, most_mutants=5)

    ((files, most),) = prover.requests
    assert [name for name, _ in files] == ["squared.py"]
    assert most == 5


def test_mutants_not_begun_in_time_are_not_counted(monkeypatch):
    monkeypatch.setattr("grader.packcheck.mutants.MOST_S", -1.0)

    report = check(make_pack(), Mutating(mutant("survives"), mutant("wrong")))

    assert (report.mutants.tried, report.mutants.survivors) == (0, ())


def test_limits_for_mutants_are_a_few_times_what_the_solution_used(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: None)
    quick = [passed(name, evidence=Evidence(cpu_ns=10_000_000, wall_ns=20_000_000)) for name in TESTS]
    prover = Mutating(mutant("wrong"), reply=lambda o: quick if b"residual" in source(o) else caught(o))

    check(make_pack(), prover)

    (order,) = (order for order in prover.orders if source(order) == b"wrong")
    assert {(test.limits.cpu_s, test.limits.wall_s) for test in order.tests} == {(1.05, 4.2)}
    assert order.total_s == pytest.approx(10.6)


def test_limits_are_never_widened(monkeypatch):
    pack = make_pack()
    slow = [passed(name, evidence=Evidence(cpu_ns=10**9, wall_ns=5 * 10**9)) for name in TESTS]
    reports = []
    prover = Mutating(reply=lambda o: slow if b"residual" in source(o) else None)
    monkeypatch.setattr(
        "grader.packcheck.mutants.short_limits", lambda p, r: reports.extend(r) or short_limits(p, r)
    )

    check(pack, prover)
    short = short_limits(pack, reports)

    assert short.manifest.limits_of(short.tests[0]) == pack.manifest.limits_of(pack.tests[0])


def test_a_report_with_mutants_is_the_same_after_json():
    report = check(make_pack(), Mutating(mutant("wrong"), mutant("survives"), reply=caught))

    data = json.loads(json.dumps(report.to_json()))

    assert CheckReport.from_json(data) == report
    assert data["mutants"]["survivors"][0]["line"] == 3


@pytest.mark.parametrize(("draws", "short_s"), [(1, 1.05), (2, 2.0)])
def test_a_check_of_one_draw_shortens_only_the_tests_that_a_mistake_is_said_to_fail(draws, short_s):
    quick = [passed(name, evidence=Evidence(cpu_ns=10_000_000, wall_ns=20_000_000)) for name in TESTS]
    prover = Prover(lambda order: quick if is_solution(order) else None)
    pack = make_pack()

    assert check(pack, prover, draws=draws, most_mutants=0).proven

    wrong = pack.files["mistakes/sign.py"]
    graded = [o for o in prover.orders if source(o) == wrong and not o.search]
    full = pack.manifest.limits_of(pack.tests[0])
    assert full.cpu_s == 2.0
    assert len(graded) == draws
    for order in graded:
        limits = {test.id: test.limits for test in order.tests}
        assert limits["test_gradient"].cpu_s == short_s
        assert limits["test_loss"] == limits["test_other_sizes"] == full
        assert limits["test_gradient"].wall_s == full.wall_s
