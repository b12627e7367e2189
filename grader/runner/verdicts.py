"""From the examiner's words and the runner's evidence to the outcome of one test."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from grader.runner.errors import PackFault
from grader.runner.watch import Loss, Watch
from grader.values import (
    PICTURES_BYTES,
    PICTURES_KEPT,
    Case,
    Cause,
    Diagnosis,
    Fit,
    Number,
    Outcome,
    Picture,
    Verdict,
)

_VERDICTS = {
    "cpu limit": Verdict.TIMEOUT, "wall limit": Verdict.TIMEOUT, "memory limit": Verdict.MEMORY,
    "output limit": Verdict.OUTPUT_LIMIT, "forbidden call": Verdict.REFUSED, "crash": Verdict.ERROR,
    "no answer": Verdict.ERROR,
}  # fmt: skip

MOST_FACTS = 96  # of a diagnosis: some twenty for each slip that it names


def judged(said: Mapping[str, Any], watch: Watch) -> Outcome:
    """The outcome of one test from the examiner's words and the runner's evidence."""
    common: dict[str, Any] = {
        "test_id": watch.plan.id,
        "cases": tuple(_case(c, watch.loss) for c in _rows(said, "cases", 3)),
        "numbers": tuple(_number(n) for n in _rows(said, "numbers", 4)),
        "printed": watch.printed(),
        "detail": _text(said, "detail", 12000),
        "evidence": watch.evidence(),
    }
    if watch.loss is not None:
        return _lost(said, watch, watch.loss, common)
    try:
        verdict = Verdict(_text(said, "state", 40))
        share = min(max(Decimal(_text(said, "share", 40)), Decimal(0)), Decimal(1))
    except (ValueError, InvalidOperation) as e:
        raise PackFault("the examiner gave no verdict") from e
    return Outcome(
        verdict=verdict,
        share=share,
        cause=Cause.PACK if verdict is Verdict.INTERNAL else None,
        message=_text(said, "message", 4000),
        traceback=_text(said, "traceback", 2000),
        arguments=said["arguments"] if isinstance(said.get("arguments"), bytes) else b"",
        answer=_text(said, "answer", 20000),
        diagnosis=_diagnosis(said.get("diagnosis")),
        pictures=_pictures(_rows(said, "pictures", 3)),
        **common,
    )


def _lost(said: Mapping[str, Any], watch: Watch, loss: Loss, common: dict[str, Any]) -> Outcome:
    """A test whose candidate ended. If the test itself spent the time, its author is told."""
    waited, wall_s = said.get("waited_s"), watch.plan.limits.wall_s
    own_time = isinstance(waited, float) and waited < 0.5 * wall_s
    if loss.ended == "wall limit" and own_time and watch.wall_used() >= wall_s:
        common["detail"] += "\nthe test itself, not the student's code, used up the wall limit"
        return Outcome(verdict=Verdict.INTERNAL, cause=Cause.PACK, **common)
    return Outcome(verdict=_VERDICTS[loss.ended], message=loss.sentence(watch.plan), **common)


def _text(said: Mapping[str, Any], key: str, most: int) -> str:
    value = said.get(key)
    return value[:most] if isinstance(value, str) else ""


def _rows(said: Mapping[str, Any], key: str, width: int) -> list[list[Any]]:
    value = said.get(key)
    rows = value if isinstance(value, list) else []
    return [r for r in rows[:500] if isinstance(r, list) and len(r) == width]


def _case(row: list[Any], loss: Loss | None) -> Case:
    name, state, message = (str(x) for x in row)
    if state == "lost":
        return Case(name[:200], _VERDICTS[loss.ended] if loss else Verdict.ERROR, "")
    return Case(name[:200], Verdict(state), message[:2000])


def _number(row: list[Any]) -> Number:
    return Number(str(row[0])[:200], float(row[1]), float(row[2]), row[3] is True)


def _diagnosis(said: Any) -> Diagnosis | None:
    """A diagnosis without words, of bounded texts. Raises ValueError or TypeError."""
    if not isinstance(said, Mapping):
        return None
    slips = said.get("slips")
    error, draws = said.get("error"), said.get("draws")
    if not isinstance(slips, list) or not isinstance(error, float) or not isinstance(draws, int):
        raise ValueError("a diagnosis has slips, error and draws")
    return Diagnosis(
        fit=Fit(_text(said, "fit", 20)),
        slips=tuple(str(slip)[:80] for slip in slips[:8]),
        signal=_text(said, "signal", 40),
        facts=tuple(
            (str(name)[:40], str(value)[:300]) for name, value in _rows(said, "facts", 2)[:MOST_FACTS]
        ),
        error=error,
        draws=draws,
    )


def _pictures(rows: list[list[Any]]) -> tuple[Picture, ...]:
    """Pictures within what a test may keep. Raises ValueError."""
    if len(rows) > PICTURES_KEPT or sum(len(str(text)) for _, _, text in rows) > PICTURES_BYTES:
        raise ValueError("more pictures than a test keeps")
    return tuple(Picture.of_text(*(str(x) for x in row)) for row in rows)
