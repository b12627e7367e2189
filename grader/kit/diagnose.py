"""Asks for a diagnosis of a check that failed, so that nothing else of the test changes by it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from grader.diagnosis.diagnoser import Diagnosing
from grader.kit.recorder import Recorder
from grader.kit.student import Candidate
from grader.values import Fit
from grader.values.student_faults import StudentFault

PATIENCE_S = 2.0  # a test that has taken longer is not made to call the student again


def diagnosed(
    diagnose: Diagnosing | None,
    got: Any,
    recorder: Recorder,
    candidate: Candidate | None,
    *,
    own_loss: bool = False,
) -> None:
    """Keep in the recorder what `diagnose` says of `got`. The first diagnosis of a case stands; a fault of
    ours costs the diagnosis alone, and staff are told."""
    slow = candidate is not None and candidate.waited_s > PATIENCE_S
    if diagnose is None or recorder.diagnosis is not None or slow:
        return
    with _as_it_was(candidate):
        try:
            known = candidate.causes if candidate is not None else set()
            recorder.diagnosis = found = diagnose.diagnose(got, own_loss=own_loss, known=frozenset(known))
            if found is not None and found.fit is Fit.ONE:
                known.update(found.mistakes)
        except StudentFault:
            pass
        except Exception as fault:  # whatever it is, the comparison has failed already and counts
            recorder.left_out.append(f"the diagnosis stopped: {type(fault).__name__}: {fault}")


@contextlib.contextmanager
def _as_it_was(candidate: Candidate | None) -> Iterator[None]:
    """What a report tells of the failing call stays that call's."""
    if candidate is None:
        yield
        return
    kept = candidate.last_call, candidate.last_path, candidate.printed, candidate.returned_none
    try:
        yield
    finally:
        candidate.last_call, candidate.last_path, candidate.printed, candidate.returned_none = kept
