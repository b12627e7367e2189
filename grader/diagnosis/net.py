"""The diagnosis of a net's gradients: the student is called again, on inputs of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from grader.diagnosis.calls import Called, gradients_of
from grader.diagnosis.describe import named, told, unnamed
from grader.diagnosis.draws import Arguments, draw, rows_for
from grader.diagnosis.first_wrong import first_departure
from grader.diagnosis.fitting import Seen
from grader.diagnosis.forward_values import forward_mistakes
from grader.diagnosis.losses import loss_reading, summed
from grader.diagnosis.search import Explained, Search
from grader.diagnosis.special_cases import accumulated, returned, updated
from grader.values import Diagnosis
from grader.values.student_faults import CandidateLost, StudentFault
from reference import mistakes
from reference.activations import ACTIVATIONS
from reference.arrays import Array
from reference.losses import softmax
from reference.mistakes.scales import LAWS

WIDER_ROWS = 10
KINDS = {activation.name.lower(): activation for activation in ACTIVATIONS}


class Net:
    """Diagnoses `backward(params, x, t)` of a net with parameters W1, b1, W2, ... (or W, b), W_l of
    shape (units, inputs), rows of a batch in x (n, d).

    `arguments` are those of the check, `rng` the test's own. `forward(params, x)` and
    `loss(params, x, t)` are the student's, where there are such. `hidden` and `output` name activations of
    reference.activations; `loss_kind` is "squared" (half the squared error) or "cross-entropy" (of
    a softmax, the output being linear). `laws` are the averages that the task allows, the one of the
    handout first; `penalty` the lambda of L2. With `logits`, `forward` gives what goes into the softmax, not
    its probabilities.
    """

    def __init__(
        self,
        backward: Callable[..., Any],
        rng: np.random.Generator,
        arguments: tuple[Mapping[str, Any], Any, Any],
        *,
        forward: Callable[..., Any] | None = None,
        loss: Callable[..., Any] | None = None,
        hidden: str = "logistic",
        output: str = "linear",
        loss_kind: Literal["squared", "cross-entropy"] = "squared",
        laws: Sequence[Literal["mean", "sum"]] = ("mean", "sum"),
        penalty: float = 0.0,
        logits: bool = False,
    ) -> None:
        self.backward, self.forward, self.loss = backward, forward, loss
        self.rng, self.arguments, self.laws, self.logits = rng, arguments, tuple(laws), logits
        self.net = mistakes.Net(KINDS[hidden.lower()], KINDS[output.lower()], loss_kind, penalty)

    @property
    def outputs(self) -> Outputs:
        """Diagnoses what `forward` returned."""
        return Outputs(self)

    @property
    def losses(self) -> Losses:
        """Diagnoses what `loss` returned."""
        return Losses(self)

    def diagnose(
        self, got: Any, *, own_loss: bool = False, known: frozenset[str] = frozenset()
    ) -> Diagnosis | None:
        """Why these gradients depart; None if they are no arrays of numbers under their names."""
        own = self._seen(self.arguments, got)
        called = self._called() if own is not None else None
        if own is None or called is None:
            return None
        if not called.repeats:
            return accumulated(called, self.laws)
        laws, mistakes = (self.laws, ()) if not own_loss else self._own_laws(called)
        search = Search(called.draws, own, laws, known)
        if search.agrees_with_right:
            return named([*mistakes], called) if mistakes else unnamed("", (("how", "only-here"),), called)
        return self._found(search, called, mistakes) or self._not_found(search, called, laws)

    def _found(self, search: Search, called: Called, mistakes: tuple[str, ...]) -> Diagnosis | None:
        """One mistake, or several that can't be told apart; else two at once."""
        found = search.single()
        if not found:
            found = updated(search) or returned(search)
        if not found and not mistakes:
            found = search.double()
        return told(found, mistakes, called, self._forward_agrees(found, called)) if found else None

    def _not_found(self, search: Search, called: Called, laws: Sequence[str]) -> Diagnosis:
        if self._forward_agrees(None, called) == "departs":
            return unnamed("", (("how", "forward"),), called)
        where, facts = first_departure(called.seen, laws)
        skipped = (("pairs", "skipped"),) if search.ran_out else ()
        return unnamed(where, (*facts, *skipped), called)

    def _called(self) -> Called | None:
        """Two calls on one draw, to see whether they agree, and one on another."""
        own = mistakes.batch_of(*self.arguments)
        one_row = np.ndim(self.arguments[1]) < 2
        for rows in (
            ((1, 1),) if one_row else ((rows_for(own), rows_for(own, rows_for(own))), (own.rows,) * 2)
        ):
            generators = self.rng.spawn(2)
            points = [draw(g, self.net, self.arguments, n) for g, n in zip(generators, rows, strict=True)]
            answers = [
                self._seen(p, self._answer(self.backward, p)) for p in (points[0], points[0], points[1])
            ]
            if all(seen is not None for seen in answers):
                first, again, second = (seen for seen in answers if seen is not None)
                return Called((first, second), again, self._wider(own), tuple(points), self.net)
        return None

    def _wider(self, own: mistakes.Batch) -> tuple[Seen, ...]:
        """A call on a net of other sizes, which tells mistakes apart that the task's sizes make alike; none
        if the student's code stops there."""
        rows = WIDER_ROWS if np.ndim(self.arguments[1]) == 2 else 1
        args = draw(self.rng.spawn(1)[0], self.net, self.arguments, rows, grow=2)
        seen = self._seen(args, self._answer(self.backward, args))
        return () if seen is None else (seen,)

    def _seen(self, args: tuple[Mapping[str, Any], Any, Any], got: Any) -> Seen | None:
        batch = mistakes.batch_of(*args)
        grads = gradients_of(got, batch.names)
        return None if grads is None else Seen(batch, grads, mistakes.Pass(self.net, batch).run())

    def _answer(self, function: Callable[..., Any], args: Sequence[Any]) -> Any:
        """What the student's function returns, None if it raises."""
        try:
            return function(*args)
        except CandidateLost:
            raise
        except StudentFault:
            return None

    def _own_laws(self, called: Called) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The law that the student's own loss follows, and what departs in the loss itself."""
        if self.loss is None:
            return self.laws, ()
        readings = []
        for point, seen in zip(called.points, called.seen, strict=True):
            value, y = self._answer(self.loss, point), self._values(point, seen)
            if (
                y is None
                or not isinstance(value, int | float | np.number | np.ndarray)
                or np.size(value) != 1
            ):
                return self.laws, ()
            readings.append((float(np.asarray(value).reshape(())), summed(seen, y), seen.batch))
        return loss_reading(readings, self.laws, self.net)

    def _values(self, point: Arguments, seen: Seen) -> Array | None:
        """y as the student's forward pass has it, the right one if there is none."""
        if self.forward is None:
            return seen.right.y
        y = self._answer(self.forward, point[:2])
        right = seen.right.y
        numbers = isinstance(y, np.ndarray) and y.dtype.kind in "fiu" and y.size == right.size
        if not numbers:
            return None
        values = np.asarray(y, dtype=np.float64).reshape(right.shape)
        return softmax(values) if self.logits else values

    def _forward_agrees(self, found: Sequence[Explained] | None, called: Called) -> str:
        """Whether the student's forward pass agrees on our first draw, where that says something."""
        in_values = found is None or any(v.in_forward for each in found for v in each.variants)
        if self.forward is None or not in_values:
            return ""
        y, right = self._values(called.points[0], called.seen[0]), called.seen[0].right.y
        near = y is not None and np.linalg.norm(y - right) <= 1e-9 * (
            np.linalg.norm(y) + np.linalg.norm(right)
        )
        return "agrees" if near else "departs"


