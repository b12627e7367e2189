import base64
import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from grader.grading.disclosure import STAFF as COLUMNS
from grader.grading.disclosure import Release, Role, as_seen_by, result_seen_by
from grader.grading.report import Mark, Result
from grader.grading.report_json import from_json, result_from_json, result_to_json, to_json
from grader.grading.report_schema import text as schema_text
from grader.values import Case, Evidence, Number, Picture, Showing, Shows, Verdict, Visibility
from grader.values.numbers import nearest_power
from tests.helpers.reports import DIAGNOSIS, MARK, make_report, make_result, reports, results

NOON = datetime(2026, 10, 14, 12, tzinfo=UTC)
DUE = Release(at=NOON)
BEFORE, AFTER = NOON - timedelta(seconds=1), NOON
SCHEMA_FILE = resources.files("grader.grading") / "report.schema.json"
SCHEMA = json.loads(SCHEMA_FILE.read_text("utf-8"))
HIDDEN = Visibility.HIDDEN

ALWAYS = {"id", "title", "points", "visibility", "secret", "by_hand", "shown"}
VERDICT = {"verdict", "earned", "unmet", "withheld"}
MESSAGE = {
    "message",
    "hint",
    "cases",
    "numbers",
    "diagnosis",
    "line",
    "trace",
    "pictures",
    "answer",
    "comment",
}
OUTPUT = {"output", "traceback", "arguments"}
STAFF = {"cause", "detail", "evidence", "key", "own_text"}


def view_of(report, *terms):
    """The JSON of the part that a reader may see."""
    return to_json(as_seen_by(report, *terms))


def seen(result, role=Role.STUDENT, now=BEFORE):
    (view,) = view_of(make_report(result), role, now, DUE)["results"]
    return set(view)


def test_a_student_sees_a_visible_test_at_once():
    assert seen(make_result()) == ALWAYS | VERDICT | MESSAGE | OUTPUT


def test_a_student_sees_only_that_a_hidden_test_exists():
    assert seen(make_result(visibility=HIDDEN)) == ALWAYS


def test_after_release_a_hidden_test_shows_verdict_and_message():
    assert seen(make_result(visibility=HIDDEN), now=AFTER) == ALWAYS | VERDICT | MESSAGE


def test_a_hidden_test_shows_no_picture_and_of_a_diagnosis_only_the_signal_unless_its_row_says_so():
    told = "271828"
    picture = Picture("curve", "losses", {"yours": [[0, told]]})
    diagnosis = replace(DIAGNOSIS, facts=(("rows", told),), sentence=told, evidence=told, question=told)
    row = make_result(visibility=HIDDEN, pictures=(picture,), diagnosis=diagnosis)

    for shown, role in (
        (replace(row, visibility=Visibility.VISIBLE), Role.STUDENT),
        (replace(row, own_text=True), Role.STUDENT),
        (row, Role.STAFF),
    ):
        control = result_seen_by(shown, role, True)
        assert (control.pictures, control.diagnosis) == ((picture,), diagnosis)

    seen_after = result_seen_by(row, Role.STUDENT, True)
    assert seen_after.pictures == ()
    assert seen_after.diagnosis is not None
    assert seen_after.diagnosis.signal == DIAGNOSIS.signal
    assert DIAGNOSIS.signal in seen_after.diagnosis.sentence
    assert seen_after.diagnosis.facts == seen_after.diagnosis.mistakes == ()
    assert told not in json.dumps(view_of(make_report(row), Role.STUDENT, AFTER, DUE))
    assert result_seen_by(row, Role.STUDENT, True, Shows.NONE).diagnosis is None


