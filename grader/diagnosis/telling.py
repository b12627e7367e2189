"""From a diagnosis of the examiner, ids and figures, to what a student reads."""

from __future__ import annotations

from dataclasses import replace

from grader.text import storable
from grader.values import Diagnosis
from grader.words import departs_first


def worded(diagnosis: Diagnosis | None) -> Diagnosis | None:
    """The diagnosis with its sentence, its evidence and its question."""
    if diagnosis is None:
        return None
    kept = replace(
        diagnosis,
        slips=tuple(storable(slip) for slip in diagnosis.slips),
        signal=storable(diagnosis.signal),
        facts=tuple((storable(name), storable(value)) for name, value in diagnosis.facts),
    )
    return replace(kept, sentence=departs_first(kept.signal))
