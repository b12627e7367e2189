"""Looks for the mistake behind a failed check, without changing anything else in the test."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

from grader.diagnosis.diagnoser import Diagnosing
from grader.kit.recorder import Recorder
from grader.kit.student import Candidate
from grader.values import Fit
from grader.values.student_faults import StudentFault

PATIENCE_S = 2.0  # after a longer wait in this test, the student's code is not called again


def record_diagnosis(
    diagnose: Diagnosing | None,
    got: Any,
    recorder: Recorder,
    candidate: Candidate | None,
    *,
    own_loss: bool = False,
    accepted: Sequence[Any] = (),
) -> None:
    """Put the diagnosis of `got` into the recorder, unless the case has one already. An error of ours costs
    only the diagnosis; staff see a note about it."""
    slow = candidate is not None and candidate.waited_s > PATIENCE_S
    if diagnose is None or recorder.diagnosis is not None or slow:
        return
    with _last_call_kept(candidate):
        try:
            known = candidate.causes if candidate is not None else set()
            recorder.diagnosis = diagnosis = diagnose.diagnose(
                got, own_loss=own_loss, known=frozenset(known), accepted=accepted
            )
            if diagnosis is not None and diagnosis.fit is Fit.ONE:
                known.update(diagnosis.mistakes)
        except StudentFault:
            pass
        except Exception as fault:  # the comparison has failed already, and that result counts
            recorder.left_out.append(f"the diagnosis stopped: {type(fault).__name__}: {fault}")


@contextlib.contextmanager
def _last_call_kept(candidate: Candidate | None) -> Iterator[None]:
    """Restore, at the end, what the report shows about the failed call."""
    if candidate is None:
        yield
        return
    saved = candidate.last_call, candidate.last_path, candidate.printed, candidate.returned_none
    try:
        yield
    finally:
        candidate.last_call, candidate.last_path, candidate.printed, candidate.returned_none = saved
