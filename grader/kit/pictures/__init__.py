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
from grader.kit.student import Candidate
from reference.arrays import Array

__all__ = ["Band", "Pictures", "boundary", "curve", "graph", "heatmap", "surface"]

ENOUGH_WAITED_S = 5.0  # after a longer wait in this test, no picture calls the student's code again


class Pictures:
    """The `picture` fixture: keeps pictures for the report, at most four for each test.

    Each method takes a title, the arguments of the function that builds the picture, and `note`, a
    sentence that is shown below it.
    """

    def __init__(self, recorder: Recorder, candidate: Candidate | None = None) -> None:
        self._recorder, self._candidate = recorder, candidate

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
        is called once."""
        square = grid(low, high)
        answers = answers_on(predict, np.concatenate([square, np.asarray(points, dtype=np.float64)]))
        if answers is None:
            self._recorder.left_out.append(
                f"a picture was left out: {title!r}, predict did not return a number for each point"
            )
            return
        of_reference = None if reference is None else reference(square)
        data = boundary(answers, points, targets, low=low, high=high, level=level, reference=of_reference)
        self._add("boundary", title, data, note)

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
        """The loss over the plane of a path of parameters; see planes.surface."""
        data = surface(path, loss, steps)
        if data is None:
            self._recorder.left_out.append(f"a picture was left out: {title!r}, the path has no plane")
        else:
            self._add("surface", title, data, note)

    def draw(self, function: Callable[..., None], *args: Any) -> None:
        """Call a function that makes pictures, perhaps with further calls of the student's code.

        If it raises, the picture is left out, no points are lost, and staff see a note. What the report
        shows about the last call is not changed. Nothing is drawn if the test has already waited long
        for the student's code.
        """
        candidate = self._candidate
        if candidate is not None and candidate.waited_s > ENOUGH_WAITED_S:
            self._recorder.left_out.append("pictures were left out: the calls before took long")
            return
        with _last_call_kept(candidate):
            try:
                function(*args)
            except Exception as e:  # whatever went wrong with a picture, no points are lost
                self._recorder.left_out.append(f"a picture was left out: {type(e).__name__}: {e}"[:400])

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


@contextmanager
def _last_call_kept(candidate: Candidate | None) -> Iterator[None]:
    """Restore, at the end, what the report shows about the last call."""
    if candidate is None:
        yield
        return
    saved = candidate.last_call, candidate.last_path, candidate.printed, candidate.returned_none
    try:
        yield
    finally:
        candidate.last_call, candidate.last_path, candidate.printed, candidate.returned_none = saved
