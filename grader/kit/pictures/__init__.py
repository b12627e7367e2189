"""Pictures of a report: functions that build their data, and the fixture through which packs use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.kit.pictures.curves import Band, curve
from grader.kit.pictures.graphs import graph
from grader.kit.pictures.heat import EXACT, MOST_PARAMETERS, heatmap
from grader.kit.pictures.planes import answers_on, boundary, grid, surface
from grader.kit.recorder import Recorder
from reference.arrays import Array

__all__ = ["Band", "Pictures", "boundary", "curve", "graph", "heatmap", "surface"]


class Pictures:
    """The `picture` fixture: keeps pictures for the report, at most four for each test.

    Each method takes a title, the arguments of the function that builds the picture, and `note`, a
    sentence that is shown below it.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __call__(self, kind: str, title: str, data: Mapping[str, Any]) -> None:
        """Keep a picture whose data the pack has computed itself; see Recorder.picture."""
        self._recorder.picture(kind, title, data)

    def heatmap(
        self,
        title: str,
        pairs: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]],
        *,
        threshold: float = EXACT,
        note: str = "",
    ) -> None:
        """The relative error of every entry of arrays (got, want), by name; six at most."""
        parts = [heatmap(name, *pair, threshold) for name, pair in list(pairs.items())[:MOST_PARAMETERS]]
        self._add("heatmap", title, {"parameters": parts}, note)

    def graph(
        self,
        title: str,
        parents: Mapping[str, Sequence[str]],
        *,
        values: Mapping[str, Any],
        got: Mapping[str, Any],
        want: Mapping[str, Any],
        rules: Mapping[str, str] | None = None,
        rtol: float = EXACT,
        note: str = "",
    ) -> None:
        """A computation graph with values and error signals; see graphs.graph."""
        self._add("graph", title, graph(parents, values, got, want, rules=rules, rtol=rtol), note)

    def boundary(
        self,
        title: str,
        predict: Callable[[Array], Any],
        points: npt.ArrayLike,
        targets: npt.ArrayLike,
        *,
        low: float = -0.5,
        high: float = 1.5,
        level: float = 0.5,
        reference: Callable[[Array], npt.ArrayLike] | None = None,
        note: str = "",
    ) -> None:
        """Where `predict` is above `level`. It takes rows of two inputs, returns a number for each row, and
        is called once, when the test has ended."""

        def drawn() -> None:
            square = grid(low, high)
            answers = answers_on(predict, np.concatenate([square, np.asarray(points, dtype=np.float64)]))
            if answers is None:
                raise ValueError(f"{title!r}, predict did not return a number for each point")
            of_reference = None if reference is None else reference(square)
            data = boundary(answers, points, targets, low=low, high=high, level=level, reference=of_reference)
            self._add("boundary", title, data, note)

        self.draw(drawn)

    def curve(
        self,
        title: str,
        losses: npt.ArrayLike,
        band: Band | None = None,
        *,
        others: Sequence[npt.ArrayLike] = (),
        goal: float | None = None,
        note: str = "",
    ) -> None:
        """Losses over the steps, with the band of a reference; see curves.curve."""
        self._add("curve", title, curve(losses, band, others=others, goal=goal), note)

    def surface(
        self,
        title: str,
        path: Sequence[Mapping[str, Any]],
        loss: Callable[[dict[str, Array]], npt.ArrayLike],
        *,
        steps: Sequence[int] | None = None,
        note: str = "",
    ) -> None:
        """The loss over the plane of a path of parameters; see planes.surface. It is drawn when the test has
        ended."""

        def drawn() -> None:
            data = surface(path, loss, steps)
            if data is None:
                raise ValueError(f"{title!r}, the path has no plane")
            self._add("surface", title, data, note)

        self.draw(drawn)

    def draw(self, function: Callable[..., None], *args: Any) -> None:
        """Have `function(*args)` make pictures when the test has ended, perhaps with further calls of the
        student's code. They change nothing that the test has found, and use none of its limits. If it raises,
        the picture is left out, and staff see a note.
        """
        self._recorder.later("a picture", lambda: function(*args))

    @contextmanager
    def if_failed(self, function: Callable[..., None], *args: Any) -> Iterator[None]:
        """`with picture.if_failed(function, *args):` draws if a comparison inside it fails."""
        try:
            yield
        except AssertionError:
            self.draw(function, *args)
            raise

    def _add(self, kind: str, title: str, data: Mapping[str, Any], note: str) -> None:
        notes = " ".join(filter(None, [note, data.get("note", "")]))[:400]
        self._recorder.picture(kind, title, {**data, "note": notes} if notes else data)
