"""The diagnosis of a net's gradients: the student's code is called again, on random inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal

import numpy as np

from grader.diagnosis.accepted import laws_of
from grader.diagnosis.calls import StudentCalls, gradients_of
from grader.diagnosis.describe import Facts, describe_gradients, describe_loss, describe_unexplained
from grader.diagnosis.draws import draw, rows_for
from grader.diagnosis.first_wrong import first_wrong_signal
from grader.diagnosis.fitting import CallResult
from grader.diagnosis.forward_values import forward_mistakes
from grader.diagnosis.layout import Units, may_be_either, turned, units_in
from grader.diagnosis.losses import LossVerdict
from grader.diagnosis.own_loss import diagnose_loss, outputs, read_loss
from grader.diagnosis.search import Explanation, Search
from grader.diagnosis.special_cases import diagnose_changing, early_updates, returned_parameters
from grader.diagnosis.trace import Trace, is_backward, trace_of
from grader.values import Diagnosis
from grader.values.student_faults import CandidateLost, StudentFault
from reference import mistakes
from reference.activations import ACTIVATIONS
from reference.losses import softmax
from reference.mistakes.scales import LAWS, MEAN, SUM

WIDER_ROWS = 10
KINDS = {activation.name.lower(): activation for activation in ACTIVATIONS}

EXACT, FOUR_DIGITS = 1e-9, 5e-5  # relative errors of y


class Net:
    """Diagnoses `backward(params, x, t)` of a net with parameters W1, b1, W2, ... (or W, b), the batch being
    the rows of x (n, d). The `units` of W_l are its rows, shape (units, inputs), or its columns; without
    `units` the shapes say which, or the right answers if all layers have the same width.

    `arguments` are those of the check, `rng` the test's own. `forward(params, x)` and
    `loss(params, x, t)` are the student's functions, if there are any. `hidden` and `output` name
    activations of reference.activations; `loss_kind` is "squared" (half the squared error) or
    "cross-entropy" (of a softmax; the output is linear then). `laws` are the averages that the task
    allows, the handout's first; without them, those of the right answers that the failed check compared with,
    or else both. `penalty` is the lambda of an L2 penalty. With `logits`, `forward` returns the input of the
    softmax, not its probabilities.
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
        laws: Sequence[Literal["mean", "sum"]] | None = None,
        penalty: float = 0.0,
        logits: bool = False,
        units: Units | None = None,
    ) -> None:
        self.backward, self.forward, self.loss = backward, forward, loss
        self.rng, self.logits, self.laws = rng, logits, tuple(laws) if laws else None
        self._given, self._units = arguments, units
        self.net = mistakes.Net(KINDS[hidden.lower()], KINDS[output.lower()], loss_kind, penalty)

    @cached_property
    def square(self) -> bool:
        """Whether only the right answers say if units are rows or columns."""
        return self._units is None and may_be_either(self._given)

    @cached_property
    def units(self) -> Units:
        """What the units of a weight matrix are."""
        return self._units or units_in(self._given)

    @cached_property
    def arguments(self) -> tuple[Mapping[str, Any], Any, Any]:
        """The arguments of the check as the catalogue has them."""
        return self._inside(self._given)

    @property
    def outputs(self) -> Outputs:
        """The diagnosis of `forward`'s return value."""
        return Outputs(self)

    @property
    def losses(self) -> Losses:
        """The diagnosis of `loss`'s return value."""
        return Losses(self)

    def diagnose(
        self,
        got: Any,
        *,
        own_loss: bool = False,
        known: frozenset[str] = frozenset(),
        accepted: Sequence[Any] = (),
    ) -> Diagnosis | None:
        """Why these gradients are wrong; None if they are not arrays of numbers with the right names."""
        allowed = self.allowed(accepted)
        own = self._result(self.arguments, self._turned(got))
        calls = self._call_student() if own is not None else None
        if own is None or calls is None:
            return None
        if not calls.repeats:
            return diagnose_changing(calls, allowed)
        loss = read_loss(self, allowed) if own_loss else None
        if own_loss:
            stated = bool(self.laws or accepted)
            found = diagnose_loss(loss, own, calls.results, allowed, first_is_handouts=stated)
            if found is not None:
                how, fewer = dict(found.facts).get("how"), self._forward_digits(calls)
                return self._of_few_digits(calls) if how == "slopes" and fewer else found
        laws = loss.laws if loss else allowed
        search = Search(calls.results, own, laws, known, calls.wider)
        if search.agrees_with_right:
            return describe_unexplained("", (("how", "only-here"),), len(calls.draws))
        return self._explained(search, calls, loss) or self._unexplained(search, calls, loss, laws)

    def trace(self, diagnosis: Diagnosis, accepted: Sequence[Any] = ()) -> Trace | None:
        """The values and error signals behind this diagnosis, for the first row of the batch; see Tracing."""
        if not is_backward(diagnosis):
            return None
        params, x, t = self.arguments
        one = (params, x, t) if np.ndim(x) < 2 else (params, x[:1], t[:1])
        result = self._result(one, self._turned(self.answer(self.backward, one)))
        return None if result is None else trace_of(result, self.allowed(accepted)[0], diagnosis.signal)

    def allowed(self, accepted: Sequence[Any]) -> tuple[str, ...]:
        """The averages that the task allows, the handout's first. If the widths of the layers don't say
        whether units are rows or columns, the accepted answers do."""
        right = mistakes.Pass(self.net, mistakes.batch_of(*self.arguments)).run()
        found = laws_of([self._turned(answer) for answer in accepted], right)
        if accepted and not found and self.square:
            self._turn()
            right = mistakes.Pass(self.net, mistakes.batch_of(*self.arguments)).run()
            found = laws_of([self._turned(answer) for answer in accepted], right)
            if not found:
                self._turn()
        return self.laws or found or (MEAN, SUM)

    def _turn(self) -> None:
        params, x, t = self.arguments
        self.arguments = (turned(params), x, t)
        self.units = "rows" if self.units == "columns" else "columns"

    def _inside(self, arguments: tuple[Mapping[str, Any], Any, Any]) -> tuple[Mapping[str, Any], Any, Any]:
        """Arguments of the student's functions as the catalogue has them, or the other way round."""
        return (self._turned(arguments[0]), *arguments[1:])

    def _turned(self, params: Any) -> Any:
        return turned(params) if self.units == "columns" else params

    def _explained(self, search: Search, calls: StudentCalls, loss: LossVerdict | None) -> Diagnosis | None:
        """The diagnosis for one mistake, or for several with the same results; else for two at once."""
        explanations = search.single()
        if not explanations:
            explanations = early_updates(search) or returned_parameters(search)
        written_in = search.sizes_written_in
        if (not explanations or written_in) and not (loss and loss.mistakes):
            pairs = search.double()
            if pairs and not (explanations and search.sizes_written_in):
                explanations, written_in = pairs, search.sizes_written_in
        if not explanations:
            return None
        forward = self._forward_agrees(explanations, calls)
        more: Facts = (("sizes", "written-in"),) if written_in else ()
        more += (("loss", "wrong"),) if loss and loss.wrong and not loss.mistakes else ()
        return describe_gradients(explanations, loss, calls, forward, more)

    def _unexplained(
        self, search: Search, calls: StudentCalls, loss: LossVerdict | None, laws: Sequence[str]
    ) -> Diagnosis:
        """The diagnosis if no mistake of the catalogue fits."""
        if self._forward_agrees(None, calls) == "differs":
            if self._forward_digits(calls):
                return self._of_few_digits(calls)
            return describe_unexplained("", (("how", "forward"),), len(calls.draws))
        signal, facts = first_wrong_signal(calls.results, laws, self.units == "columns")
        skipped = (("pairs", "skipped"),) if search.ran_out else ()
        wrong = (("loss", "wrong"),) if loss and loss.wrong else ()
        return describe_unexplained(signal, (*facts, *skipped, *wrong), len(calls.draws))

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
                self._result(point, self._turned(self.answer(self.backward, point)))
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
        result = self._result(args, self._turned(self.answer(self.backward, args)))
        return () if result is None else (result,)

    def _result(self, args: tuple[Mapping[str, Any], Any, Any], got: Any) -> CallResult | None:
        batch = mistakes.batch_of(*args)
        grads = gradients_of(got, batch.names)
        return None if grads is None else CallResult(batch, grads, mistakes.Pass(self.net, batch).run())

    def answer(self, function: Callable[..., Any] | None, args: Sequence[Any]) -> Any:
        """The return value of a student's function; None if there is none, or if it raises."""
        try:
            return None if function is None else function(self._turned(args[0]), *args[1:])
        except CandidateLost:
            raise
        except StudentFault:
            return None

    def _forward_agrees(self, explanations: Sequence[Explanation] | None, calls: StudentCalls) -> str:
        """Whether the student's forward pass is right on our first draw: "agrees" or "differs"; "" if there
        is no forward function or the explanations don't change values."""
        in_values = explanations is None or any(v.in_forward for e in explanations for v in e.variants)
        if self.forward is None or not in_values:
            return ""
        return "agrees" if self._forward_error(calls) <= EXACT else "differs"

    def _forward_error(self, calls: StudentCalls) -> float:
        """The relative error of the student's y on our first draw; infinite if it is not numbers."""
        first = calls.results[0]
        right = first.right.y
        y = outputs(self, calls.points[0], first.right)
        y = softmax(y) if y is not None and self.logits else y
        if y is None or not np.isfinite(y).all():
            return float("inf")
        size = float(np.linalg.norm(y) + np.linalg.norm(right))
        return float(np.linalg.norm(y - right)) / size if size else 0.0

    def _forward_digits(self, calls: StudentCalls) -> bool:
        """Whether the forward pass is right to four digits or more, but not to nine."""
        return self.forward is not None and EXACT < self._forward_error(calls) <= FOUR_DIGITS

    def _of_few_digits(self, calls: StudentCalls) -> Diagnosis:
        return describe_unexplained("", (("how", "forward-digits"),), len(calls.draws))


