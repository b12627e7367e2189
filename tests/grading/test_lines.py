from dataclasses import replace
from datetime import UTC, datetime

import pytest

from grader.candidate.edits.drawing import KINDS
from grader.diagnosis.words.lines import NAMES, OTHER, QUESTIONS, name_of_kind, places, question, sentence
from grader.grading.client import Client
from grader.grading.disclosure import Release, Role, as_seen_by, result_seen_by
from grader.grading.errors import RunnerError
from grader.grading.grade import Draw, grade
from grader.grading.lines import with_lines, with_lines_of
from grader.grading.report import GradedFile
from grader.grading.submission import check_files
from grader.packs import find, load
from grader.packs.mistakes import named, program
from grader.values import Cause, Verdict, Visibility
from grader.values.lines import Line, Spot
from tests.helpers.reports import make_report, make_result

LINE = Line(
    Spot("mlp.py", 31, 20, 31, 25), "        z_bar = h_bar", "backward", "missing factor",
    "h_bar", "h_bar * h", also=(Spot("mlp.py", 33, 8, 33, 13),),
    tried=120, draws=3, explains=("test_a", "test_b"),
)  # fmt: skip


@pytest.fixture(scope="module")
def client(shared_runner):
    return Client(shared_runner)


@pytest.fixture(scope="module")
def pack():
    return load(find("mlp-backprop"))


def graded(pack, client, files):
    """The report on these files, and the same with lines."""
    submission = check_files(pack, files)
    report = grade(pack, submission, client, draw=Draw(), explain=False)
    return report, with_lines(report, pack, submission, client)


def without_lines(report):
    return [replace(result, line=None, trace=None) for result in report.results]


def test_a_wrong_line_is_found_for_every_failed_test_and_changes_no_mark(pack, client):
    before, after = graded(pack, client, program(pack, named(pack, "w1_transposed")))
    failed = [result for result in after.results if result.verdict is Verdict.FAILED]

    assert {result.line.spot.line for result in failed if result.line} == {30}
    assert all(result.line for result in failed)
    assert without_lines(after) == list(before.results)


def test_a_right_submission_has_no_lines_and_costs_no_search(pack, client):
    class NoSearch(Client):
        def grade(self, order, on_outcome=lambda outcome: None):
            assert not order.search
            return super().grade(order, on_outcome)

    only = NoSearch(client._path)
    before, after = graded(pack, only, dict(check_files(pack, pack.below("solution")).files))

    assert after == before


def test_a_runner_that_fails_costs_the_lines_and_nothing_else(pack, client):
    class Broken(Client):
        def grade(self, order, on_outcome=lambda outcome: None):
            if order.search:
                raise RunnerError(Cause.SYSTEM, "gone")
            return super().grade(order, on_outcome)

    before, after = graded(pack, Broken(client._path), program(pack, named(pack, "w1_transposed")))

    assert after == before


FORGING = b"""
import sys

serving = sys.modules.get("grader.candidate.search.serving")
if serving is not None:
    from grader.wire import encode

    def more(self):
        return encode("tried", {"values": [{"W1": 0}], "changes": %s, "done": True, "tries": 1, "work": 1})

    def describe(self, number):
        place = {"file": "mlp.py", "function": "f", "when": 1, "start": 0, "end": %d}
        return encode("changes", [{**place, "kind": "sign", "cost": 0.0, "text": "x"}])

    serving.Searching.more, serving.Searching.describe = more, describe
"""


@pytest.mark.parametrize("changes", [b"[1]", b"[10 ** 30]", b"'abc'", b"[[]]", b"None"])
def test_a_program_that_forges_the_answers_of_a_search_gains_no_line_and_loses_nothing(pack, client, changes):
    files = program(pack, named(pack, "w1_transposed"))
    files["mlp.py"] += FORGING % (changes, 10**9)

    before, after = graded(pack, client, files)

    assert all(result.line is None for result in after.results)
    assert without_lines(after) == list(before.results)


def test_a_program_that_keeps_state_between_calls_gets_no_line(pack, client):
    files = program(pack, named(pack, "w1_transposed"))
    files["mlp.py"] += (
        b"\n\n_calls, _right = [], backward\n\n\ndef backward(params, x, t):\n    _calls.append(1)\n"
        b"    return {k: v * len(_calls) for k, v in _right(params, x, t).items()}\n"
    )

    before, after = graded(pack, client, files)

    assert without_lines(after) == list(before.results)


def two_reports(**changed):
    """A report with a line, and one on the same files without; its second result has these other values."""
    failed = make_result("test_a", verdict=Verdict.FAILED, key=7, message="b1 differs")
    other = make_result("test_b", verdict=Verdict.PASSED)
    earlier = make_report(replace(failed, line=LINE), other)
    return earlier, make_report(failed, replace(other, **changed))


