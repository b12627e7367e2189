"""Which slips of the catalogue explain what a student's function returned, on every draw."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.examiner.diagnosing.fitting import Seen, agrees, agrees_roughly, departing, ratio
from reference.mistakes import Variant, net_variants
from reference.slips.nets import Changes
from reference.slips.scales import LAWS, MEAN, SUM, scale_names

BUDGET_S = 0.05  # of computing, for two slips at once


@dataclass(frozen=True)
class Explained:
    """What explains the gradients: slips at their places, and slips of scale, by name; the largest
    relative error of the match."""

    variants: tuple[Variant, ...]
    scales: tuple[str, ...]
    error: float
    law: str = MEAN

    @property
    def names(self) -> tuple[str, ...]:
        """The slips, those of one place first."""
        return (*(variant.name for variant in self.variants), *self.scales)

    @property
    def ids(self) -> frozenset[str]:
        """The slips whatever their place."""
        return frozenset(name.partition(":")[0] for name in self.names)


class Search:
    """One student's gradients on several draws (the first is used to sort out, the others to confirm), and
    on the failed test's own inputs. `laws` are the averages that the task allows."""

    def __init__(self, draws: Sequence[Seen], own: Seen | None, laws: Sequence[str]) -> None:
        self.draws, self.own, self.laws = tuple(draws), own, tuple(laws)
        self.first = self.draws[0]
        self.off = departing(self.first, self.laws)
        self.ran_out = False

    @property
    def agrees_with_right(self) -> bool:
        """Whether the gradients are right on our draws, under a law that is allowed."""
        return any(
            all(agrees(seen, seen.right, LAWS[law].of(seen.batch)) for seen in self.draws)
            for law in self.laws
        )

    def single(self) -> list[Explained]:
        """Every slip that alone explains all draws; the same slip in other places counts once."""
        found = self._explained((), 1)
        for variant in net_variants(self.first.right.net, self.first.batch):
            if variant.slip.any_scale or any(off <= variant.touches for off in self.off.values()):
                found += self._explained((variant,), 0)
        return self._sorted_out(found)

    def double(self) -> list[Explained]:
        """Every two slips that together explain all draws, as far as the time allows."""
        end = time.thread_time() + BUDGET_S
        found = self._explained((), 2)
        for pair in self._pairs():
            if time.thread_time() > end:
                self.ran_out = True
                break
            found += self._explained(pair, 2 - len(pair))
        return self._sorted_out(found)

    def still(self, found: Sequence[Explained], seen: Seen) -> list[Explained]:
        """Those of the explanations that hold on another draw too."""
        other = Search([seen], None, self.laws)
        return [
            each
            for each in found
            if each.names in [e.names for e in other._explained(each.variants, len(each.scales))]
        ]

    def explained(self, variant: Variant) -> list[Explained]:
        """This slip, if it alone explains all draws."""
        return self._explained((variant,), 0)

    def _explained(self, variants: tuple[Variant, ...], scales: int) -> list[Explained]:
        """These slips with exactly so many of scale, if they explain every draw."""
        changes = {key: step for variant in variants for key, step in variant.changes.items()}
        factors, error = [], 0.0
        for seen in self.draws:
            fit = ratio(seen, seen.right.branch(changes))
            if fit is None:
                return []
            factors.append((fit.factor, seen.batch))
            error = max(error, fit.error)
        free = any(variant.slip.any_scale for variant in variants)
        law, names = scale_names(factors, (MEAN, SUM) if free else self.laws, scales)
        fitting = [Explained(variants, each, error, law) for each in names if len(each) == scales]
        return fitting if fitting and self._own_agrees(changes) else []

    def _sorted_out(self, found: Sequence[Explained]) -> list[Explained]:
        """Each set of slips once, of those that read the task's first law if there are any."""
        first = [each for each in found if each.law == self.laws[0]]
        return once(first or found)

    def _own_agrees(self, changes: Changes) -> bool:
        """Whether the failed test's own gradients agree too; its inputs may be extreme."""
        if self.own is None:
            return True
        made = self.own.right.branch(changes) if changes else self.own.right
        if ratio(self.own, made) is not None:
            return True
        factors = (
            s * m * law.of(self.own.batch) for law in LAWS.values() for s in (1, -1) for m in (1, 2, 0.5)
        )
        return any(agrees_roughly(self.own, made, factor) for factor in factors)

    def _pairs(self) -> Iterator[tuple[Variant, ...]]:
        """One slip with a slip of scale; then two, of which one alone explains a part; then any two
        that reach every gradient that departs."""
        every = list(net_variants(self.first.right.net, self.first.batch))
        for variant in every:
            yield (variant,)
        explains = [(variant, *self._part(variant)) for variant in every]
        for one, explained, left in sorted(explains, key=lambda e: -len(e[1])):
            if explained and left:
                for other in every:
                    if left <= other.touches and _fit_together(one, other):
                        yield one, other
        worst = max(self.off.values(), key=len)
        reaching = [variant for variant in every if worst <= variant.touches]
        for at, one in enumerate(reaching):
            for other in reaching[:at]:
                if _fit_together(one, other):
                    yield one, other

    def _part(self, variant: Variant) -> tuple[frozenset[str], frozenset[str]]:
        """Of the gradients that depart: those that this slip explains; and all that it leaves."""
        made = self.first.right.branch(variant.changes)
        best: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset(self.first.grads))
        for law, off in self.off.items():
            factor = LAWS[law].of(self.first.batch)
            right = frozenset(n for n in self.first.grads if agrees(self.first, made, factor, frozenset([n])))
            if len(right & off) > len(best[0]):
                best = right & off, frozenset(self.first.grads) - right
        return best


def _fit_together(one: Variant, other: Variant) -> bool:
    return one.slip.id != other.slip.id and not (one.changes.keys() & other.changes.keys())


def once(found: Sequence[Explained]) -> list[Explained]:
    """Each set of slips once; of one slip at several places, the place that says most."""
    kept: dict[frozenset[str], Explained] = {}
    for explained in found:
        known = kept.get(explained.ids)
        if known is None or _places(explained) > _places(known):
            kept[explained.ids] = explained
    return list(kept.values())


def _places(explained: Explained) -> int:
    return sum(variant.layer > 0 for variant in explained.variants)
