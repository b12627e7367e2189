"""What a pack's tests compare with: `same` for values, `gradcheck` for gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from grader.diagnosis import Diagnosing
from grader.kit import words
from grader.kit.anyof import AnyOf
from grader.kit.candidate import Candidate
from grader.kit.comparing import Tolerance, find
from grader.kit.diagnose import diagnose_later
from grader.kit.gradients import Question, Verdicts, judge
from grader.kit.pictures.heat import MOST_PARAMETERS, heatmap
from grader.kit.recorder import Mismatch, Recorder
from grader.kit.slopes import of_slopes, remembering
from grader.kit.student import Function
from grader.kit.targets import of_gradients, of_value
from grader.kit.trace import Tracing, refuse_unusable, traced
from reference.gradcheck import FLOAT32, FLOAT64

__all__ = ["AnyOf", "Checks"]

PRECISIONS = {"float64": FLOAT64, "float32": FLOAT32}


class Checks:
    """The comparisons of one test case; the measured numbers go to its recorder."""

    def __init__(self, recorder: Recorder, candidate: Candidate | None = None) -> None:
        self._recorder, self._candidate = recorder, candidate

    def same(
        self,
        got: Any,
        want: Any,
        name: str = "the result",
        *,
        rtol: float | None = None,
        atol: float = 0.0,
        dtype_kind: Literal["f", "i", "b"] = "f",
        precision: Literal["float64", "float32"] = "float64",
        values: bool = True,
        diagnose: Diagnosing | None = None,
        trace: Tracing | None = None,
    ) -> None:
        """Fail unless `got` equals `want`: the shape is checked first, then dtype and NaN, then the values.

        `want` is a number, an array, None, a bool, text, a dict, list or tuple of them, or
        AnyOf of several. Arrays agree if |a - b| <= rtol (|a| + |b|) + atol in 2-norms; rtol is
        1e-9, or 1e-5 with precision="float32". Keys that `want` doesn't name are ignored. With values=False
        numbers need only have the right shape and kind, and be finite. If they differ, `diagnose` looks
        for the mistake, and `trace`, the reference's values on the way (see grader.kit.trace), tells until
        where the run is right.
        Raises Mismatch, and ValueError if `want` is empty, NaN or infinite.
        """
        _refuse_function(got)
        refuse_unusable(trace)
        relative = PRECISIONS[precision].sharp if rtol is None else rtol
        finding = find(got, want, name, Tolerance(relative, atol, dtype_kind, precision == "float32", values))
        for number in finding.numbers:
            self._recorder.number(number)
        if finding.faults:
            tolerance = Tolerance(relative, atol, dtype_kind, precision == "float32", values)
            self._recorder.targets.append(of_value(got, want, tolerance))
            self._keep_trace(got, trace, relative)
            accepted = accepted_by(want) if values else ()
            diagnose_later(diagnose, got, self._recorder, self._candidate, accepted=accepted)
            raise Mismatch(words.sentence(_with_count(finding.faults)), finding.numbers)

    def gradcheck(
        self,
        grads: Any,
        of: Any = None,
        args: Sequence[Any] = (),
        wrt: int = 0,
        reference: Any = None,
        names: Sequence[str] | None = None,
        *,
        precision: Literal["float64", "float32"] = "float64",
        diagnose: Diagnosing | None = None,
        trace: Tracing | None = None,
    ) -> None:
        """Fail unless `grads` are the gradients of `of(*args)` with respect to `args[wrt]`.

        `args[wrt]` is an array, or a dict, list or tuple of arrays, and `grads` has the same
        structure (a dict by `names` is accepted too). For a dict, `names` chooses the parameters to
        check; else it names them. `of` is a student's function (all perturbations are sent in
        one call) or any callable; without it, the gradients are compared with `reference` alone: gradients
        in the structure of `args[wrt]`, or AnyOf of several. Every parameter is checked, by shape,
        NaN and values, and its numbers are kept; the first wrong one gives the message. Slopes
        of which a tenth is rounding noise fail too, since any gradient would agree with them.
        If one is wrong, `diagnose` looks for the mistake, and `trace` is used as in `same`.
        Raises Mismatch, and ValueError or TypeError if the test itself is wrong.
        """
        _refuse_function(grads)
        refuse_unusable(trace)
        if trace is not None and isinstance(of, Function):
            raise TypeError("gradcheck: trace= says what is right, and a loss of the student's may be wrong")
        question = Question(
            of, tuple(args), wrt, None if names is None else tuple(names), PRECISIONS[precision]
        )
        question = remembering(question, self._candidate) if reference is None else question
        verdicts: Verdicts = judge(grads, question, reference)
        for number in verdicts.numbers:
            self._recorder.number(number)
        if verdicts.message:
            self._keep_heatmap(verdicts)
            if reference is not None:
                self._recorder.targets.append(of_gradients(grads, question, reference))
            elif (target := of_slopes(grads, question)) is not None:
                self._recorder.targets.append(target)
            self._keep_trace(grads, trace, PRECISIONS[precision].sharp)
            diagnose_later(
                diagnose,
                grads,
                self._recorder,
                self._candidate,
                own_loss=of is not None,
                accepted=accepted_by(reference),
            )
            raise Mismatch(words.sentence(verdicts.message), verdicts.numbers)

    def _keep_trace(self, got: Any, trace: Tracing | None, relative: float) -> None:
        if trace is not None:
            self._recorder.traces.append(traced(got, trace, relative))

    def _keep_heatmap(self, verdicts: Verdicts) -> None:
        """Keep a heat map of the gradients that differ from the reference and have several entries."""
        parts = [heatmap(name, *pair) for name, pair in verdicts.wrong.items() if pair.want.size > 1]
        if parts:
            data = {"parameters": parts[:MOST_PARAMETERS]}
            self._recorder.picture("heatmap", "Relative error of every entry", data)


def accepted_by(answer: Any) -> tuple[Any, ...]:
    """The right answers among which a check accepts: one, several of AnyOf, or none."""
    if isinstance(answer, AnyOf):
        return tuple(one for _, one in answer.answers)
    return () if answer is None else (answer,)


def _refuse_function(got: Any) -> None:
    """Raise TypeError for `same(student.f, ...)`, where the call is missing."""
    if isinstance(got, Function):
        bool(got)


def _with_count(faults: Sequence[str]) -> str:
    """The first fault, and the number of further faults."""
    others = len(faults) - 1
    return faults[0] + (f" {others} more {'differs' if others == 1 else 'differ'}." if others else "")
