"""Words where no mistake of the catalogue fits: which error signal is wrong first, and how."""

from __future__ import annotations

from grader.diagnosis.words.first_wrong import first_wrong
from grader.values import Diagnosis
from reference.notation import gradient

WHOLE = {
    "only-here": "On random inputs your gradients are right; on the inputs of this test they are wrong.",
    "all-zero": "Every gradient is zero.",
    "not-repeatable": "A second call with the same arguments returns different gradients.",
    "forward": "y itself is wrong: the forward pass differs from the handout's.",
    "forward-digits": "y agrees with the expected value to four digits or more, but not to nine: the forward "
    "pass loses digits.",
    "loss": "Your gradients are right for the handout's loss, but your loss is wrong: on one of our random "
    "inputs it is {got}, and the handout's is {want}.",
    "other-loss": "Your gradients are right for the handout's loss, but they are not the slopes of the loss "
    "that was measured: that loss is wrong.",
    "slopes": "Your gradients and the value of your loss are right, but your loss does not change as it must "
    "when a parameter changes a little.",
    "value": "{value} is the first value that is wrong.",
}
UNTRIED = ("only-here", "not-repeatable", "loss", "other-loss", "slopes", "forward-digits")
QUESTIONS = {
    "only-here": "What is special about this test's inputs: a single row, large values, other sizes?",
    "all-zero": "Where does your backward pass begin, and which lines does its error signal reach?",
    "multiple": "Which number multiplies or divides {it}, and what does it depend on?",
    "not-repeatable": "What does your function keep from one call to the next, or draw at random?",
    "loss": "Compute the loss of one row on paper, by the handout's formula. Which of its factors or signs "
    "does your code not have?",
    "other-loss": "Compute the loss of one row on paper, by the handout's formula. Where is your code's "
    "value another one?",
    "slopes": "Does your loss round a value, use float32, or keep something from an earlier call?",
    "value": "Compute {value} on paper, by the handout's formula. Where does your code differ?",
    "forward": "Compute one row of the forward pass on paper. Which of your values differs first?",
    "forward-digits": "Does your forward pass use float32, round or clip a value, or add a small constant "
    "such as 1e−8?",
    "zero": "Which line writes values into {it}, and does your code reach it?",
    "digits": "Does your code round or clip a value on the way, or add a small constant such as 1e−8?",
    "ratio": "Which number multiplies or divides {it}? Where in your code does it come in?",
    "signs": "At which step on the way to {it} is a sign lost?",
    "transposed": "Which index of {it} counts the units, and which the inputs?",
    "permuted": "In which order does your code return the entries of {it}?",
    "shape": "Which shape does the parameter have? A gradient has the same shape as its parameter.",
}


def unnamed_sentence(d: Diagnosis) -> str:
    """Which error signal is wrong first, and how, as far as that is certain."""
    facts = dict(d.facts)
    how = facts.get("how", "")
    more = " Your loss is wrong too." if facts.get("loss") == "wrong" else ""
    if how in WHOLE:
        return WHOLE[how].format_map(facts) + more
    start = first_wrong(d.signal)
    if how == "several-pairs":
        return f"{start} More than one pair of mistakes would explain it."
    return f"{start} {_how(how, facts, d.signal)}".strip() + more


def unnamed_question(d: Diagnosis) -> str:
    """A question that leads closer to the mistake; "" if there is none."""
    facts = dict(d.facts)
    how, it = facts.get("how", ""), gradient(facts.get("parameter", "")) or d.signal
    if how in QUESTIONS and (it or "{it}" not in QUESTIONS[how]):
        return QUESTIONS[how].format_map({**facts, "it": it})
    if not d.signal:
        return ""
    return f"Which line of your file computes {d.signal}? Compare its factors with the handout's, one by one."


def _how(how: str, facts: dict[str, str], signal: str) -> str:
    it = gradient(facts.get("parameter", "")) or signal
    if not it:
        return ""
    agree = facts.get("agree", "")
    others = f" {_listing(agree.split())} {'are' if ' ' in agree else 'is'} right." if agree else ""
    text = {
        "zero": f"{it} is zero everywhere.",
        "digits": f"{it} agrees with the expected value to four digits or more, but not to nine.",
        "ratio": _ratio(it, facts),
        "multiple": f"{it} is a multiple of the expected value, with another factor for each random input.",
        "signs": f"The entries of {it} have the right sizes, but some signs are wrong.",
        "transposed": f"{it} is the transpose of the expected value.",
        "permuted": f"{it} has the expected entries in a different order.",
        "scaled": f"Each {facts.get('kind', 'row')} of {it} is a multiple of the expected one, "
        f"with different factors.",
        "rank-one": f"{it} has rank one; the expected value does not.",
        "shape": f"{it} does not have the shape of its parameter.",
        "slices": _slices(it, facts),
    }.get(how, f"{it} differs from the expected value, in no simple pattern.")
    return f"{text}{others}"


def _ratio(it: str, facts: dict[str, str]) -> str:
    where = "on every set of inputs" if facts.get("entries") == "1" else "in every entry"
    return f"{it} is {facts.get('ratio', '').replace('-', '−')} times the expected value, {where}."


def _slices(it: str, facts: dict[str, str]) -> str:
    which = facts.get("which", "").split()
    kind = (
        {"entry": "entries"}.get(facts.get("kind", ""), f"{facts.get('kind', 'row')}s")
        if len(which) > 1
        else facts.get("kind", "row")
    )
    many = len(which) > 1
    zero = f": {'they are' if many else 'it is'} zero" if facts.get("there") == "zero" else ""
    return f"Only {kind} {_listed(which)} (counted from 0) of {it} {'are' if many else 'is'} wrong{zero}."


def _listing(names: list[str]) -> str:
    return _listed([gradient(name) for name in names])


def _listed(texts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(texts[:-1]), texts[-1]))) if texts else ""
