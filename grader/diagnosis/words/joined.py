"""Whether a wrong line and a mistake that the catalogue names are one thing, and both in one sentence.

The catalogue knows what the values are like, the search which change makes them right. They agree if the kind
of change is one that undoes the mistake, and disagree if it can't undo it. Some kinds of change can undo
almost anything; then nothing is decided.
"""

from __future__ import annotations

from enum import StrEnum

from grader.diagnosis.words.first_wrong import first_wrong
from grader.diagnosis.words.lines import places, proof
from grader.diagnosis.words.sentences import clause_of
from grader.values import Diagnosis, Fit
from grader.values.lines import Line

DRAWS = 2  # on which a mistake must fit to be proven by itself

_ADDED = "missing factor, missing product, missing function, factor or term"
_TERM = "missing term, accumulated, factor or term, missing function"
_NUMBER = "constant, dropped factor, factor or term, missing factor, missing division, times or divided by"
_DROPPED = "dropped factor, dropped function, dropped statement, times or divided by, operator"
_FEWER = f"{_DROPPED}, sum or mean, sum, missing factor, factor or term, axis"
_MORE = "missing division, missing factor, sum or mean, mean, operator, axis"
_OTHER = "another name, another expression, another function, order, off by one, dropped function"
_SIGN = "sign, operands exchanged, order, operator, constant"
_TURNED = "transpose, operands exchanged, axis, order, another function, operator, another name"
_ROWS = (
    "accumulated, assigned, off by one, statement in the loop, statement after the loop, sum, axis, "
    "sum or mean, new array, missing term, another expression, another name"
)
_AXIS = "axis, sum, sum or mean, shape, dropped function, another name, another expression"
_SHARED = "copy, new array, in place, order of statements, another name, another expression, assigned"

_UNDONE_BY: dict[str, str] = {
    _ADDED: """slope-left-out signal-left-out weights-without-signal input-left-out path-without-weights
        path-without-signal graph-derivative-left-out graph-signal-left-out graph-factor-left-out
        lambda-left-out penalty-without-w softmax-jacobian-left-out activation-left-out
        loss-without-square""",
    _TERM: """target-left-out bias-left-out penalty-left-out loss-penalty-left-out graph-path-left-out
        bias-after-activation""",
    _NUMBER: """factor-two factor-half penalty-doubled penalty-halved loss-without-half loss-penalty-doubled
        loss-penalty-halved loss-factor graph-doubled graph-halved""",
    _DROPPED: """slope-squared slope-on-output softmax-jacobian-twice softmax-slope-on-error activation-twice
        activation-on-output softmax-twice loss-root""",
    _FEWER: """averaged-twice averaged weights-averaged bias-averaged penalty-averaged loss-averaged
        loss-penalty-averaged path-averaged graph-averaged graph-sum-splits""",
    _MORE: "not-averaged weights-not-averaged bias-not-averaged loss-not-averaged",
    _OTHER: """slope-at-h slope-is-value slope-of-signal slope-of-layer-below slope-of-layer-above
        slope-of-other path-from-h-bar path-from-y-bar path-weights-of-layer-below
        path-weights-of-layer-above weights-from-x weights-from-z weights-from-slope weights-from-own-h
        weights-from-y-bar bias-from-y-bar error-of-z logits-for-probabilities activation-other
        graph-slope-at-value graph-factors-swapped layer-from-signal-above""",
    _SIGN: """slope-sign weights-sign bias-sign sign-of-y-bar loss-sign bias-subtracted activation-of-minus-z
        penalty-sign graph-sign""",
    _TURNED: "path-weights-transposed weights-transposed forward-weights-transposed graph-transposed",
    _ROWS: """weights-last-row weights-first-row bias-first-row bias-last-row rows-overwritten first-row-only
        loss-last-row loss-first-row path-last-unit-only path-first-unit-only graph-overwritten
        graph-first-path-only""",
    _AXIS: """bias-not-summed bias-summed-over-units bias-wrong-axis bias-kept-axis softmax-over-rows
        softmax-over-all""",
    _SHARED: "updated-weights accumulated-over-calls",
}
UNDONE_BY: dict[str, frozenset[str]] = {
    mistake: frozenset(kinds.split(", ")) for kinds, names in _UNDONE_BY.items() for mistake in names.split()
}
"""The kinds of change that undo a mistake of the catalogue."""
ANYTHING = frozenset(
    ("another expression", "another name", "another function", "operator", "constant", "dropped statement",
     "order of statements", "condition", "off by one", "")
)  # fmt: skip
"""The kinds of change that can undo almost any mistake."""


class Agreement(StrEnum):
    """One thing; two things that may stand side by side; or a name that the line shows to be wrong."""

    ONE = "one"
    BESIDE = "beside"
    REFUTED = "refuted"


def agreement(found: Diagnosis, line: Line) -> Agreement:
    """Whether the line is that of the mistakes that are named. If that can't be decided, a name stays only if
    the catalogue proved it: one mistake, the same values on every draw."""
    if found.fit is Fit.NONE or not found.mistakes:
        return Agreement.BESIDE
    if _confirmed(found, line):
        return Agreement.ONE
    undecided = all(_of(mistake, line) is None for mistake in found.mistakes)
    both = found.fit is Fit.BOTH and bool(line.together)
    proven = (found.fit is Fit.ONE or both) and found.draws >= DRAWS
    return Agreement.BESIDE if proven and undecided else Agreement.REFUTED


def _confirmed(found: Diagnosis, line: Line) -> list[int]:
    """The numbers of the mistakes that the line confirms: all of them, or exactly one of several that fit."""
    agree = [at for at, mistake in enumerate(found.mistakes) if _of(mistake, line)]
    enough = len(agree) == (1 if found.fit is Fit.EITHER else len(found.mistakes))
    return agree if enough else []


def _of(mistake: str, line: Line) -> bool | None:
    """Whether the line's change undoes the mistake; None if that can't be decided."""
    kinds = UNDONE_BY.get(mistake.partition(":")[0])
    if kinds is None or line.kind not in kinds | ANYTHING:
        return None if kinds is None else False
    return True if line.kind in kinds else None


def joined(found: Diagnosis, line: Line) -> str:
    """What is wrong with the line and how that is known, to be said after the place; "" if line and mistakes
    are not one thing."""
    clauses = [clause_of(found, at) for at in _confirmed(found, line)]
    return f"{', and '.join(dict.fromkeys(clauses))}; {proof(line)}" if clauses else ""


def joined_sentence(found: Diagnosis, line: Line) -> str:
    """The same with the place; "" if they are not one thing."""
    rest = joined(found, line)
    return f"{places(line)}: {rest}" if rest else ""


def without_name(found: Diagnosis) -> Diagnosis | None:
    """What is left of a diagnosis whose name a line refutes: the first wrong signal, or None."""
    if not found.signal:
        return None
    return Diagnosis(Fit.NONE, signal=found.signal, sentence=first_wrong(found.signal), graph=found.graph)
