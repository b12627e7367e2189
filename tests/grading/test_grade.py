import hashlib
import hmac
import json
from decimal import Decimal

import pytest

from grader.grading.errors import RunnerError
from grader.grading.grade import Draw, grade
from grader.grading.report import GradedFile
from grader.grading.report_json import result_to_json, to_json
from grader.grading.submission import check_files
from grader.values import Case, Cause, Outcome, Verdict, Visibility
from tests.helpers.packs import SOLUTION, FakeClient, all_pass, answering, make_pack, passed, toml

SECRET = Draw(secret=b"secret", team="team 7")


def run(client, pack=None, draw=SECRET, **more):
    pack = pack or make_pack()
    submission = check_files(pack, {"squared.py": SOLUTION})
    return grade(pack, submission, client, draw=draw, pause_s=0, **more)


def changed_points(points):
    """The change of the pack that makes its first row worth these points."""
    return {"pack.toml": toml().replace(b"points = 4", f"points = {points}".encode())}


def by_id(report):
    return {result.id: result for result in report.results}


def test_a_submission_that_passes_everything_earns_everything():
    report = run(FakeClient())

    assert (report.score, report.max) == (Decimal("9.5"), Decimal("9.5"))


def test_results_are_in_the_packs_order():
    client = FakeClient([lambda order: all_pass(order)[::-1]])

    assert [r.id for r in run(client).results] == ["test_loss", "test_gradient", "test_other_sizes"]


def test_a_failed_test_costs_its_points_and_no_others():
    report = run(FakeClient([answering(test_loss=Verdict.FAILED)]))

    assert report.score == Decimal("5.5")
    assert by_id(report)["test_loss"].message == "test_loss failed"


@pytest.mark.parametrize(
    ("partial", "outcome", "earned"),
    [
        (False, Outcome("test_loss", Verdict.FAILED, share=Decimal("0.5")), "0"),
        (True, Outcome("test_loss", Verdict.FAILED, share=Decimal("0.5")), "2"),
        (True, Outcome("test_loss", Verdict.FAILED, share=Decimal(1) / 3), "1.33"),
        (False, Outcome("test_loss", Verdict.PASSED, share=Decimal("0.25")), "1"),
        (False, Outcome("test_loss", Verdict.PASSED, share=Decimal("7")), "4"),
        (False, Outcome("test_loss", Verdict.PASSED, share=Decimal("-1")), "0"),
        (False, Outcome("test_loss", Verdict.PASSED, share=Decimal("nan")), "0"),
        (False, Outcome("test_loss", Verdict.TIMEOUT, share=Decimal(1)), "0"),
    ],
)
def test_a_share_of_the_points(partial, outcome, earned):
    pack = make_pack(row="partial = true") if partial else make_pack()

    report = run(FakeClient([answering(test_loss=outcome)]), pack)

    result = by_id(report)["test_loss"]
    assert result.earned == Decimal(earned)
    assert (result.verdict is Verdict.PASSED) == (result.earned == result.points)


def test_advice_that_a_test_gave_no_share_did_not_pass():
    pack = make_pack(changed_points(0))

    report = run(FakeClient([answering(test_loss=Outcome("test_loss", Verdict.PASSED))]), pack)

    assert by_id(report)["test_loss"].verdict is Verdict.FAILED


def test_our_faults_are_retried_and_only_for_what_is_missing():
    flaky = answering(test_gradient=Outcome("test_gradient", Verdict.INTERNAL, cause=Cause.SYSTEM))
    client = FakeClient([flaky, all_pass])

    report = run(client)

    assert report.score == report.max
    assert [plan.id for plan in client.orders[1].tests] == ["test_gradient"]


