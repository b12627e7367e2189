"""What was found in one test, as an id and a place that are equal for students with the same mistake."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.diagnosis.words.names import OPEN, STOPS, depends, name_of
from grader.grading.result import Result
from grader.values import Diagnosis, Verdict
from grader.values.text import one_line, storable

__all__ = ["LONGEST", "Finding", "depends", "facts_in", "finding_of", "name_of"]

LONGEST = 120
_FRAME = re.compile(r'^ *File "[^"\n]*", line \d+, in ([^\n]+)$', re.M)
_EXCEPTION = re.compile(r"^([A-Za-z_][\w.]{0,80})(?::|$)")


@dataclass(frozen=True)
class Finding:
    """`mistake` is the id of a mistake of the catalogue, `stops:ValueError` for an exception in the
    student's code, or `unnamed:` with how gradients are wrong. `place` is the first wrong error signal, the
    layer or the student's function where it is; "" if that is not known."""

    mistake: str
    place: str


def finding_of(result: Result) -> Finding | None:
    """What the diagnosis or the traceback of a result says; None if the test passed or nothing is known."""
    if result.verdict is Verdict.PASSED:
        return None
    if result.diagnosis is not None:
        return _of_diagnosis(result.diagnosis)
    return _of_traceback(result.traceback) if result.verdict is Verdict.ERROR else None


def facts_in(report: object, mistake: str) -> dict[str, str]:
    """The facts about the first diagnosis of a mistake in a report's JSON; none if there is none. It reads
    only these values, since lists need them of many reports."""
    rows = report.get("results", ()) if isinstance(report, dict) else ()
    for row in rows:
        diagnosis = row.get("diagnosis") or {}
        names = diagnosis.get("mistakes") or ()
        if names and names[0].partition(":")[0] == mistake:
            facts = dict(diagnosis.get("facts") or {})
            return {
                key.removeprefix("0."): one_line(text, LONGEST)
                for key, text in facts.items()
                if key.startswith("0.")
            }
    return {}


def _of_diagnosis(diagnosis: Diagnosis) -> Finding:
    facts = dict(diagnosis.facts)
    if not diagnosis.mistakes:
        place = diagnosis.signal or facts.get("value") or facts.get("parameter", "")
        return _finding(f"{OPEN}{facts.get('how', '')}", place)
    mistake, _, at = diagnosis.mistakes[0].partition(":")
    place = diagnosis.signal or facts.get("0.where", "") or at
    return _finding(mistake, place)


def _finding(mistake: str, place: str) -> Finding:
    """The finding in columns of a database: a student chose some of these names."""
    return Finding(one_line(storable(mistake), LONGEST), one_line(storable(place), LONGEST))


def _of_traceback(traceback: str) -> Finding | None:
    functions = _FRAME.findall(traceback)
    exception = _EXCEPTION.match(traceback.rstrip("\n").rpartition("\n")[2])
    if not functions or exception is None:
        return None
    place = "" if functions[-1] == "<module>" else functions[-1]
    return _finding(STOPS + (exception[1].rpartition(".")[2] or exception[1]), place)
