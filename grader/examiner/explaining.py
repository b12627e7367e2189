"""What is said and drawn about a row after it has ended, and what its cases have in common for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.kit.recorder import Recorder
from grader.values import PICTURES_BYTES, PICTURES_KEPT, Explained, Outcome, Picture, TestPlan, Verdict

DETAIL_KEPT = 12_000
_FIRST = [Verdict.INTERNAL, Verdict.MEMORY, Verdict.ERROR, Verdict.FAILED, Verdict.PASSED]


@dataclass(frozen=True)
class Unexplained:
    """A row that has ended: its cases (outcome, recorder), in their order; none if nothing is to be made."""

    plan: TestPlan
    cases: tuple[tuple[Outcome, Recorder], ...]

    @property
    def explains(self) -> bool:
        """Whether there is anything to be made."""
        return bool(self.cases)

    def explain(self) -> Explained:
        """Make the diagnoses and pictures of every case, perhaps with calls of the student's code."""
        outcomes = [_explained(outcome, recorder) for outcome, recorder in self.cases]
        worst_first = sorted(outcomes, key=lambda outcome: _FIRST.index(outcome.verdict))
        return Explained(
            next((o.diagnosis for o in (*worst_first[:1], *outcomes) if o.diagnosis), None),
            pictures_of(outcomes),
            detail_of(outcomes),
        )


def unexplained(plan: TestPlan, cases: Sequence[Outcome], recorders: Sequence[Recorder]) -> Unexplained:
    """What remains to be said about a row, from the recorders of its cases."""
    pending = any(recorder.explanations for recorder in recorders)
    return Unexplained(plan, tuple(zip(cases, recorders, strict=True)) if pending else ())


def _explained(outcome: Outcome, recorder: Recorder) -> Outcome:
    """The outcome of a case with what its recorder has made after its end."""
    known = len(recorder.left_out)
    recorder.explain()
    notes = "\n".join(recorder.left_out[known:])
    return replace(
        outcome,
        diagnosis=recorder.diagnosis if outcome.verdict is Verdict.FAILED else None,
        pictures=tuple(recorder.pictures),
        detail="\n".join(text for text in (outcome.detail, notes) if text),
    )


def has_names(cases: Sequence[Outcome]) -> bool:
    """Whether the cases of a row are told apart by their names."""
    return len(cases) > 1 or cases[0].id != ""


def pictures_of(cases: Sequence[Outcome]) -> tuple[Picture, ...]:
    """The pictures of all cases, at most what a test may have; those of failed cases come first."""
    pictures: list[Picture] = []
    free = PICTURES_BYTES
    for outcome in sorted(cases, key=lambda o: o.verdict is Verdict.PASSED):
        for picture in outcome.pictures:
            size = len(picture.text)
            if size <= free and len(pictures) < PICTURES_KEPT:
                named = has_names(cases) and outcome.id
                title = f"{picture.title} ({outcome.id})" if named else picture.title
                pictures.append(replace(picture, title=title[:120]))
                free -= size
    return tuple(pictures)


def detail_of(cases: Sequence[Outcome]) -> str:
    """What staff see about all cases."""
    return "\n\n".join(o.detail for o in cases if o.detail)[:DETAIL_KEPT]
