"""What a student reads of a run: which of its values are right, and which is the first that is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.values.traces import Step, Trace


@dataclass(frozen=True)
class Mention:
    """A value in a sentence: `name` "z", `place` "line 18" of `file`, `means` what stands after it, such as
    " (z₁ and z₂)"."""

    name: str
    place: str
    file: str
    line: int
    means: str


def right_ones(trace: Trace) -> tuple[Mention, ...]:
    """The values that are right, each name of a line once."""
    places: dict[tuple[str, int, str], list[Step]] = {}
    for step in trace.right:
        places.setdefault((step.file, step.line, step.name), []).append(step)
    return tuple(_mention(steps, trace) for steps in places.values())


def first_wrong_one(trace: Trace) -> Mention | None:
    """The first value that is not right."""
    return None if trace.first is None else _mention([trace.first], trace)


def begins(trace: Trace) -> str:
    """What stands before the right values."""
    return "These values of your run are right" + (
        f", with {trace.draws} sets of random inputs:" if trace.draws else ":"
    )


def goes_on(trace: Trace) -> str:
    """What stands before the first value that is not right; "" if there is none."""
    if trace.first is None:
        return ""
    return "The first wrong one:" if trace.right else "The first wrong value of your run:"


def ends(trace: Trace) -> str:
    """What stands after the first value that is not right: the turn of a loop, the functions called there."""
    step = trace.first
    if step is None:
        return ""
    turn = f", in turn {step.turn} of its loop" if step.turn else ""
    calls = f" That line calls {_joined(list(step.calls))}: the fault may be there." if step.calls else ""
    return f"{turn}.{calls}"


def sentence(trace: Trace) -> str:
    """All of it, for a terminal."""
    parts = []
    if trace.right:
        parts.append(f"{begins(trace)} {_joined([_said(m) for m in right_ones(trace)])}.")
    first = first_wrong_one(trace)
    if first is not None:
        parts.append(f"{goes_on(trace)} {_said(first)}{ends(trace)}")
    return " ".join(parts)


def _said(mention: Mention) -> str:
    return f"{mention.name} on {mention.place}{mention.means}"


def _mention(steps: list[Step], trace: Trace) -> Mention:
    step = steps[0]
    several = len({s.file for s in _steps(trace)}) > 1
    lines = f"line {step.line}" if step.end_line <= step.line else f"lines {step.line} to {step.end_line}"
    means = list(dict.fromkeys(s.means for s in steps if s.means))
    said = f" ({_joined(means)})" if means and means != [step.name] else ""
    return Mention(step.name, f"{step.file}, {lines}" if several else lines, step.file, step.line, said)


def _steps(trace: Trace) -> Iterator[Step]:
    yield from trace.right
    if trace.first is not None:
        yield trace.first


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