def test_of_a_hidden_test_one_wrong_number_is_shown_as_a_power_of_ten_and_one_message_of_a_case():
    numbers = (
        Number("a", 0.271828, 0.5, True),
        Number("W1", 2.71828e-5, 3e-7, False),
        Number("b", 9, 1, False),
    )
    cases = (
        Case("1", Verdict.PASSED, "2.71828"),
        Case("2", Verdict.FAILED, "this one"),
        Case("3", Verdict.ERROR, "2.71828"),
    )
    row = make_result(visibility=HIDDEN, numbers=numbers, cases=cases, answer="2.71828")

    for shown, role in ((replace(row, own_text=True), Role.STUDENT), (row, Role.STAFF)):
        control = result_seen_by(shown, role, True)
        assert (control.numbers, control.cases, control.answer) == (numbers, cases, "2.71828")

    seen_after = result_seen_by(row, Role.STUDENT, True)
    assert seen_after.numbers == (Number("W1", 1e-5, 1e-7, False),)
    assert [(c.name, c.verdict, c.message) for c in seen_after.cases] == [
        ("1", Verdict.PASSED, ""), ("2", Verdict.FAILED, "this one"), ("3", Verdict.ERROR, ""),
    ]  # fmt: skip
    assert "71828" not in json.dumps(view_of(make_report(row), Role.STUDENT, AFTER, DUE))


@pytest.mark.parametrize(
    ("value", "power"),
    [(0.0, 0.0), (-0.7, 1.0), (5e300, 1e3), (-1e-300, 1e-16), (float("inf"), 1e3), (2.7e-9, 1e-9)],
)
def test_a_power_of_ten_is_one_of_twenty(value, power):
    assert nearest_power(value) == pytest.approx(power, rel=1e-12)


def test_a_secret_test_never_shows_its_message():
    assert seen(make_result(visibility=HIDDEN, secret=True), now=AFTER) == ALWAYS | VERDICT


@pytest.mark.parametrize("visibility", Visibility)
def test_staff_see_everything_always(visibility):
    result = make_result(visibility=visibility, secret=True)

    assert seen(result, Role.STAFF) == ALWAYS | VERDICT | MESSAGE | OUTPUT | STAFF


@given(result=results(visibility=HIDDEN))
def test_before_release_two_hidden_results_look_the_same_to_a_student(result):
    other = make_result(
        result.id,
        title=result.title,
        points=result.points,
        visibility=HIDDEN,
        secret=result.secret,
        by_hand=result.by_hand,
    )

    one, two = (view_of(make_report(r), Role.STUDENT, BEFORE, DUE) for r in (result, other))

    assert one == two


@pytest.mark.slow
@given(
    hidden=st.lists(results(visibility=HIDDEN), min_size=1, max_size=4),
    when=st.sampled_from([DUE, Release()]),
)
def test_no_text_of_a_hidden_test_reaches_a_student_before_release(hidden, when):
    marked = [make_result(r.id, visibility=HIDDEN, verdict=r.verdict, cause=r.cause) for r in hidden]

    visible = as_seen_by(make_report(*marked), Role.STUDENT, BEFORE, when)

    for text in (json.dumps(to_json(visible)), repr(visible)):  # the object doesn't hold it either
        assert MARK not in text
        assert base64.b64encode(MARK.encode()).decode() not in text
        assert "feedface" not in text
        assert str(0xFEEDFACE) not in text
        assert "123456789" not in text


def test_a_student_sees_neither_draw_nor_replay_nor_timings():
    view = view_of(make_report(), Role.STUDENT, AFTER, DUE)

    assert not {"draw", "replay", "timings"} & set(view)
    assert {"draw", "replay", "timings"} <= set(view_of(make_report(), Role.STAFF, BEFORE, DUE))


def test_before_release_the_score_counts_only_visible_tests():
    report = make_report(make_result(earned=Decimal(7)), make_result("test_b", visibility=HIDDEN))

    view = view_of(report, Role.STUDENT, BEFORE, DUE)

    assert (view["score"], view["of"], view["max"]) == ("7", "10", "20")
    assert (view["hidden"], view["hidden_points"]) == (1, "10")
    assert view["shown_at"] == NOON.isoformat()


def test_a_hidden_internal_result_does_not_show_in_the_score():
    hidden = make_result("test_b", visibility=HIDDEN, verdict=Verdict.INTERNAL, earned=None)
    report = make_report(make_result(earned=Decimal(7)), hidden)

    assert view_of(report, Role.STUDENT, BEFORE, DUE)["score"] == "7"
    assert view_of(report, Role.STUDENT, AFTER, DUE)["score"] is None
    assert report.score is None


def waiting(test_id="test_why", **values):
    return make_result(test_id, verdict=Verdict.PASSED, earned=None, by_hand=True, **values)


