"""Words where no mistake of the catalogue fits: which error signal departs first, and how."""

from __future__ import annotations

from grader.diagnosis.words.first_wrong import first_wrong
from grader.diagnosis.words.notation import bars
from grader.values import Diagnosis

WHOLE = {
    "only-here": "On inputs drawn at random your gradients agree; they depart on the inputs of this test.",
    "all-zero": "Every gradient is zero.",
    "not-repeatable": "The same call gives other gradients the second time.",
    "forward": "y departs before any error signal does: the forward pass differs from the handout's.",
}
ASKED = {
    "only-here": "What sets this test's inputs apart: a single row, large values, other sizes?",
    "all-zero": "Where does your backward pass begin, and which lines does its signal reach?",
    "multiple": "Which number multiplies or divides {it}, and what does it depend on?",
    "not-repeatable": "What does your function keep from one call to the next, or draw at random?",
    "forward": "Follow one row through your forward pass with a pencil. Which value is the first to differ?",
    "zero": "Which line puts something into {it}, and is it reached?",
    "digits": "Is anything rounded, clipped or made safe on the way, with a constant such as 1e−8?",
    "ratio": "Which number multiplies or divides {it}, and no other gradient or every one?",
    "signs": "Where on the way to {it} is a sign lost?",
    "transposed": "Which index of {it} counts the units, and which the inputs?",
    "permuted": "In which order do the entries of {it} come back?",
    "shape": "Which shape has the parameter? A gradient has its parameter's.",
}


def unnamed_sentence(d: Diagnosis) -> str:
    """Which signal departs first, and how, as far as that is certain."""
    facts = dict(d.facts)
    how = facts.get("how", "")
    if how in WHOLE:
        return WHOLE[how]
    start = first_wrong(d.signal)
    if how == "several-pairs":
        return f"{start} More than one pair of mistakes explains it."
    more = _how(how, facts)
    return f"{start} {more}".strip()


def unnamed_question(d: Diagnosis) -> str:
    """A question that narrows it down."""
    facts = dict(d.facts)
    how, it = facts.get("how", ""), bars(facts.get("parameter", ""))
    if how in ASKED:
        return ASKED[how].format(it=it)
    if not d.signal:
        return ""
    return f"Which line of your file makes {d.signal}? Compare its factors with the handout's, one by one."


def _how(how: str, facts: dict[str, str]) -> str:
    it = bars(facts.get("parameter", ""))
    agree = facts.get("agree", "")
    rest = f" {_listing(agree.split())} agree{'' if ' ' in agree else 's'}." if agree else ""
    said = {
        "zero": f"{it} is zero throughout.",
        "digits": f"{it} agrees to four digits or more, but not to nine.",
        "ratio": f"{it} is {facts.get('ratio', '')} times the expected one, entry by entry.".replace(
            "-", "−"
        ),
        "multiple": f"{it} is a multiple of the expected one, by a factor that differs from draw to draw.",
        "signs": f"{it} has the expected sizes, with other signs.",
        "transposed": f"{it} is the expected one transposed.",
        "permuted": f"{it} has the expected entries in another order.",
        "scaled": f"Each {facts.get('kind', 'row')} of {it} is a multiple of the expected "
        f"one, not each the same.",
        "rank-one": f"{it} has rank one, which is not expected of it.",
        "shape": f"{it} has another shape than its parameter.",
        "slices": _slices(it, facts),
    }.get(how, f"{it} differs in no simple way." if it else "")
    return f"{said}{rest}"


def _slices(it: str, facts: dict[str, str]) -> str:
    which = facts.get("which", "").split()
    kind = (
        {"entry": "entries"}.get(facts.get("kind", ""), f"{facts.get('kind', 'row')}s")
        if len(which) > 1
        else facts.get("kind", "row")
    )
    dead = ", being zero" if facts.get("there") == "zero" else ""
    return (
        f"Only {kind} {_listed(which)} of {it} depart{'' if len(which) > 1 else 's'}{dead} (counted from 0)."
    )


def _listing(names: list[str]) -> str:
    return _listed([bars(name) for name in names])


def _listed(texts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1]))) if texts else ""
