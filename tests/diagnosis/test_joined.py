"""A mistake of the catalogue and a wrong line: one sentence where they agree, no name where they do not."""

from dataclasses import replace

import pytest

from grader.diagnosis.words import worded
from grader.diagnosis.words.joined import (
    ANYTHING,
    UNDONE_BY,
    Agreement,
    agreement,
    joined,
    joined_sentence,
    without_name,
)
from grader.diagnosis.words.lines import NAMES
from grader.diagnosis.words.sentences import WORDS
from grader.values import Diagnosis, Fit
from grader.values.lines import Line, Spot

FACTS = tuple(
    (f"0.{n}", t) for n, t in {"phi": "σ", "z": "z₁", "h": "h₁", "z_bar": "z̄₁", "h_bar": "h̄₁"}.items()
)
SLOPE = worded(Diagnosis(Fit.ONE, ("slope-left-out:1",), "z̄₁", FACTS, 1e-16, 2))
LINE = Line(Spot("mlp.py", 31, 12, 31, 17), kind="missing factor", draws=3, explains=("test_a", "test_b"))


def of(*mistakes, fit=Fit.ONE, draws=2):
    return worded(Diagnosis(fit, mistakes, "z̄₁", FACTS, 1e-16, draws))


def test_line_and_mistake_are_one_sentence_where_the_change_undoes_the_mistake():
    assert agreement(SLOPE, LINE) is Agreement.ONE
    assert joined_sentence(SLOPE, LINE) == (
        "mlp.py, line 31: σ′(z₁) is left out, so that z̄₁ is h̄₁ itself; "
        "with one change there, 2 tests pass, also with 2 other sets of random inputs."
    )


@pytest.mark.parametrize("kind", ["transpose", "sign", "axis", "comparison", "copy", "mean"])
def test_a_name_that_the_change_can_not_undo_goes(kind):
    line = replace(LINE, kind=kind)

    assert agreement(SLOPE, line) is Agreement.REFUTED
    assert joined(SLOPE, line) == ""


@pytest.mark.parametrize("kind", ["another expression", "another name", "operator", ""])
def test_where_nothing_is_decided_a_proven_name_stays_beside_the_line(kind):
    line = replace(LINE, kind=kind)

    assert agreement(SLOPE, line) is Agreement.BESIDE
    assert joined(SLOPE, line) == ""


@pytest.mark.parametrize(
    "found",
    [
        of("slope-left-out:1", "weights-sign", fit=Fit.EITHER),
        of("slope-left-out:1", draws=1),
        of("slope-left-out:1", "weights-sign", fit=Fit.BOTH),
    ],
)
def test_where_nothing_is_decided_a_name_that_is_not_proven_goes(found):
    assert agreement(found, replace(LINE, kind="another expression")) is Agreement.REFUTED


def test_of_two_mistakes_that_fit_the_line_decides():
    found = of("weights-sign", "slope-left-out:1", fit=Fit.EITHER)

    assert agreement(found, LINE) is Agreement.ONE
    assert "is left out" in joined(found, LINE)
    assert "sign" not in joined(found, LINE)


def test_of_two_mistakes_that_the_line_does_not_tell_apart_none_is_named():
    found = of("signal-left-out", "slope-left-out:1", fit=Fit.EITHER)

    assert agreement(found, LINE) is Agreement.REFUTED


def test_two_mistakes_are_not_mended_by_one_change():
    found = of("slope-left-out:1", "weights-sign", fit=Fit.BOTH)

    assert agreement(found, LINE) is Agreement.REFUTED
    two = replace(LINE, kind="another name", together=(Spot("mlp.py", 33, 0, 33, 5),))
    assert agreement(found, two) is Agreement.BESIDE


def test_one_mistake_made_in_two_layers_is_mended_by_one_line_and_said_once():
    found = of("slope-left-out:1", "slope-left-out:2", fit=Fit.BOTH)
    same = replace(found, facts=(*FACTS, *((name.replace("0.", "1."), text) for name, text in FACTS)))

    assert agreement(same, LINE) is Agreement.ONE
    assert joined(same, LINE).count("is left out") == 1


def test_a_diagnosis_that_names_nothing_stays_beside_the_line():
    found = worded(Diagnosis(Fit.NONE, signal="z̄₁"))

    assert agreement(found, LINE) is Agreement.BESIDE


def test_without_its_name_a_diagnosis_has_only_the_signal():
    left = without_name(SLOPE)

    assert (left.mistakes, left.facts, left.evidence, left.question) == ((), (), "", "")
    assert left.sentence == "z̄₁ is the first error signal that is wrong."
    assert without_name(replace(SLOPE, signal="")) is None


def test_every_mistake_and_kind_of_the_table_exists():
    assert set(UNDONE_BY) <= set(WORDS)
    assert {kind for kinds in UNDONE_BY.values() for kind in kinds} <= set(NAMES)
    assert ANYTHING - {""} <= set(NAMES)
