"""Which slips are tried, if not all can be: evenly over functions and kinds, always the same."""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from grader.candidate.modules import source_text
from grader.candidate.mutants import arithmetic, arrays, flow
from grader.candidate.mutants.source import Edit, Location, Source

Operator = Callable[[ast.AST, Source, Location], Iterator[Edit]]
KINDS: dict[str, Operator] = {
    "sign": arithmetic.sign,
    "dropped term": arithmetic.term,
    "dropped factor": arithmetic.factor,
    "times or divided by": arithmetic.quotient,
    "axis": arrays.axis,
    "transpose": arrays.transpose,
    "off by one": arithmetic.off_by_one,
    "comparison": arithmetic.boundary,
    "sum or mean": arrays.average,
    "another function": arrays.sister,
    "dropped function": arrays.dropped_call,
    "dropped statement": flow.statement,
    "first argument returned": flow.first_argument,
    "order": flow.order,
    "condition": flow.condition,
    "constant": arithmetic.constant,
}
MOST_CANDIDATES = 20_000
Slip = tuple[str, str, str, Edit]  # file, function, kind, edit


def draw(files: Sequence[tuple[str, bytes]], most: int) -> dict[str, Any]:
    """At most `most` programs that differ from these files in one place and in their syntax.

    {"possible": how many slips there are, "mutants": [{file, function, kind, line, start, end,
    text}]}; the bytes from `start` to `end` of the file (as UTF-8, lines ending in \\n) become
    `text`. A file that is no Python has none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sources = {name: source for name, raw in files if (source := _read(raw)) is not None}
        slips = [slip for name, source in sources.items() for slip in _slips(name, source)][:MOST_CANDIDATES]
        seen = {name: {ast.dump(source.tree)} for name, source in sources.items()}
        mutants: list[dict[str, Any]] = []
        for slip in _in_turn(slips):
            if len(mutants) < most and _is_new(slip, sources[slip[0]], seen[slip[0]]):
                mutants.append(_said(slip, sources[slip[0]]))
    return {"possible": len(slips), "mutants": mutants}


def _read(raw: bytes) -> Source | None:
    try:
        return Source(source_text(raw))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _slips(name: str, source: Source) -> Iterator[Slip]:
    for node, place in source.places():
        for kind, operator in KINDS.items():
            for edit in operator(node, source, place):
                yield name, place.function, kind, edit


def _in_turn(slips: Sequence[Slip]) -> Iterator[Slip]:
    """All slips: the function that had the fewest comes next, in it the kind that had."""
    groups: dict[tuple[str, str], dict[str, list[Slip]]] = defaultdict(lambda: defaultdict(list))
    for slip in sorted(slips, key=_shuffled, reverse=True):
        groups[slip[:2]][slip[2]].append(slip)
    turns: Counter[tuple[str, ...]] = Counter()
    order = list(dict.fromkeys(slip[:2] for slip in slips))
    while order:
        function = min(order, key=lambda key: turns[key])
        kinds = groups[function]
        kind = min(kinds, key=lambda key: (turns[*function, key], turns[(key,)], key))
        yield kinds[kind].pop()
        for key in (function, (*function, kind), (kind,)):
            turns[key] += 1
        if not kinds[kind]:
            del kinds[kind]
        if not kinds:
            order.remove(function)


def _shuffled(slip: Slip) -> bytes:
    name, _, kind, edit = slip
    return hashlib.sha256(f"{name} {kind} {edit.start} {edit.end} {edit.text}".encode()).digest()


def _is_new(slip: Slip, source: Source, seen: set[str]) -> bool:
    """Whether it can be read, and as something that was not tried before."""
    edit = slip[3]
    try:
        tree = ast.parse(source.raw[: edit.start] + edit.text.encode() + source.raw[edit.end :])
        compile(tree, slip[0], "exec", dont_inherit=True)
        dump = ast.dump(tree)
    except (SyntaxError, ValueError, RecursionError):
        return False
    new = dump not in seen
    seen.add(dump)
    return new


def _said(slip: Slip, source: Source) -> dict[str, Any]:
    name, function, kind, edit = slip
    return {
        "file": name, "function": function, "kind": kind, "line": source.line(edit.start),
        "start": edit.start, "end": edit.end, "text": edit.text,
    }  # fmt: skip
