"""Chooses mutants if there are too many: evenly over functions and kinds, the same for the same files."""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from grader.candidate.edits import arithmetic, arrays, flow
from grader.candidate.edits.source import Edit, Location, Source
from grader.candidate.modules import source_text

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
    "another function": arrays.similar_function,
    "dropped function": arrays.dropped_call,
    "dropped statement": flow.statement,
    "first argument returned": flow.first_argument,
    "order": flow.order,
    "condition": flow.condition,
    "constant": arithmetic.constant,
}
MOST_CANDIDATES = 20_000
Change = tuple[str, str, str, Edit]  # file, function, kind, edit


def draw(files: Sequence[tuple[str, bytes]], most: int) -> dict[str, Any]:
    """At most `most` mutants: programs that differ from these files in one place, and in their syntax tree.

    {"possible": how many edits there are, "mutants": [{file, function, kind, line, start, end,
    text}]}; the bytes from `start` to `end` of the file (as UTF-8, lines ending in \\n) become
    `text`. A file that is not Python has no mutants.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sources = {name: source for name, raw in files if (source := _read(raw)) is not None}
        changes = [c for name, source in sources.items() for c in _changes(name, source)][:MOST_CANDIDATES]
        known = {name: {ast.dump(source.tree)} for name, source in sources.items()}
        mutants: list[dict[str, Any]] = []
        for change in _in_turn(changes):
            if len(mutants) < most and _is_new(change, sources[change[0]], known[change[0]]):
                mutants.append(_as_dict(change, sources[change[0]]))
    return {"possible": len(changes), "mutants": mutants}


def _read(raw: bytes) -> Source | None:
    try:
        return Source(source_text(raw))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _changes(name: str, source: Source) -> Iterator[Change]:
    for node, place in source.places():
        for kind, operator in KINDS.items():
            for edit in operator(node, source, place):
                yield name, place.function, kind, edit


def _in_turn(changes: Sequence[Change]) -> Iterator[Change]:
    """All changes in turn: next comes the function that had the fewest so far, and in it the kind that had
    the fewest."""
    groups: dict[tuple[str, str], dict[str, list[Change]]] = defaultdict(lambda: defaultdict(list))
    for change in sorted(changes, key=_shuffled, reverse=True):
        groups[change[:2]][change[2]].append(change)
    turns: Counter[tuple[str, ...]] = Counter()
    order = list(dict.fromkeys(change[:2] for change in changes))
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


def _shuffled(change: Change) -> bytes:
    """A sort key that mixes the changes, the same on every machine."""
    name, _, kind, edit = change
    return hashlib.sha256(f"{name} {kind} {edit.start} {edit.end} {edit.text}".encode()).digest()


def _is_new(change: Change, source: Source, known: set[str]) -> bool:
    """Whether the changed program compiles and its syntax tree is not known yet; adds it to `known`."""
    edit = change[3]
    try:
        tree = ast.parse(source.raw[: edit.start] + edit.text.encode() + source.raw[edit.end :])
        compile(tree, change[0], "exec", dont_inherit=True)
        dump = ast.dump(tree)
    except (SyntaxError, ValueError, RecursionError):
        return False
    new = dump not in known
    known.add(dump)
    return new


def _as_dict(change: Change, source: Source) -> dict[str, Any]:
    name, function, kind, edit = change
    return {
        "file": name, "function": function, "kind": kind, "line": source.line(edit.start),
        "start": edit.start, "end": edit.end, "text": edit.text,
    }  # fmt: skip
