"""What was found in a test, as an id and a place that can be counted over a class."""

import pytest

from grader.diagnosis.words.sentences import WORDS
from grader.grading.findings import LONGEST, finding_of, name_of
from grader.values import Diagnosis, Fit, Verdict
from tests.web.world import row

TRACE = 'Traceback (most recent call last):\n  File "mlp.py", line 3, in {}\n    x()\n{}\n'


def test_a_mistake_of_the_catalogue_is_at_the_first_wrong_signal():
    diagnosis = Diagnosis(Fit.ONE, mistakes=("slope-left-out:2",), signal="z̄₁")

    found = finding_of(row("t", Verdict.FAILED, diagnosis=diagnosis))

    assert (found.mistake, found.place) == ("slope-left-out", "z̄₁")


def test_without_a_signal_the_layer_is_the_place():
    diagnosis = Diagnosis(Fit.ONE, mistakes=("slope-left-out:2",))

    assert finding_of(row("t", Verdict.FAILED, diagnosis=diagnosis)).place == "2"


def test_where_no_mistake_fits_it_says_how_the_gradient_is_wrong():
    diagnosis = Diagnosis(Fit.NONE, signal="b̄₁", facts=(("how", "ratio"),))

    found = finding_of(row("t", Verdict.FAILED, diagnosis=diagnosis))

    assert (found.mistake, found.place) == ("unnamed:ratio", "b̄₁")


def test_an_exception_is_in_the_students_function():
    trace = TRACE.format("backward", "ValueError: shapes")

    found = finding_of(row("t", Verdict.ERROR, traceback=trace))

    assert (found.mistake, found.place) == ("stops:ValueError", "backward")
    assert name_of(found.mistake) == "stops with ValueError"


@pytest.mark.parametrize("name", ["f\x00", "\ud800", "x" * 5000, "\u202egnp"])
def test_a_name_that_a_student_chose_can_be_stored(name):
    found = finding_of(row("t", Verdict.ERROR, traceback=TRACE.format(name, "E: no")))

    assert len(found.place) <= LONGEST
    assert "\x00" not in found.place
    found.place.encode()


def test_a_passed_test_has_no_finding():
    assert finding_of(row("t")) is None
    assert finding_of(row("t", Verdict.FAILED, message="no")) is None


def test_every_mistake_of_the_catalogue_has_a_short_name():
    names = {mistake: name_of(mistake) for mistake in WORDS}

    assert all("{" not in name and "_" not in name for name in names.values())
    assert name_of("of-a-later-release") == "of-a-later-release"
