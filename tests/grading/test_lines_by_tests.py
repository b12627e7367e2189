"""Real searches behind tests that compare nothing of what a call returned with `same`."""

import pytest

from grader.grading.client import Client
from grader.grading.grade import Draw, grade
from grader.grading.lines import with_lines
from grader.grading.submission import check_files
from grader.values import Verdict
from tests.helpers.packs import make_pack

TESTS = """
import numpy as np
import pytest

from grader.kit import fail


def draw(rng, n=5):
    return rng.normal(size=n), rng.normal(size=n)


def test_loss(student, rng):
    assert {loss}


def test_gradient(student, rng, same, gradcheck):
    y, t = draw(rng)
    {gradient}


def test_other_sizes(student, rng):
    y, t = draw(rng, 3)
    assert np.allclose(student.gradient(y, t), y - t)
"""
ANY_LOSS = "student.loss(*draw(rng)) is not None"
TOLERANT_LOSS = "student.loss(*draw(rng)) < 100.0"
PROGRAM = b"""
def loss(y, t):
    residual = y - t
    scale = %s
    return scale * (residual**2).sum()


def gradient(y, t):
    residual = %s
    return residual
"""
WAYS = {
    "assert": "assert np.allclose(student.gradient(y, t), y - t), 'the gradient differs'",
    "derived": "same(3.0 * student.gradient(y, t)[::-1] + 1.0, 3.0 * (y - t)[::-1] + 1.0)",
    "fail": "np.allclose(student.gradient(y, t), y - t) or fail('The gradient differs.')",
    "pytest.fail": "np.allclose(student.gradient(y, t), y - t) or pytest.fail('The gradient differs.')",
    "numpy": "np.testing.assert_allclose(student.gradient(y, t), y - t)",
    "of": "gradcheck(student.gradient(y, t), of=lambda y: float(((y - t)**2).sum() / 2), args=(y,))",
    "two calls": "assert np.allclose(student.gradient(y, t) + student.gradient(2 * y, t), 3 * y - 2 * t)",
}


@pytest.fixture(scope="module")
def client(shared_runner):
    return Client(shared_runner)


def graded(client, files, *, gradient, loss=ANY_LOSS):
    """The report on these files, and the lines by their tests."""
    pack = make_pack({"tests/test_squared.py": TESTS.format(gradient=gradient, loss=loss).encode()})
    submission = check_files(pack, {"squared.py": files})
    report = grade(pack, submission, client, draw=Draw(), explain=False)
    after = with_lines(report, pack, submission, client)
    assert [(r.id, r.verdict, r.points) for r in after.results] == [
        (r.id, r.verdict, r.points) for r in report.results
    ]
    return report, {result.id: result.line for result in after.results if result.line}


@pytest.mark.parametrize("way", WAYS)
def test_the_line_behind_a_test_is_found_however_it_fails(client, way):
    report, lines = graded(client, PROGRAM % (b"0.5", b"t - y"), gradient=WAYS[way])

    failed = {r.id for r in report.results if r.verdict is Verdict.FAILED}
    assert failed == {"test_gradient", "test_other_sizes"} == set(lines)
    assert {line.spot.line for line in lines.values()} <= {9, 10}
    assert {place.line for line in lines.values() for place in (line.spot, *line.also)} >= {9}


def test_a_test_that_accepts_a_range_gives_no_line_alone(client):
    report, lines = graded(
        client, PROGRAM % (b"5000.0", b"y - t"), gradient=WAYS["assert"], loss=TOLERANT_LOSS
    )

    assert [r.id for r in report.results if r.verdict is Verdict.FAILED] == ["test_loss"]
    assert lines == {}


FORGING = b"""
import sys

serving = sys.modules.get("grader.candidate.search.serving")
if serving is not None:
    from grader.wire import encode

    serving.Searching.again = lambda self, request: encode("value", {"value": %s})
"""


@pytest.mark.parametrize(
    "value", [b"None", b"[[]]", b"request['call']['args'][0] * 0", b"{'a': float('nan')}"]
)
def test_a_program_that_forges_the_values_of_changed_calls_gains_no_line(client, value):
    files = PROGRAM % (b"0.5", b"t - y") + FORGING % value

    _, lines = graded(client, files, gradient=WAYS["two calls"])

    assert all(line.spot.line in (9, 10) for line in lines.values())


def test_an_answer_that_always_passes_is_proven_with_the_changed_program(client):
    """A searcher that gives the test what it wants, but has no change that does."""
    files = PROGRAM % (b"0.5", b"t - y + 0.1 * y**3 - 0.3 * t**2") + FORGING % (
        b"request['call']['args'][0] - request['call']['args'][1]"
    )

    _, lines = graded(client, files, gradient=WAYS["two calls"])

    assert lines == {}