def test_results_from_before_the_runner_stopped_are_kept():
    class Dying(FakeClient):
        def grade(self, order, on_outcome=lambda _: None):
            if not self.orders:
                self.orders.append(order)
                on_outcome(Outcome("test_loss", Verdict.FAILED))
                raise RunnerError(Cause.SYSTEM, "the runner restarts")
            return super().grade(order, on_outcome)

    report = run(Dying())

    assert by_id(report)["test_loss"].verdict is Verdict.FAILED
    assert by_id(report)["test_gradient"].verdict is Verdict.PASSED


def test_after_three_retries_a_fault_of_ours_is_internal_and_the_score_is_none():
    client = FakeClient([RunnerError(Cause.SYSTEM, "the runner restarts")])

    report = run(client)

    assert len(client.orders) == 4
    assert report.score is None
    assert {(r.verdict, r.cause, r.earned) for r in report.results} == {
        (Verdict.INTERNAL, Cause.SYSTEM, None)
    }
    assert report.results[0].detail == "the runner restarts"
    assert "restarts" not in report.results[0].message


def test_a_fault_of_the_pack_is_not_retried():
    client = FakeClient([RunnerError(Cause.PACK, "conftest.py: SyntaxError")])

    report = run(client)

    assert len(client.orders) == 1
    assert {r.cause for r in report.results} == {Cause.PACK}


def test_an_internal_result_shows_the_student_nothing_of_the_pack():
    outcome = Outcome(
        "test_loss",
        Verdict.INTERNAL,
        cause=Cause.PACK,
        message="KeyError: expected",
        detail="tests/test_squared.py:7",
        traceback="tests/test_squared.py",
        cases=(Case("expected", Verdict.INTERNAL, "expected 4"),),
    )

    result = by_id(run(FakeClient([answering(test_loss=outcome)])))["test_loss"]

    assert "Not your fault" in result.message
    assert (result.cases, result.numbers, result.traceback) == ((), (), "")
    assert result.detail == "KeyError: expected\ntests/test_squared.py:7"


def test_a_runner_that_leaves_a_test_out_makes_it_internal():
    report = run(FakeClient([lambda order: [passed("test_loss")]]))

    assert by_id(report)["test_gradient"].verdict is Verdict.INTERNAL
    assert by_id(report)["test_loss"].earned == 4


def test_a_second_or_unknown_outcome_changes_nothing():
    def twice(order):
        return [*answering(test_loss=Verdict.FAILED)(order), passed("test_loss"), passed("test_unknown")]

    report = run(FakeClient([twice]))

    assert by_id(report)["test_loss"].verdict is Verdict.FAILED
    assert len(report.results) == 3


def test_a_fault_of_our_program_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        run(FakeClient([ZeroDivisionError()]))


def test_on_result_is_called_once_for_each_final_result():
    calls = []
    flaky = answering(test_loss=Outcome("test_loss", Verdict.INTERNAL, cause=Cause.SYSTEM))

    run(FakeClient([flaky, all_pass]), on_result=lambda result: calls.append((result.id, result.verdict)))

    assert sorted(calls) == [(name, "passed") for name in ("test_gradient", "test_loss", "test_other_sizes")]


def keys_of(source=SOLUTION, draw=SECRET, pack=None):
    """The draw key of each test in the grading of this file."""
    client = FakeClient()
    pack = pack or make_pack()
    grade(pack, check_files(pack, {"squared.py": source}), client, draw=draw)
    return {plan.id: plan.key for plan in client.orders[0].tests}


def test_a_hidden_draw_depends_only_on_secret_team_and_test():
    keys, changed = keys_of(), keys_of(SOLUTION + b"#")

    expected = hmac.new(b"secret", b"team 7\0test_other_sizes", hashlib.sha256).digest()[:16]
    assert keys["test_other_sizes"] == changed["test_other_sizes"] == int.from_bytes(expected, "big")


def test_a_visible_draw_depends_only_on_the_files_and_the_test():
    keys, others = keys_of(), keys_of(draw=Draw(secret=b"another", team="team 8"))

    assert (keys["test_loss"], keys["test_gradient"]) == (others["test_loss"], others["test_gradient"])
    assert keys["test_loss"] != keys["test_gradient"]
    assert keys["test_loss"] != keys_of(SOLUTION + b"#")["test_loss"]


