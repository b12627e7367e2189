"""The difference of two files, line by line, in bounded time whatever they contain.

The shortest way from one text to the other is found by the furthest points that each number of changes
reaches on each diagonal, so the time grows with the number of changes, which is limited.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_LINES, MOST_CHANGES, CONTEXT = 1_000, 400, 3


@dataclass(frozen=True)
class DiffLine:
    """One line of a difference: `kind` is "add", "del", "same" or "gap"; the numbers are those in the old and
    in the new file, from 1."""

    kind: str
    text: str = ""
    old: int | None = None
    new: int | None = None


class TooMuch(Exception):
    """The files have more lines, or differ in more of them, than are compared here."""


def diff(old: Sequence[str], new: Sequence[str]) -> list[DiffLine]:
    """Every line of both files in order, each once if it is the same. Raises TooMuch."""
    if max(len(old), len(new)) > MOST_LINES:
        raise TooMuch
    numbers: dict[str, int] = {}
    a, b = ([numbers.setdefault(line, len(numbers)) for line in text] for text in (old, new))
    lines, i, j = [], 0, 0
    for x, y in [*_common(a, b), (len(a), len(b))]:
        lines += [DiffLine("del", old[n], old=n + 1) for n in range(i, x)]
        lines += [DiffLine("add", new[n], new=n + 1) for n in range(j, y)]
        if x < len(a):
            lines.append(DiffLine("same", old[x], x + 1, y + 1))
        i, j = x + 1, y + 1
    return lines


def shortened(lines: Sequence[DiffLine], context: int = CONTEXT) -> Iterator[DiffLine]:
    """The changed lines with `context` lines around them; a "gap" stands for what is left out between."""
    changed = [at for at, line in enumerate(lines) if line.kind != "same"]
    kept = sorted({at for c in changed for at in range(c - context, c + context + 1) if 0 <= at < len(lines)})
    for before, at in zip([None, *kept], kept, strict=False):
        if before is not None and at > before + 1:
            yield DiffLine("gap")
        yield lines[at]


def _common(a: Sequence[int], b: Sequence[int]) -> list[tuple[int, int]]:
    """The pairs of equal entries on a shortest way from `a` to `b`. Raises TooMuch."""
    reached, earlier = {1: 0}, []
    for changes in range(min(MOST_CHANGES, len(a) + len(b)) + 1):
        earlier.append(dict(reached))
        for k in range(-changes, changes + 1, 2):
            x = _start(reached, k, changes)
            while x < len(a) and x - k < len(b) and a[x] == b[x - k]:
                x += 1
            reached[k] = x
            if x >= len(a) and x - k >= len(b):
                return _way_back(earlier, len(a), len(b))
    raise TooMuch


def _start(reached: dict[int, int], k: int, changes: int) -> int:
    """Where diagonal k is entered: by a line of the new file, or by leaving out one of the old file."""
    if k == -changes or (k != changes and reached[k - 1] < reached[k + 1]):
        return reached[k + 1]
    return reached[k - 1] + 1


def _way_back(earlier: Sequence[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs = []
    for changes in range(len(earlier) - 1, -1, -1):
        k, reached = x - y, earlier[changes]
        start = _start(reached, k, changes)
        while x > start and x > 0 and y > 0:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        if changes:
            from_new = k == -changes or (k != changes and reached[k - 1] < reached[k + 1])
            x, y = (x, y - 1) if from_new else (x - 1, y)
    return pairs[::-1]
