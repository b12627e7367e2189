"""Which names a Python file has after its import, as far as this can be seen without running it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from grader.candidate.syntax import (
    BOUND,
    KEPT,
    UNBOUND,
    captured,
    changed,
    dotted,
    ends,
    is_main,
    known,
    now,
    own,
    safe,
    targets,
)

Effect = dict[str, int]
"""What statements do to names: a set of the three, since it may depend on the path that is taken."""
Spot = tuple[str, int, str]
"""A name, the line of it, and how it is there."""
_WRITES_NAMES = {"exec", "globals", "vars", "locals"}


@dataclass
class Bindings:
    """The names after the import of one file: `sure` are there (`modules` are those of them that `import x`
    made), `maybe` on some path only. `gone` were
    defined, but deleted or under `if __name__ == "__main__"`. If `hidden`, any other name may be there too:
    the first place that may define names which are not written in the file. `end` is the line that ends the
    program at import, 0 if there is none."""

    sure: set[str] = field(default_factory=set)
    modules: set[str] = field(default_factory=set)
    maybe: list[Spot] = field(default_factory=list)
    gone: list[Spot] = field(default_factory=list)
    hidden: Spot | None = None
    end: int = 0


def bindings(tree: ast.Module, names_of: Callable[[str], set[str] | None]) -> Bindings:
    """The bindings of a parsed file; `names_of` gives the names of a module for `from module import *`,
    None if they are not known."""
    reader = _Reader(names_of)
    effect, _ = reader.block(tree.body)
    reader.then(effect, reader.of_globals(tree))
    result = Bindings(modules=reader.modules, hidden=reader.hidden, end=reader.end)
    for name, ways in effect.items():
        if ways == BOUND and not reader.end:
            result.sure.add(name)
        elif ways & BOUND:
            result.maybe.append((name, reader.lines.get(name, 0), "condition"))
    result.gone = [spot for spot in reader.gone.values() if spot[0] not in result.sure]
    return result


class _Reader:
    def __init__(self, names_of: Callable[[str], set[str] | None]) -> None:
        self.names_of = names_of
        self.lines: dict[str, int] = {}
        self.modules: set[str] = set()
        self.gone: dict[str, Spot] = {}
        self.hidden: Spot | None = None
        self.end = 0
        self.depth = 0

    def then(self, first: Effect, second: Effect) -> None:
        """Make `first` the effect of both, one after the other."""
        for name, ways in second.items():
            first[name] = ways & ~KEPT | (first.get(name, KEPT) if ways & KEPT else 0)

    def block(self, body: Iterable[ast.stmt]) -> tuple[Effect, bool]:
        """The effect of these statements, and whether the program goes on after them."""
        effect: Effect = {}
        for statement in body:
            if ends(statement):
                self.end = self.end or (0 if self.depth else statement.lineno)
                return effect, False
            step, goes_on = self.statement(statement)
            self.then(effect, step)
            if not goes_on:
                self.end = self.end or (0 if self.depth else statement.lineno)
                return effect, False
        return effect, True

    def branches(self, ways: Iterable[tuple[Effect, bool]]) -> tuple[Effect, bool]:
        """The effect of one of several ways; those that do not go on do not count."""
        going = [effect for effect, goes_on in ways if goes_on]
        names = {name for effect in going for name in effect}
        merged = dict.fromkeys(names, 0)
        for effect in going:
            for name in names:
                merged[name] |= effect.get(name, KEPT)
        return merged, bool(going)

    def statement(self, node: ast.stmt) -> tuple[Effect, bool]:
        """The effect of one statement, and whether the program goes on after it."""
        self.depth += 1
        try:
            effect = self.expressions(node)
            match node:
                case ast.If():
                    step, goes_on = self.of_if(node)
                case ast.For() | ast.AsyncFor() | ast.While():
                    step, goes_on = self.of_loop(node)
                case ast.Try() | ast.TryStar():
                    step, goes_on = self.of_try(node)
                case ast.With() | ast.AsyncWith():
                    step, goes_on = self.of_with(node)
                case ast.Match():
                    step, goes_on = self.of_match(node)
                case _:
                    step, goes_on = self.simple(node), True
        finally:
            self.depth -= 1
        self.then(effect, step)
        return effect, goes_on

    def of_if(self, node: ast.If) -> tuple[Effect, bool]:
        holds = known(node.test)
        if holds is None:
            return self.branches((self.block(node.body), self.block(node.orelse)))
        skipped, _ = self.block(node.orelse if holds else node.body)
        for name, ways in skipped.items():
            if ways & BOUND:
                self.gone.setdefault(name, (name, node.lineno, "main" if is_main(node.test) else "never"))
        return self.block(node.body if holds else node.orelse)

    def of_loop(self, node: ast.For | ast.AsyncFor | ast.While) -> tuple[Effect, bool]:
        effect, _ = self.block(node.body)
        if not isinstance(node, ast.While):
            target = self.bind(targets(node.target), node.lineno)
            self.then(target, effect)
            effect = target
        some = {name: ways | KEPT for name, ways in effect.items()}
        rest, _ = self.block(node.orelse)
        self.then(some, {name: ways | KEPT for name, ways in rest.items()})
        return some, True

    def of_try(self, node: ast.Try | ast.TryStar) -> tuple[Effect, bool]:
        body = self.block(node.body)
        certain, _ = self.block(safe(node.body))
        other, goes_on = self.block(node.orelse)
        whole = dict(body[0])
        self.then(whole, other)
        ways = [(whole, body[1] and goes_on)]
        for handler in node.handlers:
            before = {name: ways_ | KEPT for name, ways_ in body[0].items()} | certain
            effect, handled = self.block(handler.body)
            self.then(before, effect)
            ways.append((before, handled))
        merged, goes_on = self.branches(ways)
        last, ends_well = self.block(node.finalbody)
        self.then(merged, last)
        return merged, goes_on and ends_well

    def of_with(self, node: ast.With | ast.AsyncWith) -> tuple[Effect, bool]:
        effect: Effect = {}
        for item in node.items:
            if item.optional_vars is not None:
                self.then(effect, self.bind(targets(item.optional_vars), node.lineno))
        body, goes_on = self.block(node.body)
        if any("suppress" in ast.unparse(item.context_expr) for item in node.items):
            body, goes_on = {name: ways | KEPT for name, ways in body.items()}, True
        self.then(effect, body)
        return effect, goes_on

    def of_match(self, node: ast.Match) -> tuple[Effect, bool]:
        ways: list[tuple[Effect, bool]] = []
        for case in node.cases:
            names = [name for part in ast.walk(case.pattern) if (name := captured(part))]
            effect = self.bind(names, node.lineno)
            body, goes_on = self.block(case.body)
            self.then(effect, body)
            ways.append((effect, goes_on))
        last = node.cases[-1]
        certain = isinstance(last.pattern, ast.MatchAs) and not last.pattern.pattern and not last.guard
        return self.branches(ways if certain else [*ways, ({}, True)])

    def simple(self, node: ast.stmt) -> Effect:
        """The effect of a statement that has no block which runs now."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                if node.name == "__getattr__":
                    self.hide("def __getattr__", node.lineno)
                return self.bind([node.name], node.lineno)
            case ast.Assign():
                return self.bind([n for target in node.targets for n in targets(target)], node.lineno)
            case ast.AnnAssign() | ast.AugAssign():
                return self.bind(targets(node.target), node.lineno) if node.value is not None else {}
            case ast.Import():
                modules = [a.asname or a.name.split(".")[0] for a in node.names]
                self.modules.update(modules)
                return self.bind(modules, node.lineno)
            case ast.ImportFrom():
                return self.of_import(node)
            case ast.Delete():
                names = [name for target in node.targets for name in targets(target)]
                for name in names:
                    self.gone.setdefault(name, (name, node.lineno, "deleted"))
                return dict.fromkeys(names, UNBOUND)
        alias = getattr(node, "name", None)  # `type X = ...`, a statement since Python 3.12
        return self.bind([alias.id], node.lineno) if isinstance(alias, ast.Name) else {}

    def of_import(self, node: ast.ImportFrom) -> Effect:
        names = [a.asname or a.name for a in node.names]
        if names != ["*"]:
            return self.bind(names, node.lineno)
        taken = self.names_of(node.module or "") if not node.level else None
        if taken is None:
            self.hide(f"from {node.module} import *", node.lineno)
        return self.bind(taken or (), node.lineno)

    def bind(self, names: Iterable[str], line: int) -> Effect:
        effect = dict.fromkeys(names, BOUND)
        for name in effect:
            self.lines.setdefault(name, line)
        return effect

    def hide(self, what: str, line: int) -> None:
        if self.hidden is None:
            self.hidden = (what, line, "")

    def expressions(self, node: ast.stmt) -> Effect:
        """The names that := binds in the expressions of a statement, and whether they write others unseen."""
        effect: Effect = {}
        value = node.value if isinstance(node, ast.Expr) else None
        for part in now(node):
            if isinstance(part, ast.NamedExpr):
                sure = BOUND if part is value else BOUND | KEPT
                self.then(effect, dict.fromkeys(self.bind([part.target.id], part.lineno), sure))
            elif isinstance(part, ast.Call) and dotted(part.func) in _WRITES_NAMES:
                if not part.args or dotted(part.func) == "exec":
                    self.hide(f"{dotted(part.func)}()", part.lineno)
            elif isinstance(part, ast.Attribute) and dotted(part) == "sys.modules":
                self.hide("sys.modules", part.lineno)
        return effect

    def of_globals(self, tree: ast.Module) -> Effect:
        """What functions do to names that they declare `global`: it may happen, if they are called."""
        effect: Effect = {}
        for scope in ast.walk(tree):
            if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                continue
            declared = {name for part in own(scope) if isinstance(part, ast.Global) for name in part.names}
            for part in own(scope) if declared else ():
                for name, way in changed(part):
                    if name in declared:
                        effect[name] = effect.get(name, KEPT) | way
                        self.lines.setdefault(name, getattr(part, "lineno", 0))
                if isinstance(part, ast.Call) and dotted(part.func) in ("exec", "globals"):
                    self.hide(f"{dotted(part.func)}()", part.lineno)
        return effect


def library_names(module: str) -> set[str] | None:
    """The names that `from module import *` takes from a module that is loaded here already, such as numpy;
    None for any other."""
    loaded = sys.modules.get(module)
    if loaded is None or module.split(".")[0] not in (*sys.stdlib_module_names, "numpy"):
        return None
    return set(getattr(loaded, "__all__", [name for name in vars(loaded) if not name.startswith("_")]))
