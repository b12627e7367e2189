"""What is known when a pack's test stopped with an error of its own, instead of giving a verdict."""

from __future__ import annotations

from grader.examiner.blame import Operation, operation
from grader.kit.candidate import Candidate
from grader.values.returned import CaseCalls, Part, Returned, Stop, described, returned_as

MOST = 396


def stop_of(case: str, error: BaseException, candidate: Candidate, folder: str) -> Stop:
    """The error of this case, the forms of what its calls returned, and a sentence for the student if the
    error comes from an operation on one of these values. `folder` is that of the pack's tests."""
    kind = type(error).__name__
    found = operation(error.__traceback__, folder) if isinstance(error, Exception) else None
    sentence = "" if found is None else sentence_of(found, kind, candidate)
    return Stop(kind, CaseCalls(case, tuple(candidate.returned)), sentence[:MOST])


def sentence_of(found: Operation, error: str, candidate: Candidate) -> str:
    """What was returned, and what the test needs or that it can't use it."""
    forms = [candidate.latest[path] for path in sorted(found.paths) if path in candidate.latest]
    last = candidate.latest.get(candidate.last_path)
    form = forms[0] if len(forms) == 1 else last
    if form is None:
        return f"The test can't use this file as it is: {error}."
    if found.expected:
        shown = returned_as(form, Returned(form.path, (Part("", _as_tuple(found.expected)),)))
        if shown:
            return f"{form.path} {shown}."
    return f"{form.path} returned {described(form.parts[0])}, which this test can't use: {error}."


def _as_tuple(expected: str) -> str:
    """What an operation needs, written as the form of a tuple if it needs several values."""
    count, _, rest = expected.partition(" value")
    if rest not in ("", "s") or not count.isdigit():
        return expected
    return f"a tuple of {count} item{'' if count == '1' else 's'}"