def test_a_row_with_a_fixed_draw_has_the_same_for_all_files():
    pack = make_pack(row='draw = "fixed"')
    keys, changed = keys_of(pack=pack), keys_of(SOLUTION + b"#", pack=pack)

    assert keys["test_loss"] == changed["test_loss"]
    assert keys["test_gradient"] != changed["test_gradient"]


def test_recorded_keys_repeat_a_draw():
    first = run(FakeClient())
    keys = {result["id"]: int(result["key"], 16) for result in to_json(first)["results"]}

    again = run(FakeClient(), draw=Draw(secret=b"another", team="other", recorded=keys))

    assert [r.key for r in again.results] == [r.key for r in first.results]


def test_a_secret_stays_out_of_reports_and_reprs():
    report = run(FakeClient())

    assert "b'secret'" not in repr(SECRET)
    assert '"secret": "' not in json.dumps(to_json(report))


def test_the_order_carries_each_rows_own_limits():
    client = FakeClient()

    run(client, make_pack(row="limits = { cpu_s = 4 }"))

    plans = {plan.id: plan for plan in client.orders[0].tests}
    assert plans["test_loss"].limits.cpu_s == 4
    assert plans["test_gradient"].limits.cpu_s == 2
    assert plans["test_other_sizes"].visibility is Visibility.HIDDEN


def test_a_report_names_digests_engine_and_files():
    pack = make_pack()

    report = run(FakeClient(), pack)

    assert (report.pack.content_digest, report.pack.grading_digest) == (
        pack.content_digest,
        pack.grading_digest,
    )
    assert report.files == (GradedFile("squared.py", hashlib.sha256(SOLUTION).hexdigest()),)
    assert report.engine["numpy"] == "2.0"
    assert "gradecheck" in report.engine
    assert report.replay == "grader grade squared.py --pack squared --replay REPORT.json"


def test_what_a_student_printed_can_be_stored_and_encoded():
    outcome = Outcome("test_loss", Verdict.FAILED, message="a\ud800b", output="nul \x00 redis_server \x07")

    result = by_id(run(FakeClient([answering(test_loss=outcome)])))["test_loss"]

    text = json.dumps(result_to_json(result), ensure_ascii=False)
    assert text.encode("utf-8")
    assert "\\u0000" not in json.dumps(result_to_json(result))


BY_HAND = make_pack(row="by_hand = true")  # test_loss


def with_text(text, verdict=Verdict.PASSED, share=1):
    outcome = Outcome("test_loss", verdict, share=Decimal(share), answer=text)
    return by_id(run(FakeClient([answering(test_loss=outcome)]), BY_HAND))["test_loss"]


def test_a_text_waits_for_a_mark_whatever_its_test_awards():
    result = with_text("Half-spaces are convex.")

    assert result.awaits_mark
    assert (result.earned, result.answer) == (None, "Half-spaces are convex.")


def test_a_text_that_fails_its_test_earns_nothing_and_is_not_marked():
    result = with_text("too short", Verdict.FAILED)

    assert (result.earned, result.awaits_mark) == (0, False)


@pytest.mark.parametrize("text", ["", "  \n"])
def test_a_row_marked_by_hand_without_a_text_is_the_packs_fault(text):
    result = with_text(text)

    assert (result.verdict, result.cause, result.earned) == (Verdict.INTERNAL, Cause.PACK, None)
    assert "never called by_hand(text)" in result.detail


def test_a_text_for_a_row_that_no_person_marks_earns_nothing():
    outcome = passed("test_loss", answer="Give me all of it.")
    result = by_id(run(FakeClient([answering(test_loss=outcome)])))["test_loss"]

    assert (result.verdict, result.cause) == (Verdict.INTERNAL, Cause.PACK)
    assert "does not say by_hand = true" in result.detail