def test_a_text_earns_nothing_until_it_is_marked():
    report = make_report(make_result(earned=Decimal(7)), waiting())

    assert (report.score, report.awaiting) == (7, 10)
    assert view_of(report, Role.STUDENT, BEFORE, DUE)["awaiting"] == "10"


def test_a_mark_has_points_and_a_comment():
    marks = {"test_why": Mark(Decimal("6.5"), "And the midpoint?"), "test_a": Mark(Decimal(10))}

    report = make_report(make_result(earned=Decimal(7)), waiting()).with_marks(marks)

    assert (report.score, report.awaiting) == (Decimal("13.5"), 0)
    assert report.results[1].comment == "And the midpoint?"


def test_a_mark_is_never_worth_more_than_its_row():
    report = make_report(waiting(points=Decimal(3))).with_marks({"test_why": Mark(Decimal(10))})

    assert report.score == 3


def test_a_mark_gives_nothing_to_a_text_that_failed():
    failed = make_result("test_why", by_hand=True, earned=Decimal(0))

    assert make_report(failed).with_marks({"test_why": Mark(Decimal(10))}).score == 0


def test_a_hidden_text_does_not_count_as_waiting_before_release():
    view = view_of(make_report(make_result(), waiting(visibility=HIDDEN)), Role.STUDENT, BEFORE, DUE)

    assert view["awaiting"] == "0"
    assert view_of(make_report(waiting(visibility=HIDDEN)), Role.STUDENT, AFTER, DUE)["awaiting"] == "10"


def test_a_report_from_before_marks_existed_can_be_read():
    data = to_json(make_report())
    for field in ("by_hand", "answer", "comment"):
        del data["results"][0][field]

    assert not from_json(data).results[0].by_hand


def test_hidden_results_released_at_once_are_shown_at_once():
    report = make_report(make_result(visibility=HIDDEN))

    view = view_of(report, Role.STUDENT, BEFORE, Release(at_once=True))

    assert view["results"][0]["shown"] is True
    assert view["shown_at"] is None


def shown_diagnosis(showing, role=Role.STUDENT, attempt=1):
    """The diagnosis that a reader sees under this rule; False where there is no such field."""
    report = make_report(showing=showing)
    return view_of(report, role, BEFORE, DUE, attempt)["results"][0].get("diagnosis", False)


def test_a_student_sees_the_whole_diagnosis_unless_the_pack_says_less():
    assert shown_diagnosis(Showing())["sentence"] == f"{MARK} sentence"


def test_at_the_level_of_the_signal_nothing_names_the_mistake():
    seen = shown_diagnosis(Showing(Shows.SIGNAL))

    assert seen["sentence"] == "z\u0304 is the first error signal that is wrong."
    assert MARK not in json.dumps(seen)
    assert seen["mistakes"] == []


def test_at_the_level_none_students_see_no_diagnosis():
    assert shown_diagnosis(Showing(Shows.NONE)) is False
    assert shown_diagnosis(Showing(Shows.NONE), Role.STAFF)["sentence"] == f"{MARK} sentence"


def test_a_diagnosis_can_wait_for_the_third_attempt():
    later = Showing(after_attempts=2)

    assert shown_diagnosis(later, attempt=2) is False
    assert shown_diagnosis(later, attempt=3)["sentence"] == f"{MARK} sentence"


def test_a_report_from_before_diagnoses_existed_can_be_read():
    data = to_json(make_report())
    del data["showing"], data["results"][0]["diagnosis"], data["results"][0]["pictures"]

    (result,) = from_json(data).results

    assert (result.diagnosis, result.pictures) == (None, ())


def test_times_without_a_time_zone_are_refused():
    with pytest.raises(ValueError, match="time zone"):
        view_of(make_report(), Role.STUDENT, datetime(2026, 1, 1), DUE)
    with pytest.raises(ValueError, match="time zone"):
        Release(at=datetime(2026, 1, 1))


@given(reports())
def test_a_report_is_the_same_after_json(report):
    text = json.dumps(to_json(report), allow_nan=False)

    assert from_json(json.loads(text)) == report


