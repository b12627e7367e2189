"""The diagnosis of a net's gradients: the student's code is called again, on random inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from grader.diagnosis.calls import StudentCalls, gradients_of
from grader.diagnosis.describe import describe_gradients, describe_unexplained, describe_unplaced
from grader.diagnosis.draws import Arguments, draw, rows_for
from grader.diagnosis.first_wrong import first_wrong_signal
from grader.diagnosis.fitting import CallResult
from grader.diagnosis.forward_values import forward_mistakes
from grader.diagnosis.losses import loss_reading, summed
from grader.diagnosis.search import Explanation, Search
from grader.diagnosis.special_cases import diagnose_changing, early_updates, returned_parameters
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
    shape (units, inputs), the batch being the rows of x (n, d).

    `arguments` are those of the check, `rng` the test's own. `forward(params, x)` and
    `loss(params, x, t)` are the student's functions, if there are any. `hidden` and `output` name
    activations of reference.activations; `loss_kind` is "squared" (half the squared error) or
    "cross-entropy" (of a softmax; the output is linear then). `laws` are the averages that the task
    allows, the handout's first; `penalty` is the lambda of an L2 penalty. With `logits`, `forward`
    returns the input of the softmax, not its probabilities.
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
        """The diagnosis of `forward`'s return value."""
        return Outputs(self)

    @property
    def losses(self) -> Losses:
        """The diagnosis of `loss`'s return value."""
        return Losses(self)

    def diagnose(
        self, got: Any, *, own_loss: bool = False, known: frozenset[str] = frozenset()
    ) -> Diagnosis | None:
        """Why these gradients are wrong; None if they are not arrays of numbers with the right names."""
        own = self._result(self.arguments, got)
        calls = self._call_student() if own is not None else None
        if own is None or calls is None:
            return None
        if not calls.repeats:
            return diagnose_changing(calls, self.laws)
        laws, in_loss = (self.laws, ()) if not own_loss else self._own_laws(calls)
        search = Search(calls.draws, own, laws, known)
        if search.agrees_with_right:
            if in_loss:
                return describe_unplaced([*in_loss], calls)
            return describe_unexplained("", (("how", "only-here"),), calls)
        return self._explained(search, calls, in_loss) or self._unexplained(search, calls, laws)

    def _explained(self, search: Search, calls: StudentCalls, in_loss: tuple[str, ...]) -> Diagnosis | None:
        """The diagnosis for one mistake, or for several with the same results; else for two at once."""
        explanations = search.single()
        if not explanations:
            explanations = early_updates(search) or returned_parameters(search)
        if not explanations and not in_loss:
            explanations = search.double()
        if not explanations:
            return None
        return describe_gradients(explanations, in_loss, calls, self._forward_agrees(explanations, calls))

    def _unexplained(self, search: Search, calls: StudentCalls, laws: Sequence[str]) -> Diagnosis:
        """The diagnosis if no mistake of the catalogue fits."""
        if self._forward_agrees(None, calls) == "differs":
            return describe_unexplained("", (("how", "forward"),), calls)
        signal, facts = first_wrong_signal(calls.results, laws)
        skipped = (("pairs", "skipped"),) if search.ran_out else ()
        return describe_unexplained(signal, (*facts, *skipped), calls)

    def _call_student(self) -> StudentCalls | None:
        """Two calls on one draw, to see whether they agree, and one on another; None if a call fails."""
        own = mistakes.batch_of(*self.arguments)
        one_row = np.ndim(self.arguments[1]) < 2
        for rows in (
            ((1, 1),) if one_row else ((rows_for(own), rows_for(own, rows_for(own))), (own.rows,) * 2)
        ):
            generators = self.rng.spawn(2)
            points = [draw(g, self.net, self.arguments, n) for g, n in zip(generators, rows, strict=True)]
            results = [
                self._result(point, self._answer(self.backward, point))
                for point in (points[0], points[0], points[1])
            ]
            if all(result is not None for result in results):
                first, repeated, second = (result for result in results if result is not None)
                return StudentCalls((first, second), repeated, self._wider(own), tuple(points), self.net)
        return None

    def _wider(self, own: mistakes.Batch) -> tuple[CallResult, ...]:
        """A call on a net of other sizes, on which mistakes may differ that are equal at the task's sizes;
        empty if the student's code raises there."""
        rows = WIDER_ROWS if np.ndim(self.arguments[1]) == 2 else 1
        args = draw(self.rng.spawn(1)[0], self.net, self.arguments, rows, grow=2)
        result = self._result(args, self._answer(self.backward, args))
        return () if result is None else (result,)

    def _result(self, args: tuple[Mapping[str, Any], Any, Any], got: Any) -> CallResult | None:
        batch = mistakes.batch_of(*args)
        grads = gradients_of(got, batch.names)
        return None if grads is None else CallResult(batch, grads, mistakes.Pass(self.net, batch).run())

    def _answer(self, function: Callable[..., Any], args: Sequence[Any]) -> Any:
        """The return value of a student's function; None if it raises."""
        try:
            return function(*args)
        except CandidateLost:
            raise
        except StudentFault:
            return None

    def _own_laws(self, calls: StudentCalls) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The law that the student's own loss follows, and the mistakes in the loss itself."""
        if self.loss is None:
            return self.laws, ()
        readings = []
        for point, result in zip(calls.points, calls.results, strict=True):
            value, y = self._answer(self.loss, point), self._values(point, result)
            if (
                y is None
                or not isinstance(value, int | float | np.number | np.ndarray)
                or np.size(value) != 1
            ):
                return self.laws, ()
            readings.append((float(np.asarray(value).reshape(())), summed(result, y), result.batch))
        return loss_reading(readings, self.laws, self.net)

    def _values(self, point: Arguments, result: CallResult) -> Array | None:
        """The student's y; the right one if there is no forward function, None if it isn't numbers."""
        if self.forward is None:
            return result.right.y
        y = self._answer(self.forward, point[:2])
        right = result.right.y
        numbers = isinstance(y, np.ndarray) and y.dtype.kind in "fiu" and y.size == right.size
        if not numbers:
            return None
        values = np.asarray(y, dtype=np.float64).reshape(right.shape)
        return softmax(values) if self.logits else values

    def _forward_agrees(self, explanations: Sequence[Explanation] | None, calls: StudentCalls) -> str:
        """Whether the student's forward pass is right on our first draw: "agrees" or "differs"; "" if there
        is no forward function or the explanations don't change values."""
        in_values = explanations is None or any(v.in_forward for e in explanations for v in e.variants)
        if self.forward is None or not in_values:
            return ""
        first = calls.results[0]
        y, right = self._values(calls.points[0], first), first.right.y
        near = y is not None and np.linalg.norm(y - right) <= 1e-9 * (
            np.linalg.norm(y) + np.linalg.norm(right)
        )
        return "agrees" if near else "differs"


class Outputs:
    """Diagnoses y: which wrong forward pass returns the student's y."""

    def __init__(self, net: Net) -> None:
        self._net = net

    def diagnose(
        self, got: Any, *, own_loss: bool = False, known: frozenset[str] = frozenset()
    ) -> Diagnosis | None:
        """The mistake of the forward pass that explains this y; None if no mistake of the catalogue does."""
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
    """Diagnoses a loss: a factor is left out, or the forward pass is wrong."""

    def __init__(self, net: Net) -> None:
        self._net = net

    def diagnose(
        self, got: Any, *, own_loss: bool = False, known: frozenset[str] = frozenset()
    ) -> Diagnosis | None:
        """The mistake that explains this loss; None if no mistake of the catalogue does."""
        net = self._net
        if net.forward is not None:
            y = net._answer(net.forward, net.arguments[:2])
            of_outputs = Outputs(net).diagnose(y)
            if of_outputs is not None:
                return of_outputs
        calls = net._call_student()
        if calls is None:
            return None
        _, in_loss = net._own_laws(calls)
        return describe_unplaced([*in_loss], calls) if in_loss else None


__all__ = ["LAWS", "Losses", "Net", "Outputs"]
