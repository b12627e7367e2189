"""Placeholders of a handout, such as {{visible_points}}: numbers that pack.toml states, filled in by `fill`.

A number that an author writes by hand is wrong after the next change of pack.toml. Parts in code and in
formulas are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from grader.packs.manifest import Manifest, TestRow
from grader.values import Visibility
from grader.values.faults import Fault

OWN_LIMITS = ("cpu_s", "wall_s", "memory_mb", "output_kb")  # those that a row may override
_PART = re.compile(r"```.*?```|`[^`\n]*`|\$\$.*?\$\$|\$[^$\n]+\$|\{\{([^{}\n]*)\}\}", re.DOTALL)
_WORDS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_NUMBER = rf"(\d+(?:\.\d+)?|{'|'.join(_WORDS)})"
_BY_HAND = re.compile(
    rf"\b{_NUMBER}\s+(visible|hidden)\s+tests?\b(?:,?\s+(?:and\s+|worth\s+)?{_NUMBER}\s+points?\b)?", re.I
)


def values(manifest: Manifest) -> Mapping[str, str]:
    """The text of each placeholder by its name, without those of single rows (`test_x.points`)."""
    limits = manifest.limits
    rows = {str(kind): [r for r in manifest.tests if r.visibility is kind] for kind in Visibility}
    return {
        "tests": str(len(manifest.tests)),
        "points": _points(manifest.tests),
        **{f"{kind}_tests": str(len(of_kind)) for kind, of_kind in rows.items()},
        **{f"{kind}_points": _points(of_kind) for kind, of_kind in rows.items()},
        **{name: f"{getattr(limits, name):g}" for name in type(limits).model_fields},
    }


def fill(handout: str, manifest: Manifest) -> str:
    """The handout with the numbers of its pack; an unknown placeholder stays as it is."""
    known = values(manifest)

    def filled(match: re.Match[str]) -> str:
        return match[0] if match[1] is None else _value(match[1], manifest, known) or match[0]

    return _PART.sub(filled, handout)


def placeholder_faults(handout: str, manifest: Manifest) -> Iterator[Fault]:
    """A fault for each placeholder that means nothing, and for each number of visible or hidden tests, or
    of their points, that is written by hand and wrong."""
    known = values(manifest)
    names = f"known are {', '.join(known)}, and test_x.points or test_x.cpu_s of a row"
    for match in _PART.finditer(handout):
        if match[1] is not None and not _value(match[1], manifest, known):
            yield Fault("handout.md", "placeholder", match[0], f"unknown; {names}", _line(handout, match))
    for match in _BY_HAND.finditer(handout):
        for number, name in (
            (match[1], f"{match[2].lower()}_tests"),
            (match[3], f"{match[2].lower()}_points"),
        ):
            if number and _plain(number) != Decimal(known[name]):
                rule = f"is {known[name]} by pack.toml; write {{{{{name}}}}}"
                yield Fault("handout.md", name, f'"{number}"', rule, _line(handout, match))


def _value(name: str, manifest: Manifest, known: Mapping[str, str]) -> str:
    """The text of one placeholder, "" if it is unknown: also a row's own limit, `test_x.cpu_s`, and sums of
    points, `test_x.points + test_y.points`."""
    if name.strip() in known:
        return known[name.strip()]
    limits = {f"{row.id}.{limit}": (row, limit) for row in manifest.tests for limit in OWN_LIMITS}
    if name.strip() in limits:
        row, limit = limits[name.strip()]
        return f"{getattr(manifest.limits_of(row), limit):g}"
    rows = {f"{row.id}.points": row for row in manifest.tests}
    parts = [part.strip() for part in name.split("+")]
    return _points([rows[part] for part in parts]) if all(part in rows for part in parts) else ""


def _points(rows: list[TestRow] | tuple[TestRow, ...]) -> str:
    total = sum((row.points for row in rows), Decimal(0))
    return format(total.normalize(), "f") if total else "0"


def _plain(number: str) -> Decimal:
    word = number.lower()
    return Decimal(_WORDS.index(word)) if word in _WORDS else Decimal(number)


def _line(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1
