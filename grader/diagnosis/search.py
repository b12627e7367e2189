"""Which mistakes of the catalogue explain the results of a student's function, on every draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grader.diagnosis.fitting import CallResult, agrees, agrees_roughly, ratio, wrong_gradients
from reference.mistakes import Pass, Variant, net_variants
from reference.mistakes.nets import Changes
from reference.mistakes.scales import LAWS, MEAN, SUM, scale_names

MOST_PAIRS = 1000  # pairs of mistakes that are tried; a count, so that every machine gives the same report
ALIKE = 1e-6


@dataclass(frozen=True)
class Explanation:
    """Mistakes that explain the gradients: `variants` are mistakes at their places, `scales` the names of
    mistakes of scale; `error` is the largest relative error of the match. With `law_in`, that average is
    taken at the start of the backward pass."""

    variants: tuple[Variant, ...]
    scales: tuple[str, ...]
    error: float
    law: str = MEAN
    law_in: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the mistakes, those at a place first."""
        return (*(variant.name for variant in self.variants), *self.scales)

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the mistakes, without their places."""
        return frozenset(name.partition(":")[0] for name in self.names)


@dataclass(frozen=True)
class Part:
    """A mistake, the wrong gradients that it explains alone, and those that it doesn't explain or that it
    would make wrong."""

    variant: Variant
    explains: frozenset[str]
    leaves: frozenset[str]


class Search:
    """The search over one student's gradients on several draws (the first one rejects mistakes quickly, the
    others confirm), and on the failed test's own inputs. `laws` are the averages that the task allows. A draw
    on a `wider` net decides between mistakes that are equal at the task's sizes; code with sizes written into
    it may have any result there, so that no name is lost by it: `sizes_written_in` says that."""

    def __init__(
        self,
        draws: Sequence[CallResult],
        own: CallResult | None,
        laws: Sequence[str],
        known: frozenset[str] = frozenset(),
        wider: Sequence[CallResult] = (),
    ) -> None:
        self.draws, self.own, self.laws = tuple(draws), own, tuple(laws)
        self.wider, self.sizes_written_in = tuple(wider), False
        self.first = self.draws[0]
        self.wrong = wrong_gradients(self.first, self.laws)
        self.ran_out, self.known = False, known
        self._every: list[Variant] = []

    @property
    def agrees_with_right(self) -> bool:
        """Whether the gradients are right on our draws, under one of the allowed laws."""
        return any(
            all(agrees(result, result.right, LAWS[law].of(result.batch)) for result in self.draws)
            for law in self.laws
        )

    def single(self) -> list[Explanation]:
        """Every mistake that alone explains all draws; a mistake that fits at several places counts once."""
        for variant in self._variants() if self.known else ():
            if variant.name in self.known and (explanations := self._explain((variant,), 0)):
                return explanations
        explanations = self._explain((), 1)
        for variant in self._variants():
            if variant.mistake.any_scale or any(wrong <= variant.touches for wrong in self.wrong.values()):
                explanations += self._explain((variant,), 0)
        return self._preferred(explanations)

    def double(self) -> list[Explanation]:
        """All pairs of mistakes that together explain all draws, among the first MOST_PAIRS pairs."""
        explanations = self._explain((), 2)
        for tried, pair in enumerate(self._pairs()):
            if tried == MOST_PAIRS:
                self.ran_out = not explanations
                break
            explanations += self._explain(pair, 2 - len(pair))
        return self._preferred(explanations)

    def explain(self, variant: Variant) -> list[Explanation]:
        """This mistake as an explanation, if it alone explains all draws; else an empty list."""
        return self._explain((variant,), 0)

    def _variants(self) -> list[Variant]:
        self._every = self._every or list(net_variants(self.first.right.net, self.first.batch))
        return self._every

    def _explain(self, variants: tuple[Variant, ...], scales: int) -> list[Explanation]:
        """These mistakes together with `scales` mistakes of scale, if they explain every draw."""
        changes = {key: step for variant in variants for key, step in variant.changes.items()}
        explanations = self._explain_with_law(variants, changes, scales, "")
        if not explanations and any(variant.mistake.bent for variant in variants):
            for law in self.laws:
                explanations = explanations or self._explain_with_law(variants, changes, scales, law)
        return explanations

    def _explain_with_law(
        self,
        variants: tuple[Variant, ...],
        changes: Changes,
        scales: int,
        law_in: str,
        draws: Sequence[CallResult] | None = None,
    ) -> list[Explanation]:
        """The same, with the average of `law_in` (if not "") taken at the start of the backward pass."""
        free = any(variant.mistake.any_scale for variant in variants)
        factors, error = [], 0.0
        for result in self.draws if draws is None else draws:
            right = self._right(result, law_in)
            computed = right.branch(changes) if changes else right
            if not scales and not free and not law_in and not self._alike(result, computed):
                return []
            fit = ratio(result, computed)
            if fit is None:
                return []
            factors.append((fit.factor * right.scale, result.batch))
            error = max(error, fit.error)
        law, names = scale_names(factors, (MEAN, SUM) if free else self.laws, scales)
        fitting = [
            Explanation(variants, group, error, law, law_in) for group in names if len(group) == scales
        ]
        return fitting if fitting and self._own_agrees(changes, law_in) else []

    def _right(self, result: CallResult, law_in: str) -> Pass:
        """The right pass of a draw; with `law_in`, its error signals are averaged from the start."""
        if not law_in:
            return result.right
        return Pass(result.right.net, result.batch, scale=LAWS[law_in].of(result.batch)).run()

    def _alike(self, result: CallResult, computed: Pass) -> bool:
        """A quick test: whether one entry of a gradient is near the expected one, under some law."""
        name = result.batch.names[1] if computed.net.penalty else result.batch.names[0]
        got, want = result.grads[name], computed.b_bar[1] if computed.net.penalty else computed.w_bar[1]
        if got.shape != want.shape:
            return False
        if computed.net.penalty and ("penalty", 0) in computed.changes:
            return True
        at = int(np.argmax(np.abs(got))) if got.size else 0
        a, b = float(got.flat[at]), float(want.flat[at])
        return any(
            abs(a - f * b) <= ALIKE * (abs(a) + abs(f * b))
            for f in (LAWS[law].of(result.batch) for law in self.laws)
        )

    def _preferred(self, explanations: Sequence[Explanation]) -> list[Explanation]:
        """The explanations of the wider draw too if there are any, else all; of these, those under the task's
        first law if there are any, without repeats."""
        wider = [explanation for explanation in explanations if self._holds_wider(explanation)]
        self.sizes_written_in = bool(explanations) and not wider
        chosen = wider or explanations
        first = [explanation for explanation in chosen if explanation.law == self.laws[0]]
        return without_repeats(first or chosen)

    def _holds_wider(self, found: Explanation) -> bool:
        """Whether these mistakes explain the wider draw too; True if there is none."""
        if not self.wider:
            return True
        changes = {key: step for variant in found.variants for key, step in variant.changes.items()}
        every = (*self.draws, *self.wider)
        again = self._explain_with_law(found.variants, changes, len(found.scales), found.law_in, every)
        return any(explanation.names == found.names for explanation in again)

    def _own_agrees(self, changes: Changes, law_in: str) -> bool:
        """Whether these changes explain the failed test's own gradients too; its inputs may be extreme."""
        if self.own is None:
            return True
        right = self._right(self.own, law_in)
        computed = right.branch(changes) if changes else right
        if ratio(self.own, computed) is not None:
            return True
        factors = (
            s * m * law.of(self.own.batch) / right.scale
            for law in LAWS.values()
            for s in (1, -1)
            for m in (1, 2, 0.5)
        )
        return any(agrees_roughly(self.own, computed, factor) for factor in factors)

    def _pairs(self) -> Iterator[tuple[Variant, ...]]:
        """The pairs to try, in this order: both mistakes explain a part; one mistake with a mistake of scale,
        if every gradient is wrong; one of the two explains a part; both change every wrong gradient."""
        every = self._variants()
        names = frozenset(self.first.grads)
        parts = [part for variant in every if (part := self._part(variant)).explains and part.leaves]
        parts.sort(key=lambda part: -len(part.explains))
        for at, part in enumerate(parts):
            for larger in parts[:at]:
                if part.leaves <= larger.variant.touches and _fit_together(part.variant, larger.variant):
                    yield larger.variant, part.variant
        if all(wrong == names for wrong in self.wrong.values()):
            for variant in every:
                yield (variant,)
        partial = {id(part.variant) for part in parts}
        for part in parts:
            for variant in every:
                if (
                    id(variant) not in partial
                    and part.leaves <= variant.touches
                    and _fit_together(part.variant, variant)
                ):
                    yield part.variant, variant
        most = max(self.wrong.values(), key=len)
        reaching = [variant for variant in every if most <= variant.touches and id(variant) not in partial]
        for at, variant in enumerate(reaching):
            for earlier in reaching[:at]:
                if _fit_together(variant, earlier):
                    yield variant, earlier

    def _part(self, variant: Variant) -> Part:
        """The wrong gradients that this mistake explains, and those that would still be wrong with it."""
        computed = self.first.right.branch(variant.changes)
        best = Part(variant, frozenset(), frozenset())
        for law, wrong in self.wrong.items():
            factor = LAWS[law].of(self.first.batch)
            explains = frozenset(
                n
                for n in wrong & variant.touches
                if self._near(n, computed, factor) and agrees(self.first, computed, factor, frozenset([n]))
            )
            if len(explains) > len(best.explains):
                spoiled = {
                    n
                    for n in variant.touches - wrong
                    if not agrees(self.first, computed, factor, frozenset([n]))
                }
                best = Part(variant, explains, (wrong - explains) | spoiled)
        return best

    def _near(self, name: str, computed: Pass, factor: float) -> bool:
        """A quick test of one entry of this gradient."""
        layer, bias = divmod(self.first.batch.names.index(name), 2)
        got, want = self.first.grads[name], (computed.b_bar if bias else computed.w_bar)[layer + 1]
        if got.shape != want.shape:
            return False
        if computed.net.penalty and not bias:
            return True
        a, b = float(got.flat[0]), factor * float(want.flat[0])
        return abs(a - b) <= ALIKE * (abs(a) + abs(b)) + 1e-12


def _fit_together(one: Variant, other: Variant) -> bool:
    return one.mistake.id != other.mistake.id and not (one.changes.keys() & other.changes.keys())


def without_repeats(explanations: Sequence[Explanation]) -> list[Explanation]:
    """Each set of mistakes once; if one fits at several places, the most specific explanation."""
    by_ids: dict[frozenset[str], Explanation] = {}
    for explanation in explanations:
        known = by_ids.get(explanation.ids)
        if known is None or _places(explanation) > _places(known):
            by_ids[explanation.ids] = explanation
    return list(by_ids.values())


def _places(explanation: Explanation) -> int:
    """How many of the mistakes are in one layer alone."""
    return sum(variant.layer > 0 for variant in explanation.variants)
