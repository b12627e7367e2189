"""Which statement each line of a file belongs to, and the names that it reads."""

from __future__ import annotations

import ast
from dataclasses import dataclass

MOST_READS = 40


@dataclass(frozen=True)
class Statement:
    """A statement from `first` to `last` line of the file with this number; of a loop or condition only its
    head. `reads` are the names whose values it uses."""

    file: int
    first: int
    last: int
    reads: tuple[str, ...]


def statement_lines(tree: ast.Module, file: int) -> dict[int, Statement]:
    """The innermost statement of each line that has one."""
    found: dict[int, Statement] = {}
    for node in ast.walk(tree):  # outer statements come first
        if isinstance(node, ast.stmt):
            last = _last(node)
            reads = tuple(sorted(_reads(node, last)))[:MOST_READS]
            statement = Statement(file, node.lineno, last, reads)
            found |= dict.fromkeys(range(node.lineno, last + 1), statement)
    return found


def _last(node: ast.stmt) -> int:
    """The last line of a simple statement, or of the head of another."""
    body = getattr(node, "body", None) or getattr(node, "cases", None)
    if not body:
        return node.end_lineno or node.lineno
    begins = body[0].pattern.lineno if isinstance(body[0], ast.match_case) else body[0].lineno
    return max(node.lineno, begins - 1)


def _reads(node: ast.stmt, last: int) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    names = (n for n in ast.walk(node) if isinstance(n, ast.Name) and n.lineno <= last)
    read = {name.id for name in names if isinstance(name.ctx, ast.Load)}
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        read.add(node.target.id)
    return read
