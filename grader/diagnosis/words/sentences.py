"""Turns a diagnosis (ids and numbers) into the sentences that a student reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from grader.diagnosis.words.entry import Words
from grader.diagnosis.words.first_wrong import first_wrong
from grader.diagnosis.words.forwards import FORWARDS, LOSSES, PENALTIES, SCALES
from grader.diagnosis.words.graphs import GRAPHS
from grader.diagnosis.words.layers import BIASES, PATHS, WEIGHTS
from grader.diagnosis.words.slopes import OUTPUTS, SLOPES
from grader.diagnosis.words.unnamed import UNTRIED, unnamed_question, unnamed_sentence
from grader.values import Diagnosis, Fit
from grader.values.numbers import magnitude
from grader.values.text import storable, with_capitals

WORDS: dict[str, Words] = {
    **SLOPES, **OUTPUTS, **PATHS, **WEIGHTS, **BIASES, **FORWARDS, **PENALTIES, **SCALES, **LOSSES, **GRAPHS,
}  # fmt: skip


def worded(diagnosis: Diagnosis | None) -> Diagnosis | None:
    """The diagnosis with its sentence, its evidence and its question."""
    if diagnosis is None:
        return None
    clean = replace(
        diagnosis,
        mistakes=tuple(storable(mistake) for mistake in diagnosis.mistakes),
        signal=storable(diagnosis.signal),
        facts=tuple((storable(name), storable(value)) for name, value in diagnosis.facts),
    )
    if clean.fit is Fit.NONE or any(mistake.partition(":")[0] not in WORDS for mistake in clean.mistakes):
        texts = unnamed_sentence(clean), _tried(clean), unnamed_question(clean)
    else:
        texts = _sentence(clean), _evidence(clean), _question(clean)
    sentence, evidence, question = map(with_capitals, texts)
    return replace(clean, sentence=sentence, evidence=evidence, question=question)


def _sentence(d: Diagnosis) -> str:
    """Which error signal is wrong first, and which mistake explains it."""
    facts = dict(d.facts)
    clauses = {of: _joined(d, of) for of in ("gradients", "loss", "pair")}
    if clauses["pair"]:
        apart = "Your gradients and your loss do not belong together"
        return f"{apart}: {clauses['pair']}.{_by_handout(d)}"
    if not clauses["gradients"]:
        but = "Your gradients are right for the handout's loss, but your" if "gradients" in facts else "Your"
        return f"{but} loss is wrong: {clauses['loss']}."
    joined = clauses["gradients"] + ("; this test can't tell which" if d.fit is Fit.EITHER else "")
    more = f" Your loss is wrong too: {clauses['loss']}." if clauses["loss"] else _more(facts)
    if facts.get("about") == "values":
        return f"{facts.get('value', 'The output')} is wrong: it equals what you get when {joined}.{more}"
    what = {"signals": "error signals"}.get(facts.get("about", ""), "gradients")
    start = f"{first_wrong(d.signal)[:-1]}: your {what} equal" if d.signal else f"Your {what} equal"
    return f"{start} what you get when {joined}.{more}"


def _by_handout(d: Diagnosis) -> str:
    """Which of loss and gradient is not the handout's, as a sentence with a blank before it, if known."""
    facts = _facts(d, 0)
    if "differs" not in facts:
        return ""
    does = "averages over them" if facts.get("handout") == "mean" else "sums over them"
    return f" The handout {does}, so your {facts['differs']} is the one that differs from it."


def _joined(d: Diagnosis, of: str) -> str:
    """The clauses about the gradients (or values), about the loss, or about both as a pair."""
    words = [WORDS[mistake.partition(":")[0]] for mistake in d.mistakes]
    clauses = [clause_of(d, at) for at, word in enumerate(words) if word.of == of]
    return (", or when " if d.fit is Fit.EITHER else ", and also ").join(clauses)


def clause_of(d: Diagnosis, at: int) -> str:
    """Mistake number `at` of the diagnosis in words, with its place. Raises KeyError if it is not known."""
    word: Words = WORDS[d.mistakes[at].partition(":")[0]]
    return _filled(word.clause, _facts(d, at)) + _where(d, at)


def _more(facts: Mapping[str, str]) -> str:
    """What else is known, each as a sentence with a blank before it."""
    known = (("forward", "agrees"), ("sizes", "written-in"), ("loss", "wrong"))
    return "".join(f" {MORE[name]}" for name, text in known if facts.get(name) == text)


MORE = {
    "forward": "Your forward function is right, so look at the values that backward computes itself.",
    "sizes": "On a net of other sizes it is not so: are sizes written into your code?",
    "loss": "Your loss is wrong too.",
}


def _facts(d: Diagnosis, at: int) -> dict[str, str]:
    """The facts of mistake number `at` of the diagnosis."""
    start = f"{at}."
    return {name.removeprefix(start): value for name, value in d.facts if name.startswith(start)}


def _where(d: Diagnosis, at: int) -> str:
    where = _facts(d, at).get("where", "")
    return f", in {where}" if where else ""


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"that {key.replace('_', ' ')}"


def _filled(text: str, facts: Mapping[str, str]) -> str:
    return text.format_map(_Known(facts))


def _question(d: Diagnosis) -> str:
    """The question of the first mistake; both questions if two mistakes were made at once."""
    mistakes = d.mistakes if d.fit is Fit.BOTH else d.mistakes[:1]
    texts = [
        _filled(WORDS[mistake.partition(":")[0]].question, _facts(d, at))
        for at, mistake in enumerate(mistakes)
    ]
    return " ".join(dict.fromkeys(texts))


def _evidence(d: Diagnosis) -> str:
    """On how many inputs the mistake matches, and how closely."""
    facts = dict(d.facts)
    names = facts.get("parameters", "").split()
    about = facts.get("about", "gradients")
    if about == "loss":
        one = len(d.mistakes) == 1
        mistake = "this mistake" if one else "these mistakes together"
        return f"What your loss returned matches {mistake} on each of {d.draws} sets of inputs."
    subject = (
        f"All {len(names)} {MATCHED.get(about, about)} match"
        if len(names) > 1
        else "What was returned matches"
    )
    several = sum(WORDS[mistake.partition(":")[0]].of == "gradients" for mistake in d.mistakes) > 1
    both = "these two mistakes together" if several else "this mistake"
    mistake = {Fit.BOTH: both, Fit.EITHER: "each of them"}.get(d.fit, "this mistake")
    close = f" to {magnitude(d.error)}" if d.error else ""
    return (
        f"{subject} {mistake}{close}, on this test's inputs and on {d.draws} further sets of random inputs."
    )


MATCHED = {"signals": "values and error signals"}


def _tried(d: Diagnosis) -> str:
    if dict(d.facts).get("pairs") == "skipped":
        return "No mistake of the catalogue fits alone, nor do the first 1000 pairs of mistakes together."
    return "" if dict(d.facts).get("how") in UNTRIED else "No mistake of the catalogue fits."
