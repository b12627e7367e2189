"""Finds what works only in a notebook or a terminal, in a file that is to be imported and called."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.candidate.syntax import dotted

ONLY_THERE = {"get_ipython", "display"}
ASKS = {"input"}


def notebook_uses(tree: ast.Module) -> list[tuple[str, int, str]]:
    """(name, line, "") of the first use of each such name, unless the file defines it itself or is ready
    for its absence: under `try` or `if`."""
    uses: dict[str, tuple[str, int, str]] = {}
    own = set(_defined(tree))
    for call, in_function in _calls(tree):
        name = dotted(call.func)
        if name in own or name not in ONLY_THERE | (set() if in_function else ASKS):
            continue
        if name not in uses or call.lineno < uses[name][1]:
            uses[name] = (name, call.lineno, "")
    return sorted(uses.values(), key=lambda use: use[1])


def _calls(tree: ast.Module) -> Iterator[tuple[ast.Call, bool]]:
    """The calls that are not under `try` or `if`, and whether each is in a function."""
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, in_function = waiting.pop()
        if isinstance(node, ast.Call):
            yield node, in_function
        if isinstance(node, ast.If | ast.Try | ast.TryStar | ast.IfExp):
            continue
        inner = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        waiting += [(child, in_function or inner) for child in ast.iter_child_nodes(node)]


def _defined(tree: ast.Module) -> Iterator[str]:
    """Every name that the file itself defines somewhere."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
