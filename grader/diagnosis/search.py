"""Which mistakes of the catalogue explain what a student's function returned, on every draw."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grader.diagnosis.fitting import Seen, agrees, agrees_roughly, departing, ratio
from reference.mistakes import Pass, Variant, net_variants
from reference.mistakes.nets import Changes
from reference.mistakes.scales import LAWS, MEAN, SUM, scale_names

BUDGET_S = 0.05  # of computing, for two mistakes at once
ALIKE = 1e-6


@dataclass(frozen=True)
class Explained:
    """What explains the gradients: mistakes at their places, and mistakes of scale, by name; the largest
    relative error of the match."""

    variants: tuple[Variant, ...]
    scales: tuple[str, ...]
    error: float
    law: str = MEAN

    @property
    def names(self) -> tuple[str, ...]:
        """The mistakes, those of one place first."""
        return (*(variant.name for variant in self.variants), *self.scales)

    @property
    def ids(self) -> frozenset[str]:
        """The mistakes whatever their place."""
        return frozenset(name.partition(":")[0] for name in self.names)


@dataclass(frozen=True)
class Part:
    """A mistake, the departing gradients that it explains alone, and those that it leaves or spoils."""

    variant: Variant
    explains: frozenset[str]
    leaves: frozenset[str]


class Search:
    """One student's gradients on several draws (the first is used to sort out, the others to confirm), and
    on the failed test's own inputs. `laws` are the averages that the task allows."""

    def __init__(
        self,
        draws: Sequence[Seen],
        own: Seen | None,
        laws: Sequence[str],
        known: frozenset[str] = frozenset(),
    ) -> None:
        self.draws, self.own, self.laws = tuple(draws), own, tuple(laws)
        self.first = self.draws[0]
        self.off = departing(self.first, self.laws)
        self.ran_out, self.known = False, known
        self._every: list[Variant] = []

    @property
    def agrees_with_right(self) -> bool:
        """Whether the gradients are right on our draws, under a law that is allowed."""
        return any(
            all(agrees(seen, seen.right, LAWS[law].of(seen.batch)) for seen in self.draws[:2])
            for law in self.laws
        )

    def single(self) -> list[Explained]:
        """Every mistake that alone explains all draws; the same mistake in other places counts once."""
        for variant in self._variants() if self.known else ():
            if variant.name in self.known and (found := self._explained((variant,), 0)):
                return found
        found = self._explained((), 1)
        for variant in self._variants():
            if variant.slip.any_scale or any(off <= variant.touches for off in self.off.values()):
                found += self._explained((variant,), 0)
        return self._sorted_out(found)

    def double(self) -> list[Explained]:
        """Every two mistakes that together explain all draws, as far as the time allows."""
        end = time.thread_time() + BUDGET_S
        found = self._explained((), 2)
        for pair in self._pairs():
            if time.thread_time() > end:
                self.ran_out = not found
                break
            found += self._explained(pair, 2 - len(pair))
        return self._sorted_out(found)

    def explained(self, variant: Variant) -> list[Explained]:
        """This mistake, if it alone explains all draws."""
        return self._explained((variant,), 0)

    def _variants(self) -> list[Variant]:
        self._every = self._every or list(net_variants(self.first.right.net, self.first.batch))
        return self._every

    def _explained(self, variants: tuple[Variant, ...], scales: int) -> list[Explained]:
        """These mistakes with exactly so many of scale, if they explain every draw."""
        changes = {key: step for variant in variants for key, step in variant.changes.items()}
        found = self._explained_from(variants, changes, scales, "")
        if not found and any(variant.slip.bent for variant in variants):
            for law in self.laws:
                found = found or self._explained_from(variants, changes, scales, law)
        return found

    def _explained_from(
        self, variants: tuple[Variant, ...], changes: Changes, scales: int, law_in: str
    ) -> list[Explained]:
        """The same, with the average of `law_in` taken where the backward pass begins."""
        free = any(variant.slip.any_scale for variant in variants)
        factors, error = [], 0.0
        for seen in self.draws:
            right = self._right(seen, law_in)
            made = right.branch(changes) if changes else right
            if not scales and not free and not law_in and not self._alike(seen, made):
                return []
            fit = ratio(seen, made)
            if fit is None:
                return []
            factors.append((fit.factor * right.scale, seen.batch))
            error = max(error, fit.error)
        law, names = scale_names(factors, (MEAN, SUM) if free else self.laws, scales)
        fitting = [Explained(variants, each, error, law) for each in names if len(each) == scales]
        return fitting if fitting and self._own_agrees(changes, law_in) else []

    def _right(self, seen: Seen, law_in: str) -> Pass:
        """The right pass of a draw, its signals averaged from the beginning if a law says so."""
        if not law_in:
            return seen.right
        return Pass(seen.right.net, seen.batch, scale=LAWS[law_in].of(seen.batch)).run()

    def _alike(self, seen: Seen, made: Pass) -> bool:
        """A quick look: whether one entry of a gradient is near, under some law."""
        name = seen.batch.names[1] if made.net.penalty else seen.batch.names[0]
        got, want = seen.grads[name], made.b_bar[1] if made.net.penalty else made.w_bar[1]
        if got.shape != want.shape:
            return False
        if made.net.penalty and ("penalty", 0) in made.changes:
            return True
        at = int(np.argmax(np.abs(got))) if got.size else 0
        a, b = float(got.flat[at]), float(want.flat[at])
        return any(
            abs(a - f * b) <= ALIKE * (abs(a) + abs(f * b))
            for f in (LAWS[law].of(seen.batch) for law in self.laws)
        )

    def _sorted_out(self, found: Sequence[Explained]) -> list[Explained]:
        """Each set of mistakes once, of those that read the task's first law if there are any."""
        first = [each for each in found if each.law == self.laws[0]]
        return once(first or found)

    def _own_agrees(self, changes: Changes, law_in: str) -> bool:
        """Whether the failed test's own gradients agree too; its inputs may be extreme."""
        if self.own is None:
            return True
        right = self._right(self.own, law_in)
        made = right.branch(changes) if changes else right
        if ratio(self.own, made) is not None:
            return True
        factors = (
            s * m * law.of(self.own.batch) / right.scale
            for law in LAWS.values()
            for s in (1, -1)
            for m in (1, 2, 0.5)
        )
        return any(agrees_roughly(self.own, made, factor) for factor in factors)

    def _pairs(self) -> Iterator[tuple[Variant, ...]]:
        """Two mistakes of which each explains a part; then two of which one does; one with a mistake of
        scale, where every gradient departs; any two that reach every gradient that departs."""
        every = self._variants()
        names = frozenset(self.first.grads)
        parts = [part for variant in every if (part := self._part(variant)).explains and part.leaves]
        parts.sort(key=lambda part: -len(part.explains))
        for at, one in enumerate(parts):
            for other in parts[:at]:
                if one.leaves <= other.variant.touches and _fit_together(one.variant, other.variant):
                    yield other.variant, one.variant
        if all(off == names for off in self.off.values()):
            for variant in every:
                yield (variant,)
        partial = {id(part.variant) for part in parts}
        for one in parts:
            for variant in every:
                if (
                    id(variant) not in partial
                    and one.leaves <= variant.touches
                    and _fit_together(one.variant, variant)
                ):
                    yield one.variant, variant
        worst = max(self.off.values(), key=len)
        reaching = [variant for variant in every if worst <= variant.touches and id(variant) not in partial]
        for at, one_of in enumerate(reaching):
            for other_of in reaching[:at]:
                if _fit_together(one_of, other_of):
                    yield one_of, other_of

    def _part(self, variant: Variant) -> Part:
        """Of the gradients that depart: those that this mistake explains; and all that it leaves."""
        made = self.first.right.branch(variant.changes)
        best = Part(variant, frozenset(), frozenset())
        for law, off in self.off.items():
            factor = LAWS[law].of(self.first.batch)
            explains = frozenset(
                n
                for n in off & variant.touches
                if self._near(n, made, factor) and agrees(self.first, made, factor, frozenset([n]))
            )
            if len(explains) > len(best.explains):
                spoilt = {
                    n for n in variant.touches - off if not agrees(self.first, made, factor, frozenset([n]))
                }
                best = Part(variant, explains, (off - explains) | spoilt)
        return best

    def _near(self, name: str, made: Pass, factor: float) -> bool:
        """A quick look at one entry."""
        layer, bias = divmod(self.first.batch.names.index(name), 2)
        got, want = self.first.grads[name], (made.b_bar if bias else made.w_bar)[layer + 1]
        if got.shape != want.shape:
            return False
        if made.net.penalty and not bias:
            return True
        a, b = float(got.flat[0]), factor * float(want.flat[0])
        return abs(a - b) <= ALIKE * (abs(a) + abs(b)) + 1e-12


def _fit_together(one: Variant, other: Variant) -> bool:
    return one.slip.id != other.slip.id and not (one.changes.keys() & other.changes.keys())


def once(found: Sequence[Explained]) -> list[Explained]:
    """Each set of mistakes once; of one mistake at several places, the place that says most."""
    kept: dict[frozenset[str], Explained] = {}
    for explained in found:
        known = kept.get(explained.ids)
        if known is None or _places(explained) > _places(known):
            kept[explained.ids] = explained
    return list(kept.values())


def _places(explained: Explained) -> int:
    return sum(variant.layer > 0 for variant in explained.variants)
