"""The message of a hidden test without the values in it: a float that a program returned may be what the test
gave it, or tell it bit by bit.

A number stays if the pack or our kit wrote it, in a text that has words. Of an error and a threshold the
power of ten stays, and a shape stays if the arguments have its sizes too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from grader.values.numbers import power_of_ten

VALUE = "[value]"
SHAPES_KEPT, AXES_KEPT, ITEMS_KEPT = 2, 3, 12
DIGITS_OF_A_NAME = 2
_NUMBER = r"[-+\u2212]?(?:\d[\d_]*(?:\.\d+)?|\.\d+)(?:[eE][-+\u2212]?\d+)?\w*"
_WORDS = r"[-+\u2212]?(?:nan|inf|NaN|\u221e|True|False|None)(?!\w)"
_VALUES = re.compile(rf"(?<!\w)(?:{_NUMBER}|{_WORDS})")
_BETWEEN = re.compile(r"[\s,;:.|+*/\[\](){}-]*")
_CLOSING = re.compile(r"[,.]?[\])}]")
_LONG_NAME = re.compile(r"(?<!\w)[^\W\d]\w*(?!\w)")
_GLUED = re.compile(
    r"(?<=[^\W\d])\d+(?:\.\d+(?:[eE][-+\u2212]?\d+)?|[eE][-+\u2212]\d+)\w*"
)  # W11.0: no name ends so
_HEX = re.compile(r"[0-9a-fA-F]{4,}")  # also of letters alone: "deaf" may be 57007
_BRACKETS = re.compile(r"(?:[\[\](){}][\s,]*){4,}")
_DIMS = r"\((\d{1,6}(?:, ?\d{1,6})*),?\)"
_SHAPE = re.compile(rf"\bshape {_DIMS}")
_EXPECTED = re.compile(rf"expected an array of shape {_DIMS}|(?<=, )expected {_DIMS}(?=\.)")
_ITEMS = re.compile(r"\b(?:list|tuple) of (\d+) items?")
_MEASURED = re.compile(rf"\b(relative error|threshold)(?: about)? ({_NUMBER}|NaN|\u221e)")
_COUNT_OF_OTHERS = re.compile(r"(?<=\. )\d+ more differs?\.")
_LINE = re.compile(r"\bline \d{1,6}\b")
_V = re.escape(VALUE)
_TIDY = (  # the kit's sentences that are about values
    (rf" ?Worst entry: .{{1,200}}? is {_V}, (?:expected|measured) {_V}\.", ""),
    (rf" ?Along random direction {_V} it predicts a slope of {_V}, \w+ {_V}\.", ""),
    (rf"(?: at [^:]{{1,80}})? where [^:]{{1,600}}: its value is {_V}, expected {_V}", ""),
    (rf" is {_V}, (?:expected|measured) {_V}(?=[;.]|$)", " is wrong"),
    (rf"the nearest of {_V}", "the nearest of several"),
    (rf"{_V} of {_V} entries are", "some entries are"),
    (rf"each of {_V} calls", "each call"),
    (rf"{_V}(?:\. {_V})+", VALUE),
)


@dataclass(frozen=True)
class Known:
    """What a message may show: texts that the pack or the kit wrote, names, the sizes of the arguments, and
    the number of lines of the longest submitted file."""

    texts: Collection[str] = ()
    names: Collection[str] = ()
    sizes: frozenset[int] = frozenset()
    lines: int = 0


def without_values(message: str, known: Known) -> str:
    """The message with VALUE in the place of each run of values."""
    if not message:
        return message
    message = _measured(_COUNT_OF_OTHERS.sub("Others differ too.", message))
    found = list(_spans(message, known))
    for start, end in reversed(found):
        message = message[:start] + VALUE + message[end:]
    for pattern, instead in _TIDY if VALUE in message else ():
        message = re.sub(pattern, instead, message)
    return message


def _measured(message: str) -> str:
    """The message with the first error and the first threshold as a power of ten."""
    seen: set[str] = set()

    def rounded(match: re.Match[str]) -> str:
        if match[1] in seen:
            return f"{match[1]} {VALUE}"
        seen.add(match[1])
        text = power_of_ten(_read(match[2]))
        return f"{match[1]} {'about ' if match[1] == 'relative error' else ''}{text}"

    return _MEASURED.sub(rounded, message)


def _read(text: str) -> float:
    try:
        return float(text.replace("\u2212", "-").replace("\u221e", "inf"))
    except ValueError:
        return float("nan")


def _kept(message: str, known: Known) -> list[bool]:
    """For each character, whether it belongs to something that may be shown as it is."""
    keep = [False] * len(message)

    def mark(start: int, end: int) -> None:
        keep[start:end] = [True] * (end - start)

    for text in known.texts:
        at = message.find(text)
        while at >= 0:
            mark(at, at + len(text))
            at = message.find(text, at + len(text))
    for match in _MEASURED.finditer(message):
        mark(*match.span())
    shapes = [m for m in _SHAPE.finditer(message) if _of_arguments(m[1], known)]
    items = [m for m in _ITEMS.finditer(message) if len(m[1]) < 3 and int(m[1]) <= ITEMS_KEPT]
    expected = [m for m in _EXPECTED.finditer(message) if m[1] or "shape (" in message[: m.start()]]
    for match in (*shapes[:SHAPES_KEPT], *expected[:1], *items[:SHAPES_KEPT]):
        mark(*match.span())
    for match in _LINE.finditer(message):
        if int(match[0].split()[1]) <= known.lines:
            mark(*match.span())
            break
    return keep


def _of_arguments(dims: str, known: Known) -> bool:
    sizes = [int(dim) for dim in dims.split(",")]
    return len(sizes) <= AXES_KEPT and all(size == 1 or size in known.sizes for size in sizes)


def _spans(message: str, known: Known) -> Iterator[tuple[int, int]]:
    """Where runs of values begin and end, in order."""
    keep: list[bool] = []

    def hides(match: re.Match[str]) -> bool:
        keep[:] = keep or _kept(message, known)  # most names of numbers have no match, so need no search
        return not all(keep[slice(*match.span())])

    tokens = [m for m in _VALUES.finditer(message) if hides(m)]
    spans: list[tuple[int, int]] = []
    group: list[re.Match[str]] = []
    for token in tokens:
        if group and not _BETWEEN.fullmatch(message, group[-1].end(), token.start()):
            spans += _span(message, group)
            group = []
        group.append(token)
    spans += _span(message, group) if group else []
    spans += [m.span() for m in _BRACKETS.finditer(message)]
    spans += [m.span() for m in _GLUED.finditer(message) if hides(m)]
    for name in _LONG_NAME.finditer(message):
        digits = sum(map(str.isdigit, name[0]))
        if (
            (digits > DIGITS_OF_A_NAME or _HEX.fullmatch(name[0]))
            and name[0] not in known.names
            and hides(name)
        ):
            spans.append(name.span())
    end = 0
    for start, stop in sorted(spans):
        if start >= end:
            yield start, stop
            end = stop


def _span(message: str, group: list[re.Match[str]]) -> list[tuple[int, int]]:
    """The place of a run, with the brackets around it; none for a single word such as NaN."""
    if len(group) == 1 and re.fullmatch(_WORDS, group[0][0]):
        return []
    start, end = group[0].start(), group[-1].end()
    while start and message[start - 1] in "[({":
        start -= 1
    while closing := _CLOSING.match(message, end):
        end = closing.end()
    open_, closed = 0, 0  # brackets without a partner
    for character in message[start:end]:
        if character in "[({":
            open_ += 1
        elif character in "])}":
            open_, closed = (open_ - 1, closed) if open_ else (open_, closed + 1)
    while open_ and message[start] in "[({":
        start, open_ = start + 1, open_ - 1
    while closed and message[end - 1] in "])}":
        end, closed = end - 1, closed - 1
    return [(start, end)]
