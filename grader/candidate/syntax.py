"""Small questions about the syntax tree of a Python file."""

from __future__ import annotations

import ast
from collections.abc import Iterator

BOUND, KEPT, UNBOUND = 1, 2, 4
ENDS = {"exit", "quit", "sys.exit", "os._exit", "SystemExit"}


def dotted(node: ast.expr) -> str:
    """`a.b.c` of such an expression, "" of any other."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def ends(node: ast.stmt) -> bool:
    """Whether this statement ends the import: raise, exit() and what does the same."""
    if isinstance(node, ast.Raise):
        return True
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and dotted(call.func) in ENDS


def is_main(test: ast.expr) -> bool:
    """Whether a condition asks if the file is run as a program."""
    return "__main__" in ast.unparse(test)


def known(test: ast.expr) -> bool | None:
    """Whether a condition holds when the tests import the file; None if that is not known."""
    match test:
        case ast.Constant():
            return bool(test.value)
        case ast.UnaryOp(op=ast.Not()):
            inner = known(test.operand)
            return None if inner is None else not inner
        case ast.Compare(left=ast.Name(id="__name__"), ops=[op], comparators=[ast.Constant("__main__")]):
            return isinstance(op, ast.NotEq) if isinstance(op, ast.Eq | ast.NotEq) else None
        case ast.Compare(left=ast.Constant("__main__"), ops=[op], comparators=[ast.Name(id="__name__")]):
            return isinstance(op, ast.NotEq) if isinstance(op, ast.Eq | ast.NotEq) else None
        case ast.BoolOp():
            parts = [known(value) for value in test.values]
            decisive = isinstance(test.op, ast.Or)
            if decisive in parts:
                return decisive
            return None if None in parts else not decisive
    return False if dotted(test).endswith("TYPE_CHECKING") else True if dotted(test) == "__debug__" else None


def targets(node: ast.expr) -> list[str]:
    """The names in the target of an assignment, without attributes and items of others."""
    match node:
        case ast.Name():
            return [node.id]
        case ast.Starred():
            return targets(node.value)
        case ast.Tuple() | ast.List():
            return [name for element in node.elts for name in targets(element)]
    return []


def captured(pattern: ast.AST) -> str | None:
    """The name that this part of a pattern binds, None if it binds none."""
    if isinstance(pattern, ast.MatchMapping):
        return pattern.rest
    return pattern.name if isinstance(pattern, ast.MatchAs | ast.MatchStar) else None


def safe(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements at the beginning that can't raise: plain functions and texts."""
    found: list[ast.stmt] = []
    for node in body:
        plain = isinstance(node, ast.FunctionDef) and not (
            node.decorator_list or node.args.defaults or node.args.kw_defaults or node.returns
        )
        if not plain and not isinstance(node, ast.Pass) and not _is_text(node):
            break
        found.append(node)
    return found


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def now(node: ast.stmt) -> Iterator[ast.AST]:
    """The expressions that run with this statement, without those in its blocks and in functions."""
    waiting: list[ast.AST] = [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.stmt)]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        waiting = [*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, ast.Lambda):
            waiting += [inner for inner in ast.iter_child_nodes(part) if not isinstance(inner, ast.stmt)]


def own(scope: ast.AST) -> Iterator[ast.AST]:
    """Everything in a function's or a class's own scope, not in those inside it."""
    waiting = list(ast.iter_child_nodes(scope))
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(part)


def changed(part: ast.AST) -> Iterator[tuple[str, int]]:
    """(name, BOUND or UNBOUND) of the names that this part of a function changes."""
    if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
        yield part.id, BOUND if isinstance(part.ctx, ast.Store) else UNBOUND
    elif isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield part.name, BOUND
    elif isinstance(part, ast.Import | ast.ImportFrom):
        for alias in part.names:
            yield alias.asname or alias.name.split(".")[0], BOUND
