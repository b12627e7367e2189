"""How much of a diagnosis students see: one order of levels, and who can raise or lower them."""

import itertools
from dataclasses import replace

import pytest

from grader.grading.disclosure import Release, Role, level_of, result_seen_by
from grader.grading.report_json import from_json, to_json
from grader.values import Showing, Shows, Visibility, lowest
from grader.values.lines import Line, Spot
from tests.helpers.reports import DIAGNOSIS, make_report, make_result

OFF, PART, LINE, KIND, EDIT = Shows
FOUND = Line(
    Spot("mlp.py", 31, 16, 31, 21), "        z_bar = h_bar", "backward", "missing factor", "h", "h * w"
)


def seen(shows, role=Role.STUDENT, **changed):
    """What a reader sees at this level: mistakes named, the signal, the line, its kind, the change."""
    result = result_seen_by(make_result(line=FOUND, diagnosis=DIAGNOSIS, **changed), role, True, shows)
    line, found = result.line, result.diagnosis
    return (
        bool(found and found.mistakes),
        bool(found and found.signal),
        bool(line),
        bool(line and line.kind),
        bool(line and line.new),
    )


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        (OFF, (False, False, False, False, False)),
        (PART, (False, True, False, False, False)),
        (LINE, (False, True, True, False, False)),
        (KIND, (True, True, True, True, False)),
        (EDIT, (True, True, True, True, True)),
    ],
)
def test_each_level_shows_a_student_what_those_before_it_show_and_one_thing_more(level, expected):
    assert seen(level) == expected


@pytest.mark.parametrize("level", Shows)
def test_staff_see_all_at_every_level(level):
    assert seen(level, Role.STAFF) == (True, True, True, True, True)


@pytest.mark.parametrize("level", Shows)
def test_of_a_hidden_test_a_student_sees_at_most_the_signal_and_the_line(level):
    hidden = seen(level, visibility=Visibility.HIDDEN)

    assert hidden == seen(min(level, LINE, key=list(Shows).index))


@pytest.mark.parametrize(("first", "second"), list(itertools.product(Shows, Shows)))
def test_the_lower_of_two_levels_is_the_one_that_both_reach(first, second):
    least = lowest(first, second)

    assert least in (first, second)
    assert first.reaches(least)
    assert second.reaches(least)


@pytest.mark.parametrize(
    ("pack", "row", "assignment", "expected"),
    [
        (KIND, None, None, KIND),
        (KIND, EDIT, None, EDIT),
        (OFF, LINE, None, LINE),
        (KIND, OFF, None, OFF),
        (KIND, EDIT, PART, PART),
        (PART, None, EDIT, PART),
        (EDIT, None, KIND, KIND),
    ],
)
def test_a_row_overrides_the_pack_and_the_assignment_can_only_lower(pack, row, assignment, expected):
    result, release = make_result(shows=row), Release(most=assignment)

    assert level_of(result, Showing(pack), release) is expected


def test_before_the_attempt_that_the_pack_names_a_row_shows_nothing_either():
    result, showing = make_result(shows=EDIT), Showing(KIND, after_attempts=2)

    assert [level_of(result, showing, Release(), attempt) for attempt in (1, 2, 3)] == [OFF, OFF, EDIT]


@pytest.mark.parametrize(("word", "level"), [("full", KIND), ("signal", PART), ("none", OFF)])
def test_a_stored_report_with_an_earlier_word_means_the_level_of_today(word, level):
    stored = to_json(make_report())
    stored["showing"]["level"] = word

    assert from_json(stored).showing.level is level


def test_the_level_of_a_row_is_in_the_report():
    report = make_report(replace(make_result(), shows=LINE))

    assert to_json(report)["results"][0]["shows"] == "line"
    assert from_json(to_json(report)).results[0].shows is LINE


def test_students_do_not_read_a_name_that_the_line_refutes_and_staff_do():
    named = replace(DIAGNOSIS, mistakes=("weights-transposed",))

    def names(kind, role):
        row = make_result(line=replace(FOUND, kind=kind), diagnosis=named)
        return result_seen_by(row, role, True).diagnosis.mistakes

    assert names("missing factor", Role.STUDENT) == ()
    assert names("missing factor", Role.STAFF) == named.mistakes
    assert names("transpose", Role.STUDENT) == named.mistakes
