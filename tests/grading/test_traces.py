"""Until where a run is right: from a pack's test to the report, who sees it, and the words."""

from dataclasses import replace

import pytest

from grader.diagnosis.words.traces import first_wrong_one, right_ones, sentence
from grader.grading.client import Client
from grader.grading.disclosure import Role, result_seen_by
from grader.grading.grade import Draw, grade
from grader.grading.lines import with_lines, with_lines_of
from grader.grading.submission import check_files
from grader.packs import Pack
from grader.values import Shows, Verdict, Visibility
from grader.values.traces import Step, Trace
from tests.helpers.reports import make_report, make_result
from tests.helpers.small_pack import MANIFEST

RIGHT = (Step("mlp.py", 18, 18, "z", "z₁"), Step("mlp.py", 19, 19, "h", "h"))
FIRST = Step("mlp.py", 22, 22, "y_bar", "ȳ", "backward", 2, ("sigma",))
TRACE = Trace(RIGHT, FIRST, 3)
TESTS = b"""
import numpy as np


def steps(x):
    z = 3.0 * x + 1.0
    return {"z": z, "h": np.tanh(z), "y": np.tanh(z) ** 2 + z}


def check(student, rng, same, **more):
    x = rng.normal(size=(4, 3))
    same(student.one(x), steps(x)["y"].sum(axis=0), "the sum", trace=lambda: steps(x), **more)


def test_a(student, rng, same):
    check(student, rng, same)


def test_b(student, rng, same):
    x = rng.normal(size=(4, 3))
    same(student.one(x), steps(x)["y"].sum(axis=0), "the sum", trace=lambda: 1 / 0)


def test_c(student, rng, same):
    x = rng.normal(size=(4, 3))
    same(student.one(x), steps(x)["y"].sum(axis=0), "the sum", values=False, trace=lambda: 1 / 0)


def test_hidden(student, rng, same):
    check(student, rng, same)
"""
PROGRAM = b"""import numpy as np


def one(x):
    z = 3.0 * x + 1.0
    h = np.tanh(z)
    y = h**2 + z
    return y.sum(axis=0)
"""
WRONG = PROGRAM.replace(b"np.tanh(z)", b"np.cos(z) * np.sin(x) + np.exp(-(x**4))")


@pytest.fixture(scope="module")
def client(shared_runner):
    return Client(shared_runner)


@pytest.fixture(scope="module")
def pack():
    return Pack.from_files(
        {
            "pack.toml": MANIFEST.encode(),
            "handout.md": b"# One\n\nWrite `one(x)`.\n",
            "tests/test_small.py": TESTS,
            "solution/mlp.py": PROGRAM,
            "starter/mlp.py": b"def one(x):\n    return None\n",
            "mistakes/zero.py": b"def one(x):\n    return 0.0 * x[0]\n",
        }
    )


def searched(pack, client, text):
    """The report on this program, and the same after the search."""
    submission = check_files(pack, {"mlp.py": text})
    report = grade(pack, submission, client, draw=Draw(), explain=False)
    return report, with_lines(report, pack, submission, client)


@pytest.fixture(scope="module")
def found(pack, client):
    return searched(pack, client, WRONG)


def of(report, test):
    return next(result for result in report.results if result.id == test)


def test_a_failed_test_without_a_line_says_until_where_its_run_is_right(found):
    before, after = found

    for test in ("test_a", "test_hidden"):
        trace = of(after, test).trace
        assert [(step.name, step.line, step.means) for step in trace.right] == [("z", 5, "z")]
        assert (trace.first.name, trace.first.line, trace.draws) == ("h", 6, 3)
    assert all(result.trace is None for result in before.results)


def test_it_changes_nothing_else_of_the_report(found):
    before, after = found

    assert [replace(result, trace=None) for result in after.results] == list(before.results)


def test_a_fault_in_the_packs_own_function_costs_the_trace_and_nothing_else(found):
    _, after = found

    assert (of(after, "test_b").verdict, of(after, "test_b").trace) == (Verdict.FAILED, None)
    assert of(after, "test_c").verdict is Verdict.PASSED


