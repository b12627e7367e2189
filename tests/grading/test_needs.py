"""Rows that count only if the rows that they need passed."""

from decimal import Decimal

import pytest

from grader.grading.grade import Draw, grade
from grader.grading.report_json import from_json, to_json
from grader.grading.submission import check_files
from grader.packs import Pack
from grader.values import Cause, Outcome, Verdict
from tests.helpers.packs import SOLUTION, FakeClient, answering, make_pack, pack_files, toml

FAILED = Verdict.FAILED


def graded(pack, on_result=None, **verdicts):
    submission = check_files(pack, {"squared.py": SOLUTION})
    client = FakeClient([answering(**verdicts)])
    report = grade(pack, submission, client, draw=Draw(), on_result=on_result, pause_s=0, retries=0)
    assert from_json(to_json(report)) == report
    return {result.id: result for result in report.results}


def with_needs(needs, more="", hidden=""):
    """The pack whose row test_loss has these needs."""
    return make_pack(row=f"needs = {needs}\n{more}", hidden=hidden)


def test_a_row_counts_if_what_it_needs_passed():
    result = graded(with_needs('["test_gradient"]'))["test_loss"]

    assert (result.verdict, result.earned, result.unmet) == (Verdict.PASSED, 4, ())


def test_a_row_earns_nothing_if_what_it_needs_failed_and_says_which():
    result = graded(with_needs('["test_gradient"]'), test_gradient=FAILED)["test_loss"]

    assert (result.verdict, result.earned, result.withheld) == (FAILED, 0, 4)
    assert result.unmet == ("test_gradient",)
    assert (
        result.message.splitlines()[0]
        == "This test passed, but its 4 points count only when “Gradient” passes too."
    )
    assert result.passes_alone


def test_a_row_with_some_of_its_points_keeps_its_own_message_but_not_the_points():
    half = Outcome("test_loss", FAILED, share=Decimal("0.25"), message="L is 3, expected 4.")
    pack = with_needs('["test_gradient"]', "partial = true")

    result = graded(pack, test_loss=half, test_gradient=FAILED)["test_loss"]

    assert (result.verdict, result.earned, result.withheld) == (FAILED, 0, 1)
    assert result.message == "L is 3, expected 4.\nIts 1 point counts only when “Gradient” passes too."
    assert not result.passes_alone


def test_a_row_that_failed_itself_says_only_why():
    result = graded(with_needs('["test_gradient"]'), test_loss=FAILED, test_gradient=FAILED)["test_loss"]

    assert (result.message, result.unmet) == ("test_loss failed", ())


@pytest.mark.parametrize(
    ("needs", "failed", "unmet"),
    [
        ('["test_gradient or test_other_sizes"]', ["test_gradient"], ()),
        ('["test_gradient or test_other_sizes"]', ["test_other_sizes"], ()),
        (
            '["test_gradient or test_other_sizes"]',
            ["test_gradient", "test_other_sizes"],
            ("test_gradient or test_other_sizes",),
        ),
        ('["test_gradient", "test_other_sizes"]', ["test_other_sizes"], ("test_other_sizes",)),
    ],
)
def test_each_entry_needs_one_of_its_rows(needs, failed, unmet):
    text = toml(row=f"needs = {needs}").decode()
    text = text.replace('visibility = "visible"', 'visibility = "hidden"')
    pack = make_pack({"pack.toml": text.encode()})

    result = graded(pack, **dict.fromkeys(failed, FAILED))["test_loss"]

    assert result.unmet == unmet
    assert result.earned == (0 if unmet else 4)


def test_a_row_whose_points_are_withheld_did_not_pass_for_others():
    pack = with_needs('["test_gradient"]', hidden='needs = ["test_loss"]')

    results = graded(pack, test_gradient=FAILED)

    assert [results[name].earned for name in ("test_loss", "test_other_sizes")] == [0, 0]


def test_results_are_announced_when_they_are_final():
    announced = []
    pack = with_needs('["test_gradient"]')

    graded(pack, lambda result: announced.append((result.id, result.earned)), test_gradient=FAILED)

    assert announced == [("test_gradient", 0), ("test_loss", 0), ("test_other_sizes", 3)]


def test_nothing_is_withheld_for_a_fault_of_ours():
    broken = Outcome("test_gradient", Verdict.INTERNAL, cause=Cause.PACK)

    result = graded(with_needs('["test_gradient"]'), test_gradient=broken)["test_loss"]

    assert (result.verdict, result.earned) == (Verdict.PASSED, 4)


def test_a_text_waits_for_no_mark_while_what_it_needs_failed():
    text = Outcome("test_loss", Verdict.PASSED, share=Decimal(1), answer="Two half-spaces are convex.")
    pack = with_needs('["test_gradient"]', "by_hand = true")

    result = graded(pack, test_loss=text, test_gradient=FAILED)["test_loss"]

    assert (result.earned, result.withheld, result.awaits_mark) == (0, 4, False)
    assert graded(pack, test_loss=text)["test_loss"].awaits_mark


def test_changed_needs_make_grades_out_of_date():
    plain, needing = make_pack(), with_needs('["test_gradient"]')

    assert plain.grading_digest != needing.grading_digest
    assert plain.grading_digest == Pack.from_files(pack_files()).grading_digest
