"""The checks of a picture's data before a page draws it.

An examiner runs a pack's code, so its pictures are not trusted: everything that a drawing relies on is
checked here.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from grader.values import Picture

__all__ = [
    "Boundary",
    "Curve",
    "Drawable",
    "Graph",
    "GraphNode",
    "HeatPart",
    "Heatmap",
    "LossLine",
    "Made",
    "Quantity",
    "Surface",
    "read",
]

Real = Annotated[float, Field(ge=-1e300, le=1e300)]
Near = Annotated[float, Field(ge=-1e6, le=1e6)]  # a coordinate that is drawn without scaling
Name = Annotated[str, Field(min_length=1, max_length=40)]
Step = Annotated[int, Field(ge=0, le=10**9)]
Share = Annotated[float, Field(ge=0, le=1)]
Shape = Annotated[list[Annotated[int, Field(ge=0, le=10**12)]], Field(max_length=8)]
Table = Annotated[
    list[Annotated[list[Real | None], Field(min_length=1, max_length=65)]], Field(min_length=1, max_length=65)
]


def _state_of_today(state: Any) -> Any:
    """Reports of before call a wrong node "departs", as they call the count of wrong entries "departing"."""
    return "wrong" if state == "departs" else state


class Shaped(BaseModel):
    """Base of all forms: no unknown keys, no conversions, no NaN."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Noted(Shaped):
    """Base of all pictures: each may have a sentence that is shown below it."""

    note: Annotated[str, Field(max_length=400)] = ""


class Worst(Shaped):
    """A very wrong entry: its index, the student's value, the right one, and the relative error."""

    at: Annotated[list[Step], Field(max_length=8)]
    got: Real | None
    want: Real
    error: Share | None


class HeatPart(Shaped):
    """One parameter of a heat map. `errors` are rows of cells of `block` entries each, None where
    the student's value is not finite. Only small parameters have `got` and `want`."""

    name: Name
    shape: Shape
    threshold: Share
    entries: Annotated[int, Field(ge=1, le=10**12)]
    wrong: Annotated[int, Field(ge=0, le=10**12, validation_alias=AliasChoices("wrong", "departing"))]
    block: Annotated[list[Annotated[int, Field(ge=1, le=10**12)]], Field(min_length=2, max_length=2)]
    errors: Annotated[
        list[Annotated[list[Share | None], Field(min_length=1, max_length=24)]],
        Field(min_length=1, max_length=24),
    ]
    worst: Annotated[list[Worst], Field(max_length=6)]
    got: Table | None = None
    want: Table | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        tables = [self.errors, *(t for t in (self.got, self.want) if t is not None)]
        _rectangles(*tables)
        if (self.got is None) != (self.want is None):
            raise ValueError("got and want must both be given, or neither")
        return self


class Heatmap(Noted):
    """Relative errors of the entries of one to six parameters."""

    parameters: Annotated[list[HeatPart], Field(min_length=1, max_length=6)]


class Quantity(Shaped):
    """A value or a signal: its entries where they are few, its 2-norm otherwise."""

    shape: Shape
    entries: Annotated[list[Real | None], Field(min_length=1, max_length=6)] | None
    norm: Annotated[float, Field(ge=0, le=1e300)] | None


State = Annotated[
    Literal["agrees", "wrong", "after", "not returned", "not asked for"], BeforeValidator(_state_of_today)
]


class Made(Shaped):
    """A parameter whose gradient is made from a node's error signal, and the state of that gradient."""

    name: Name
    state: State


class GraphNode(Made):
    """A node: how it is computed, its value, the state of its error signal, the right one, the student's.
    `back` is how the error signal is computed, `parameters` those whose gradients are made from it."""

    rule: Annotated[str, Field(max_length=40)]
    value: Quantity | None
    want: Quantity | None
    got: Quantity | None
    error: Share | None
    back: Annotated[str, Field(max_length=40)] = ""
    parameters: Annotated[list[Made], Field(max_length=4)] = []


class Graph(Noted):
    """A computation graph: nodes in topological order, edges from parent to child."""

    nodes: Annotated[list[GraphNode], Field(min_length=1, max_length=40)]
    edges: Annotated[list[Annotated[list[Name], Field(min_length=2, max_length=2)]], Field(max_length=200)]
    first: Name | None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        index = {node.name: i for i, node in enumerate(self.nodes)}
        if len(index) < len(self.nodes):
            raise ValueError("two nodes have the same name")
        if any(a not in index or b not in index or index[a] >= index[b] for a, b in self.edges):
            raise ValueError("an edge must go from an earlier node to a later one")
        if self.first is not None and not any(
            p.name == self.first and p.state == "wrong" for p in self.parts
        ):
            raise ValueError("the first wrong node must have the state 'wrong'")
        return self

    @property
    def parts(self) -> list[Made]:
        """Every node, each before the parameters whose gradients are made there."""
        return [part for node in self.nodes for part in (node, *node.parameters)]

    @property
    def is_chain(self) -> bool:
        """Whether each node is computed from the one before it alone, as in a net."""
        names = [node.name for node in self.nodes]
        return [tuple(edge) for edge in self.edges] == list(pairwise(names))


