"""Looks for the mistake behind a failed check, after its test has ended."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from grader.diagnosis.diagnoser import Diagnosing
from grader.kit.recorder import Recorder
from grader.kit.student import Candidate
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

    def explanation() -> None:
        if recorder.diagnosis is not None:
            return
        known = candidate.causes if candidate is not None else set()
        with contextlib.suppress(StudentFault):  # then it has no answer to other inputs
            recorder.diagnosis = diagnose.diagnose(
                got, own_loss=own_loss, known=frozenset(known), accepted=accepted
            )
        if recorder.diagnosis is not None and recorder.diagnosis.fit is Fit.ONE:
            known.update(recorder.diagnosis.mistakes)

    recorder.later("the diagnosis", explanation)