class Outputs:
    """Diagnoses y: which wrong forward pass returns the student's y."""

    def __init__(self, net: Net) -> None:
        self._net = net

    def diagnose(
        self,
        got: Any,
        *,
        own_loss: bool = False,
        known: frozenset[str] = frozenset(),
        accepted: Sequence[Any] = (),
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
        answers = [got, *(net.answer(net.forward, point[:2]) for point in points[1:])]
        return forward_mistakes(net.net, points, answers, net.logits)


class Losses:
    """Diagnoses a loss: what is wrong in it, or in the forward pass."""

    def __init__(self, net: Net) -> None:
        self._net = net

    def diagnose(
        self,
        got: Any,
        *,
        own_loss: bool = False,
        known: frozenset[str] = frozenset(),
        accepted: Sequence[Any] = (),
    ) -> Diagnosis | None:
        """The mistake that explains this loss; None if no mistake of the catalogue does."""
        net, laws = self._net, self._net.allowed(accepted)
        if net.forward is not None:
            y = net.answer(net.forward, net.arguments[:2])
            of_outputs = Outputs(net).diagnose(y)
            if of_outputs is not None:
                return of_outputs
        verdict = read_loss(net, laws)
        if verdict is None or not verdict.mistakes:
            return None
        right = mistakes.Pass(net.net, mistakes.batch_of(*net.arguments)).run()
        return describe_loss(verdict, right, "")


__all__ = ["LAWS", "Losses", "Net", "Outputs"]