class Dot(Shaped):
    """A data point: its class, and the net's output there."""

    at: Annotated[list[Near], Field(min_length=2, max_length=2)]
    target: Real
    answer: Real | None


class Boundary(Noted):
    """The net's outputs on a square grid over [low, high]^2, rows from the lowest x2 up, and data points."""

    low: Near
    high: Near
    level: Near
    answers: Table
    reference: Table | None = None
    points: Annotated[list[Dot], Field(max_length=200)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _rectangles(*(t for t in (self.answers, self.reference) if t is not None))
        if len(self.answers) != len(self.answers[0]) or len(self.answers) < 2 or self.high - self.low < 1e-6:
            raise ValueError("the grid must be a square of at least 2 by 2, and high above low")
        return self


class LossLine(Shaped):
    """The losses at these steps."""

    steps: Annotated[list[Step], Field(min_length=1, max_length=81)]
    losses: Annotated[list[Real | None], Field(min_length=1, max_length=81)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _rising(self.steps, self.losses)
        return self


class Reference(Shaped):
    """The reference's losses over several starts: lowest, highest, and the median (`middle`)."""

    steps: Annotated[list[Step], Field(min_length=1, max_length=81)]
    low: Annotated[list[Real], Field(max_length=81)]
    high: Annotated[list[Real], Field(max_length=81)]
    middle: Annotated[list[Real], Field(max_length=81)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _rising(self.steps, self.low, self.high, self.middle)
        return self


class Curve(Noted):
    """Losses over steps, drawn with the band of a reference."""

    of: Annotated[str, Field(min_length=1, max_length=60)]
    yours: LossLine
    others: Annotated[list[LossLine], Field(max_length=9)]
    goal: Annotated[float, Field(gt=0, le=1e300)] | None
    band: Reference | None


class PathPoint(Shaped):
    """A point of a path: its coordinates in the plane, the loss there, and the number of steps."""

    at: Annotated[list[Near], Field(min_length=2, max_length=2)]
    loss: Real | None
    step: Step


class Surface(Noted):
    """Losses over a plane, rows from the lowest b up, and the path of a gradient descent in it."""

    a: Annotated[list[Near], Field(min_length=2, max_length=2)]
    b: Annotated[list[Near], Field(min_length=2, max_length=2)]
    losses: Table
    path: Annotated[list[PathPoint], Field(min_length=1, max_length=60)]
    share: Share

    @model_validator(mode="after")
    def _fits(self) -> Self:
        _rectangles(self.losses)
        if len(self.losses) < 2 or len(self.losses[0]) < 2 or min(b - a for a, b in (self.a, self.b)) < 1e-9:
            raise ValueError("the plane must be at least 2 by 2, and not empty")
        return self


Drawable = Heatmap | Graph | Boundary | Curve | Surface

KINDS: dict[str, type[Drawable]] = {
    "heatmap": Heatmap, "graph": Graph, "boundary": Boundary, "curve": Curve, "surface": Surface,
}  # fmt: skip


def read(picture: Picture) -> Drawable:
    """The picture's data after all checks. Raises ValueError if it can't be drawn."""
    if picture.kind not in KINDS:
        raise ValueError(f"unknown kind of picture: {picture.kind!r}")
    try:
        return KINDS[picture.kind].model_validate(picture.data)
    except (ValidationError, OverflowError) as e:
        raise ValueError(f"the {picture.kind} can't be drawn: {e}") from e


def _rectangles(*tables: Sequence[Sequence[object]]) -> None:
    """Raises ValueError unless all tables have the same number of rows and columns."""
    rows, columns = len(tables[0]), len(tables[0][0])
    if any(len(t) != rows or any(len(row) != columns for row in t) for t in tables):
        raise ValueError("the tables have different sizes")


def _rising(steps: Sequence[int], *rows: Sequence[object]) -> None:
    """Raises ValueError unless the steps increase and each row has one value for each step."""
    if any(b <= a for a, b in pairwise(steps)) or any(len(row) != len(steps) for row in rows):
        raise ValueError("the steps must increase, and each must have one value")
