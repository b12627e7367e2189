from decimal import Decimal

import pytest

from grader.cli.batch import BatchResult
from grader.cli.progress import Progress
from grader.cli.report_text import lines
from grader.diagnosis.words import worded
from grader.values import Cause, Diagnosis, Fit, Verdict, Visibility
from grader.values.faults import Fault
from grader.values.lines import Line, Spot
from grader.values.traces import Step, Trace
from tests.helpers.reports import make_report, make_result


def shown(*results, **fields):
    report = make_report(*results)
    return "\n".join(lines(BatchResult("mine.py", report, **fields), report))


def test_a_table_shows_verdict_points_and_message():
    message = "b̄₁ has shape (6, 5), expected (5,)."
    text = shown(make_result(message=message, hint="Sum over the rows.", diagnosis=None))

    assert "✕ failed" in text
    assert "0 / 10" in text
    assert "b̄₁ has shape (6, 5), expected (5,)." in text
    assert "Hint: Sum over the rows." in text


def test_a_passed_test_is_one_line():
    text = shown(make_result(verdict=Verdict.PASSED, earned=Decimal(10), message="all is well"))

    assert "all is well" not in text


def test_until_where_the_run_is_right_is_printed_once():
    trace = Trace((Step("mlp.py", 18, 18, "z", "z₁"),), Step("mlp.py", 22, 22, "y_bar", "y_bar"), 3)
    text = shown(
        make_result(title="First", trace=trace),
        make_result("test_b", title="Second", message="", trace=trace),
    )

    said = " ".join(text.split())
    assert (
        said.count(
            "right, with 3 sets of random inputs: z on line 18 (z₁). The first wrong one: y_bar on line 22."
        )
        == 1
    )
    assert "Same values as: First" in said


def test_a_message_is_printed_once():
    text = shown(make_result(title="First"), make_result("test_b", title="Second"))

    assert text.count("SENTINEL message") == 1
    assert "Second; same as: First" in text


def test_a_file_that_can_not_be_read_is_reported_once():
    finding = Fault.of_file("mine.py", "Python can't read it.", blocks=True, line=3)

    text = shown(make_result(), findings=(finding,))

    assert "mine.py:3: Python can't read it." in text
    assert "SENTINEL message" not in text


def test_tests_without_a_verdict_are_the_same_only_if_their_details_are():
    fault = {"verdict": Verdict.INTERNAL, "cause": Cause.SYSTEM, "earned": None, "message": "Our fault."}
    killed = make_result(title="First", detail="the examiner was killed", **fault)
    other = make_result("test_b", title="Second", detail="KeyError in the test", **fault)
    again = make_result("test_c", title="Third", detail="the examiner was killed", **fault)

    text = shown(killed, other, again)

    assert "same as: First" in text
    assert "Second; same" not in text
    assert "KeyError in the test" in text


def test_an_internal_result_has_no_score():
    text = shown(make_result(verdict=Verdict.INTERNAL, earned=None, cause=Cause.PACK))

    assert "score: not yet" in text
    assert "– / 10" in text


def test_a_text_that_awaits_a_mark_makes_the_score_provisional():
    text_result = make_result("test_why", verdict=Verdict.PASSED, earned=None, by_hand=True, message="")

    text = shown(make_result(verdict=Verdict.PASSED, earned=Decimal(10)), text_result)

    assert "10 of 20 points, provisional: 10 await marking" in text
    assert "✎ awaits marking   – / 10  A title\n" in text


def test_hidden_tests_and_advice_are_marked():
    text = shown(make_result(visibility=Visibility.HIDDEN, points=Decimal(0)))

    assert "(hidden)" in text
    assert "advice" in text


@pytest.mark.parametrize("field", ["message", "traceback", "hint", "title"])
def test_no_control_character_reaches_the_terminal(field):
    text = shown(make_result(**{field: "\x1b]0;x\x07\x1b[2J\u202e"}))

    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text


def test_progress_shows_count_rate_and_time_left():
    progress = Progress(30)
    progress.done = 10

    assert progress.line(5.0).endswith("10 of 30, 2.0 per second, 10 s left")


def test_progress_prints_nothing_without_a_terminal(capsys):
    with Progress(30) as progress:
        progress.advance()

    assert capsys.readouterr().err == ""


def test_a_diagnosis_is_printed_once_with_its_question():
    other = {"message": "W̄₁ is wrong.", "title": "Second"}
    text = shown(make_result(title="First"), make_result("test_b", **other))

    assert text.count("SENTINEL sentence") == 1
    assert text.count("SENTINEL question") == 1
    assert "Same cause as: First" in text


def test_a_row_with_a_part_of_its_points_is_partly_right_and_a_withheld_one_is_not_counted():
    part = make_result(title="First", earned=Decimal(4), message="Half of it.")
    withheld = make_result(
        "test_b", title="Second", unmet=("test_a",), withheld=Decimal(10), message="This test passed, but."
    )

    text = shown(part, withheld)

    assert "◐ partly" in text
    assert "◌ not counted" in text
    assert "This test passed, but." in text
    assert "✓" not in text


def printed_with(kind):
    found = worded(Diagnosis(Fit.ONE, ("slope-left-out",), "z̄", (("0.z_bar", "z̄"), ("0.h_bar", "h̄")), 0.0, 2))
    line = Line(Spot("mlp.py", 3, 4, 3, 9), "    h_bar", "f", kind, draws=3, explains=("test_a",))
    return " ".join(shown(make_result(diagnosis=found, line=line, hint="")).split())


def test_line_and_named_mistake_are_one_sentence_where_they_agree():
    text = printed_with("missing factor")

    assert text.count("is left out, so that z̄ is h̄ itself") == 1
    assert "itself; with one change there, this test passes" in text
    assert text.count("By what must it be multiplied") == 1


def test_a_named_mistake_is_not_printed_where_the_line_refutes_it():
    text = printed_with("transpose")

    assert "is left out" not in text
    assert "z̄ is the first error signal that is wrong." in text
    assert "mlp.py, line 3: with one change there" in text