def test_a_test_with_a_line_has_no_trace(pack, client):
    _, after = searched(pack, client, PROGRAM.replace(b"3.0 * x + 1.0", b"3.0 * x - 1.0"))

    assert of(after, "test_a").line.spot.line == 5
    assert of(after, "test_a").trace is None


def test_a_program_that_keeps_state_between_calls_has_no_trace(pack, client):
    text = WRONG + (
        b"\n\n_calls, _right = [], one\n\n\ndef one(x):\n    _calls.append(1)\n"
        b"    return _right(x) * len(_calls)\n"
    )

    before, after = searched(pack, client, text)

    assert all(result.trace is None for result in after.results)
    assert after == before


FORGING = b"""
import sys

serving = sys.modules.get("grader.candidate.search.serving")
if serving is not None:
    from grader.wire import encode

    def trace(self, request):
        return encode("trace", {"value": 0.0, "files": ["mlp.py"], "events": %s})

    serving.Searching.trace = trace
"""


@pytest.mark.parametrize("events", [b"[1]", b"10 ** 18", b"None"])
def test_a_program_that_forges_its_trace_gains_nothing_and_loses_nothing(pack, client, events):
    before, after = searched(pack, client, WRONG + FORGING % events)

    assert after == before


def test_a_report_that_found_the_same_takes_the_traces_of_the_earlier_one():
    failed = make_result("test_a", verdict=Verdict.FAILED)
    earlier = make_report(replace(failed, trace=TRACE))

    assert with_lines_of(make_report(failed), earlier).results[0].trace == TRACE


def test_students_see_the_whole_trace_of_a_visible_test():
    assert result_seen_by(make_result(trace=TRACE), Role.STUDENT, True).trace == TRACE
    assert result_seen_by(make_result(trace=TRACE), Role.STUDENT, True, Shows.PART).trace is None


def test_of_a_hidden_test_students_see_only_the_first_wrong_value_and_only_after_its_release():
    row = make_result(trace=TRACE, visibility=Visibility.HIDDEN)

    assert result_seen_by(row, Role.STUDENT, False).trace is None
    assert result_seen_by(row, Role.STUDENT, True).trace == Trace((), Step("mlp.py", 22, 22, "ȳ"), 3)
    assert result_seen_by(replace(row, trace=Trace(RIGHT)), Role.STUDENT, True).trace is None
    assert result_seen_by(replace(row, own_text=True), Role.STUDENT, True).trace == TRACE
    assert result_seen_by(replace(row, secret=True), Role.STUDENT, True).trace is None
    assert result_seen_by(row, Role.STAFF, False).trace == TRACE


def test_the_sentence_names_what_is_right_and_the_first_value_that_is_not():
    assert sentence(TRACE) == (
        "These values of your run are right, with 3 sets of random inputs: "
        "z on line 18 (z₁) and h on line 19. "
        "The first wrong one: y_bar on line 22 (ȳ), in turn 2 of its loop. "
        "That line calls sigma: the fault may be there."
    )
    assert sentence(Trace((), replace(FIRST, turn=0, calls=()), 3)) == (
        "The first wrong value of your run: y_bar on line 22 (ȳ)."
    )
    assert sentence(Trace(RIGHT[1:], None, 3)) == (
        "These values of your run are right, with 3 sets of random inputs: h on line 19."
    )


def test_the_turns_of_one_line_are_one_value_in_the_sentence():
    turns = tuple(Step("mlp.py", 20, 20, "z", f"z{n}", turn=n) for n in (1, 2, 3))

    assert [(m.place, m.means) for m in right_ones(Trace(turns))] == [("line 20", " (z1, z2 and z3)")]


def test_several_files_are_named():
    trace = Trace((replace(RIGHT[0], file="layers.py"),), replace(FIRST, end_line=24))

    assert [m.place for m in right_ones(trace)] == ["layers.py, line 18"]
    assert first_wrong_one(trace).place == "mlp.py, lines 22 to 24"
