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
from grader.diagnosis.words.unnamed import unnamed_question, unnamed_sentence
from grader.values import Diagnosis, Fit
from grader.values.numbers import magnitude
from grader.values.text import storable

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
        sentence, question = unnamed_sentence(clean), unnamed_question(clean)
        return replace(clean, sentence=sentence, question=question, evidence=_tried(clean))
    return replace(clean, sentence=_sentence(clean), evidence=_evidence(clean), question=_question(clean))


def _sentence(d: Diagnosis) -> str:
    """Which error signal is wrong first, and which mistake explains it."""
    facts = dict(d.facts)
    words = [WORDS[mistake.partition(":")[0]] for mistake in d.mistakes]
    clauses = [_filled(word.clause, _facts(d, at)) + _where(d, at) for at, word in enumerate(words)]
    joined = (", and also " if d.fit is Fit.BOTH else ", or when ").join(clauses)
    if all(word.of == "loss" for word in words):
        return f"Your gradients are right for the handout's loss, but your loss is wrong: {joined}."
    if d.fit is Fit.EITHER:
        joined += "; this test can't tell which"
    if facts.get("about") == "values":
        return f"The output is wrong: it equals what you get when {joined}."
    what = facts.get("about", "gradients")
    start = f"{first_wrong(d.signal)[:-1]}: your {what} equal" if d.signal else f"Your {what} equal"
    return f"{start} what you get when {joined}.{INSIDE if facts.get('forward') == 'agrees' else ''}"


INSIDE = " Your forward function is right, so look at the values that backward computes itself."


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
    subject = (
        f"All {len(names)} {facts.get('about', 'gradients')} match"
        if len(names) > 1
        else "What was returned matches"
    )
    mistake = {Fit.BOTH: "these two mistakes together", Fit.EITHER: "each of them"}.get(d.fit, "this mistake")
    close = f" to {magnitude(d.error)}" if d.error else ""
    return (
        f"{subject} {mistake}{close}, on this test's inputs and on {d.draws} further sets of random inputs."
    )


def _tried(d: Diagnosis) -> str:
    if dict(d.facts).get("pairs") == "skipped":
        return "No mistake of the catalogue fits alone, nor do the first 1000 pairs of mistakes together."
    return (
        ""
        if dict(d.facts).get("how") in ("only-here", "not-repeatable")
        else "No mistake of the catalogue fits."
    )