class Outputs:
    """Diagnoses y: which wrong forward pass gives the student's."""

    def __init__(self, net: Net) -> None:
        self._net = net

    def diagnose(
        self, got: Any, *, own_loss: bool = False, known: frozenset[str] = frozenset()
    ) -> Diagnosis | None:
        """Which mistake of the forward pass made this y, None if none of the catalogue's."""
        net = self._net
        if net.forward is None:
            return None
        own = mistakes.batch_of(*net.arguments)
        points = [net.arguments] + [
            draw(g, net.net, net.arguments, rows_for(own) if np.ndim(net.arguments[1]) == 2 else 1)
            for g in net.rng.spawn(2)
        ]
        answers = [got, *(net._answer(net.forward, point[:2]) for point in points[1:])]
        return forward_mistakes(net.net, points, answers, net.logits)


class Losses:
    """Diagnoses a loss: a factor that is left out, or a forward pass that departs."""

    def __init__(self, net: Net) -> None:
        self._net = net

    def diagnose(
        self, got: Any, *, own_loss: bool = False, known: frozenset[str] = frozenset()
    ) -> Diagnosis | None:
        """Which mistake made this loss, None if none of the catalogue's."""
        net = self._net
        if net.forward is not None:
            y = net._answer(net.forward, net.arguments[:2])
            departs = Outputs(net).diagnose(y)
            if departs is not None:
                return departs
        called = net._called()
        if called is None:
            return None
        _, mistakes = net._own_laws(called)
        return named([*mistakes], called) if mistakes else None


__all__ = ["LAWS", "Losses", "Net", "Outputs"]
