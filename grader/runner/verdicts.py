"""Makes the outcome of one test from the examiner's message and the runner's evidence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from grader.runner.errors import PackFault
from grader.runner.watch import Loss, Watch
from grader.values import Case, Cause, Ended, Outcome, Verdict
from grader.values.frames import students_frames

_VERDICTS = {
    "cpu limit": Verdict.TIMEOUT, "wall limit": Verdict.TIMEOUT, "memory limit": Verdict.MEMORY,
    "output limit": Verdict.OUTPUT_LIMIT, "forbidden call": Verdict.REFUSED, "crash": Verdict.ERROR,
    "no answer": Verdict.ERROR, "not run": Verdict.TIMEOUT,
}  # fmt: skip


def outcome_of(ended: Ended, watch: Watch) -> Outcome:
    """The outcome of one test, from how the examiner saw it end and from the runner's evidence. Raises
    PackFault if the examiner gave no verdict."""
    reported, loss = ended.outcome, watch.loss
    if ended.lost and loss is None:
        raise PackFault("the examiner gave no verdict")
    measured = replace(
        reported,
        cases=_cases(ended, loss),
        output=students_frames(watch.printed()),
        traceback=students_frames(reported.traceback),
        evidence=watch.evidence(),
        share=min(max(reported.share, Decimal(0)), Decimal(1)),
        cause=Cause.PACK if reported.verdict is Verdict.INTERNAL else None,
    )
    return measured if loss is None else _lost(measured, ended.waited_s, watch, loss)


def _lost(measured: Outcome, waited_s: float, watch: Watch, loss: Loss) -> Outcome:
    """The outcome of a test whose candidate ended: only its numbers and cases are kept. If the test itself
    used up the time, it is the pack's fault."""
    own_time = loss.ended == "wall limit" and waited_s < 0.5 * watch.plan.limits.wall_s
    fault = own_time and watch.wall_used() >= watch.plan.limits.wall_s
    why = "\nthe test itself, not the student's code, used up the wall limit" if fault else ""
    return Outcome(
        measured.id,
        Verdict.INTERNAL if fault else _VERDICTS[loss.ended],
        cause=Cause.PACK if fault else None,
        message="" if fault else loss.sentence(watch.plan),
        cases=measured.cases,
        numbers=measured.numbers,
        output=measured.output,
        detail=f"{measured.detail}{why}",
        evidence=measured.evidence,
    )


def _cases(ended: Ended, loss: Loss | None) -> tuple[Case, ...]:
    """The cases, the last one with the verdict of the evidence if the candidate was lost in it."""
    cases = ended.outcome.cases
    if not ended.lost or not cases:
        return cases
    return (*cases[:-1], Case(cases[-1].name, _VERDICTS[loss.ended] if loss else Verdict.ERROR))