def test_infinity_and_nan_can_be_stored_as_json():
    result = make_result(
        numbers=(Number("error", float("inf"), 1e-6, False), Number("x", float("nan"), 0, False))
    )

    (one, two) = result_from_json(json.loads(json.dumps(result_to_json(result), allow_nan=False))).numbers

    assert one.value == float("inf")
    assert two.value != two.value


@given(reports(), st.sampled_from([BEFORE, AFTER]), st.sampled_from(Role))
def test_reports_and_visible_reports_fit_the_schema(report, now, role):
    view_schema = {**SCHEMA["$defs"]["VisibleReport"], "$defs": SCHEMA["$defs"]}

    faults = [
        *Draft202012Validator(SCHEMA).iter_errors(to_json(report)),
        *Draft202012Validator(view_schema).iter_errors(view_of(report, role, now, DUE)),
    ]
    assert faults == []


def test_the_schema_refuses_a_report_with_a_missing_field():
    data = to_json(make_report())
    del data["results"][0]["evidence"]

    assert not Draft202012Validator(SCHEMA).is_valid(data)


def test_a_progress_row_is_disclosed_by_the_same_rule():
    row = result_seen_by(make_result(visibility=HIDDEN), Role.STUDENT, released=False)

    assert row.seen | {"shown"} == ALWAYS
    assert not row.shown
    assert row.verdict is None


def test_every_field_of_a_result_has_a_column_of_the_table():
    assert sorted(field.name for field in fields(Result)) == sorted(COLUMNS)


@given(result=results(), role=st.sampled_from(Role), released=st.booleans())
def test_what_may_not_be_seen_is_empty(result, role, released):
    visible = result_seen_by(result, role, released)

    assert visible.verdict in (None, result.verdict)
    for field in fields(Result):
        if field.name not in visible.seen and field.name != "verdict":
            empty = Evidence() if field.name == "evidence" else field.default
            assert getattr(visible, field.name) == empty


def test_the_schema_file_is_up_to_date():
    assert SCHEMA_FILE.read_text("utf-8") == schema_text(), "make schema"


def test_a_report_with_the_earlier_key_slips_can_be_read():
    data = to_json(make_report())
    diagnosis = data["results"][0]["diagnosis"]
    diagnosis["slips"] = diagnosis.pop("mistakes")

    assert from_json(data).results[0].diagnosis == DIAGNOSIS


def test_another_format_is_refused():
    with pytest.raises(ValueError, match="this version reads 1"):
        from_json(to_json(make_report()) | {"format": 2})


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({"earned": Decimal(0)}, "failed"),
        ({"earned": Decimal(4)}, "partly"),
        ({"unmet": ("test_b",), "withheld": Decimal(10)}, "withheld"),
        ({"unmet": ("test_b",), "withheld": Decimal(4)}, "failed"),
        ({"verdict": Verdict.ERROR, "earned": Decimal(4)}, "error"),
        ({"verdict": Verdict.PASSED, "earned": Decimal(10)}, "passed"),
    ],
)
def test_the_word_for_a_row_says_passed_only_if_it_earned_its_points(values, state):
    visible = result_seen_by(make_result(**values), Role.STUDENT, True)

    assert visible.state == state
    assert visible.is_bad == (state != "passed")


@pytest.mark.parametrize(
    ("pack", "most", "expected"),
    [
        (Shows.FULL, None, Shows.FULL),
        (Shows.FULL, Shows.SIGNAL, Shows.SIGNAL),
        (Shows.SIGNAL, Shows.FULL, Shows.SIGNAL),
        (Shows.NONE, Shows.FULL, Shows.NONE),
        (Shows.FULL, Shows.NONE, Shows.NONE),
    ],
)
def test_an_assignment_can_only_show_less_of_a_diagnosis_than_its_pack(pack, most, expected):
    report = replace(make_report(make_result(diagnosis=DIAGNOSIS)), showing=Showing(pack))
    release = Release(at_once=True, most=most)

    for attempt in (1, 9):
        visible = as_seen_by(report, Role.STUDENT, BEFORE, release, attempt).results[0]
        assert visible.diagnosis == result_seen_by(report.results[0], Role.STUDENT, True, expected).diagnosis
    assert as_seen_by(report, Role.STAFF, BEFORE, release).results[0].diagnosis == DIAGNOSIS