def test_a_report_that_found_the_same_takes_the_lines_of_the_earlier_one():
    earlier, later = two_reports()

    assert with_lines_of(later, earlier).results[0].line == LINE
    assert without_lines(with_lines_of(later, earlier)) == without_lines(later)


@pytest.mark.parametrize("changed", [{"verdict": Verdict.FAILED}, {"key": 8}, {"message": "W1 differs"}])
def test_a_report_in_which_any_test_found_something_else_has_no_lines(changed):
    earlier, later = two_reports(**changed)

    assert with_lines_of(later, earlier) == later


def test_a_report_on_other_files_has_no_lines():
    earlier, later = two_reports()
    files = (GradedFile("mlp.py", "1" * 64),)

    assert with_lines_of(replace(later, files=files), earlier).results[0].line is None


def test_students_see_the_place_and_the_kind_but_not_the_change():
    seen = result_seen_by(make_result(line=LINE), Role.STUDENT, True).line

    assert (seen.spot, seen.kind, seen.old, seen.new) == (LINE.spot, "missing factor", "h_bar", "")


def test_a_line_names_no_hidden_test_before_its_release():
    line = replace(LINE, explains=("test_a", "test_h"))
    hidden = make_result("test_h", visibility=Visibility.HIDDEN, line=line)
    report = make_report(make_result("test_a", line=line), hidden)

    def explains(role, released):
        release = Release(at_once=released)
        return as_seen_by(report, role, datetime.now(UTC), release).results[0].line.explains

    assert explains(Role.STUDENT, released=False) == ("test_a",)
    assert explains(Role.STUDENT, released=True) == ("test_a", "test_h")
    assert explains(Role.STAFF, released=False) == ("test_a", "test_h")


def test_staff_see_the_change():
    assert result_seen_by(make_result(line=LINE), Role.STAFF, True).line == LINE


def test_of_a_hidden_test_students_see_only_the_place():
    row = make_result(line=LINE, visibility=Visibility.HIDDEN)

    seen = result_seen_by(row, Role.STUDENT, True).line
    own = result_seen_by(replace(row, own_text=True), Role.STUDENT, True).line

    assert seen == Line(Spot("mlp.py", 31, 0, 31, 21), LINE.text, LINE.function, draws=3)
    assert own == replace(LINE, new="")


def test_the_sentence_says_what_was_tried():
    assert sentence(LINE) == (
        "mlp.py, line 31 or line 33: with one change there, 2 tests pass, "
        "also with 2 other sets of random inputs."
    )
    assert question(LINE) == "What is missing that this must be multiplied by?"
    assert question(replace(LINE, kind="unknown")) == OTHER


def test_a_place_in_another_file_is_named_with_its_file():
    line = replace(LINE, also=(Spot("layers.py", 2, 0, 2, 4),))

    assert places(line) == "mlp.py, line 31 or layers.py, line 2"


def test_every_kind_of_edit_has_a_question():
    assert set(KINDS) - {"first argument returned"} <= set(QUESTIONS)


def test_every_kind_with_a_question_has_a_name_for_lists():
    assert set(NAMES) == set(QUESTIONS)
    assert (name_of_kind("missing division"), name_of_kind("unknown")) == (
        "a missing division",
        "another change",
    )


def test_two_faults_that_spoil_different_parts_are_found_together(pack, client):
    files = dict(pack.below("solution"))
    for old, new in (
        (b"z_bar.sum(axis=0)", b"z_bar.mean(axis=0)"),
        (b'gradients[f"W{layer}"] = z_bar.T @ h', b'gradients[f"W{layer}"] = -z_bar.T @ h'),
    ):
        assert files["mlp.py"].count(old) == 1
        files["mlp.py"] = files["mlp.py"].replace(old, new)
    lines = {number: text for number, text in enumerate(files["mlp.py"].decode().split("\n"), 1)}

    _, after = graded(pack, client, files)

    found = [result.line for result in after.results if result.line and result.line.together]
    assert found
    places = {lines[spot.line].strip() for spot in (found[0].spot, *found[0].together)}
    assert {text.split("]")[0] for text in places} == {'gradients[f"b{layer}"', 'gradients[f"W{layer}"'}


def test_where_loss_and_gradient_are_right_alone_and_disagree_no_line_is_named(pack, client):
    text = pack.below("solution")["mlp.py"]
    average = b"return 0.5 * np.sum((y - t) ** 2) / len(x)"
    assert text.count(average) == 1
    files = {"mlp.py": text.replace(average, b"return 0.5 * np.sum((y - t) ** 2)")}

    _, after = graded(pack, client, files)

    assert [result.id for result in after.results if result.verdict is Verdict.FAILED] == ["test_own_loss"]
    assert [result.line for result in after.results if result.line] == []
