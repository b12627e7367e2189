"""The texts of a grading's progress, the same on the page and in the JSON that updates it."""

from __future__ import annotations

from grader.grading.visible import VisibleResult
from grader.values.numbers import points
from web.services.queue_position import STORED, QueuePosition
from web.services.visible_report import VisibleGrading
from web.words import count_of


def over_words(visible: VisibleGrading) -> str:
    """What is announced when a grading is over."""
    if visible.state == "stopped" or visible.score is None:
        return "The grading stopped because of an error on our side; there is no score yet."
    waits = f" {points(visible.awaiting)} await marking." if visible.awaiting else ""
    lines = sum(test.line is not None for test in visible.done)
    named = f" The page names the wrong line for {count_of(lines, 'test')}." if lines else ""
    return f"Graded: {points(visible.score)} of {points(visible.of)} points.{waits}{named}"


def waiting_words(place: QueuePosition) -> str:
    return trouble_words(place) or f"Waiting, place {place.place} of {place.waiting}."


def trouble_words(place: QueuePosition) -> str:
    """What the page says while something is down, "" if nothing is; students must not hand in twice."""
    if not place.trouble:
        return ""
    return f"Grading is delayed. {place.trouble} {STORED} There is no need to hand in again."


def running_words(visible: VisibleGrading) -> str:
    return f"{len(visible.done)} of {count_of(len(visible.expected), 'test')} done."


def running_part(visible: VisibleGrading) -> float:
    """The progress in percent."""
    return 100 * len(visible.done) / max(1, len(visible.expected))


MOMENT_S = 5.0
"""A shorter wait is not counted in seconds."""


def rounded(seconds: float) -> float:
    """The seconds as they are said: the longer, the coarser."""
    steps = ((10.0, 1), (60.0, 5), (150.0, 10))
    step = next((step for below, step in steps if seconds < below), 60)
    return float(max(step, step * round(seconds / step)))


def starts_words(seconds: float | None) -> str:
    """When a waiting job starts; an estimate is only shown if it is long enough to matter."""
    if seconds is None:
        return "soon"
    if seconds < MOMENT_S:
        return "in a moment"
    said = round(rounded(seconds))
    return f"in about {said} s" if seconds < 150 else f"in about {count_of(said // 60, 'minute')}"


def waiting_figures(place: QueuePosition) -> dict[str, str]:
    """Texts of the waiting page, by the name in `data-figure`."""
    starts = starts_words(place.starts_in_s)
    return {
        "place": str(place.place),
        "waiting": f"of {place.waiting}",
        "starts": starts,
        "trouble": trouble_words(place),
    }


def running_figures(visible: VisibleGrading, place: QueuePosition) -> dict[str, str]:
    """Texts of the running page, by the name in `data-figure`."""
    earned, of = visible.so_far
    passed, over = len(visible.of_state("passed")), len(visible.done)
    waits, to_come = len(visible.of_state("marking")), len(visible.expected) - over
    by_hand = f"{waits} {'awaits' if waits == 1 else 'await'} marking, " if waits else ""
    return {
        "done": str(len(visible.done)),
        "expected": f"of {count_of(len(visible.expected), 'test')} done",
        "earned": points(earned),
        "of": f"of {points(of)} points",
        "tally": f"{passed} passed, {over - passed - waits} not passed, {by_hand}{to_come} to run.",
        "trouble": trouble_words(place),
    }


def test_points(test: VisibleResult) -> str:
    """`5 / 10` once the earned points are known, else `10`."""
    if test.is_advice:
        return "advice"
    return points(test.points) if test.earned is None else f"{points(test.earned)} / {points(test.points)}"
