"""Looks for the mistake behind a failed check, after its test has ended."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from grader.diagnosis.diagnoser import Diagnosing
from grader.diagnosis.trace import Tracing
from grader.kit.candidate import Candidate
from grader.kit.pictures.graphs import traced
from grader.kit.recorder import Recorder
from grader.values import Fit
from grader.values.student_faults import StudentFault


def diagnose_later(
    diagnose: Diagnosing | None,
    got: Any,
    recorder: Recorder,
    candidate: Candidate | None,
    *,
    own_loss: bool = False,
    accepted: Sequence[Any] = (),
) -> None:
    """Have the recorder look for the mistake in `got` when the test has ended. A case has one diagnosis: the
    first that says something."""
    if diagnose is None:
        return
    drawn = candidate.drawn if candidate is not None else set()

    def explanation() -> None:
        if recorder.diagnosis is not None:
            return
        known = candidate.causes if candidate is not None else set()
        with contextlib.suppress(StudentFault):  # then it has no answer to other inputs
            recorder.diagnosis = diagnose.diagnose(
                got, own_loss=own_loss, known=frozenset(known), accepted=accepted
            )
        if recorder.diagnosis is not None and recorder.diagnosis.cause not in drawn:
            recorder.later("the graph of the diagnosis", graph)
        if recorder.diagnosis is not None and recorder.diagnosis.fit is Fit.ONE:
            known.update(recorder.diagnosis.mistakes)

    def graph() -> None:
        """Once for each cause, since a page shows it once."""
        diagnosis = recorder.diagnosis
        if diagnosis is None or not isinstance(diagnose, Tracing):
            return
        trace = None
        with contextlib.suppress(StudentFault):
            trace = diagnose.trace(diagnosis, accepted)
        picture = None if trace is None else traced(trace, diagnosis.signal)
        if picture is not None:
            recorder.diagnosis = replace(diagnosis, graph=picture)
            drawn.add(diagnosis.cause)

    recorder.later("the diagnosis", explanation)
