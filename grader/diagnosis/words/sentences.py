"""From a diagnosis of the examiner, ids and figures, to what a student reads."""

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
    kept = replace(
        diagnosis,
        mistakes=tuple(storable(mistake) for mistake in diagnosis.mistakes),
        signal=storable(diagnosis.signal),
        facts=tuple((storable(name), storable(value)) for name, value in diagnosis.facts),
    )
    if kept.fit is Fit.NONE or any(mistake.partition(":")[0] not in WORDS for mistake in kept.mistakes):
        sentence, question = unnamed_sentence(kept), unnamed_question(kept)
        return replace(kept, sentence=sentence, question=question, evidence=_tried(kept))
    return replace(kept, sentence=_sentence(kept), evidence=_evidence(kept), question=_question(kept))


def _sentence(d: Diagnosis) -> str:
    """What departs first, and which mistake it equals."""
    facts = dict(d.facts)
    words = [WORDS[mistake.partition(":")[0]] for mistake in d.mistakes]
    clauses = [_filled(each.clause, _facts(d, at)) + _where(d, at) for at, each in enumerate(words)]
    joined = (" and, besides, " if d.fit is Fit.BOTH else ", or when ").join(clauses)
    if all(each.of == "loss" for each in words):
        return f"Your gradients are those of the handout's loss, your loss is not: {joined}."
    if d.fit is Fit.EITHER:
        joined += "; these can't be told apart here"
    if facts.get("about") == "values":
        return f"The output departs: it equals what one gets when {joined}."
    what = facts.get("about", "gradients")
    start = f"{first_wrong(d.signal)[:-1]}: your {what} equal" if d.signal else f"Your {what} equal"
    return f"{start} what one gets when {joined}.{INSIDE if facts.get('forward') == 'agrees' else ''}"


INSIDE = " Your forward function agrees, so look at the values that backward computes for itself."


def _facts(d: Diagnosis, at: int) -> dict[str, str]:
    """The facts of the mistake with that place among the mistakes."""
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
    """The question of the first mistake; of two made at once, each one's."""
    asked = d.mistakes if d.fit is Fit.BOTH else d.mistakes[:1]
    texts = [
        _filled(WORDS[mistake.partition(":")[0]].question, _facts(d, at)) for at, mistake in enumerate(asked)
    ]
    return " ".join(dict.fromkeys(texts))


def _evidence(d: Diagnosis) -> str:
    """On how many draws, and how closely."""
    facts = dict(d.facts)
    names = facts.get("parameters", "").split()
    whom = (
        f"All {len(names)} {facts.get('about', 'gradients')} match"
        if len(names) > 1
        else "What was returned matches"
    )
    mistake = {Fit.BOTH: "these two mistakes together", Fit.EITHER: "each of them"}.get(d.fit, "this mistake")
    close = f" to {magnitude(d.error)}" if d.error else ""
    return f"{whom} {mistake}{close}, on this test's inputs and on {d.draws} further draws."


def _tried(d: Diagnosis) -> str:
    if dict(d.facts).get("pairs") == "skipped":
        return "Every mistake of the catalogue was tried alone; of two at once, the first 1000 pairs."
    return (
        ""
        if dict(d.facts).get("how") in ("only-here", "not-repeatable")
        else "No mistake of the catalogue fits."
    )
