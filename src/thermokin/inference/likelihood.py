"""How likely click records are under a model: exactly, by its motion between clicks, with derivatives.

The state after a click is propagated by the generator without the clicks of live detectors; a click of detector l
multiplies by its part of the generator. The likelihood is the product of all weights. With x the state after a click,
of trace one, and y the row by which the rest of the record multiplies it, y x = 1, each step adds

    d ln p = y' [dJ E(t) x] / w + y' J dE(t) x / w,    E(t) = exp(L_0 t),    w = tr J E(t) x,

so that two passes over the record, forwards and backwards, give the derivatives with respect to any number of
parameters. Clicks that leave one state behind cut the record into parts that are walked side by side; where there are
none, so do blocks, of which is known first what they make of any state.
"""

from __future__ import annotations

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import FloatArray, IntArray
from thermokin.inference.observed_generator import ObservedGenerator
from thermokin.inference.record_parts import RecordParts, record_parts
from thermokin.inference.timeline import ENDED, Timeline
from thermokin.numerics.many_propagators import ManyPropagators, many_propagators

__all__ = ["Likelihood"]


class Likelihood:
    """ln p of records.

    Args:
        observed: the model as its detectors see it.
        line: the steps of the records.
        opening: (r,) the detector at whose click each run began, -1 for none.
        initial: (n,) the state in which runs without an opening click began; None for the steady state.
    """

    def __init__(
        self, observed: ObservedGenerator, line: Timeline, opening: IntArray, initial: FloatArray | None
    ) -> None:
        self.observed, self.line, self.opening, self.initial = observed, line, opening, initial
        self._first = np.searchsorted(line.run, np.arange(opening.size))

    @cached_property
    def _motion(self) -> list[ManyPropagators]:
        longest = [float(self.line.duration[self.line.mask == g].max(initial=0.0)) for g in range(len(self.line.live))]
        return [
            many_propagators(self.observed.quiet(live), horizon or 1.0)
            for live, horizon in zip(self.line.live, longest, strict=True)
        ]

    @cached_property
    def _parts(self) -> RecordParts:
        return record_parts(self.line, self._first, np.array([one is not None for one in self.observed.resets]))

    @cached_property
    def _products(self) -> FloatArray:
        """(k, n, n) what each part that hands a state on or takes one makes of any state, but for a factor."""
        parts, size = self._parts, self.observed.trace.size
        found = np.zeros((parts.begins.size, size, size))
        held = np.flatnonzero(parts.chained)
        now = np.broadcast_to(np.eye(size), (held.size, size, size)).copy()
        for number in range(int(parts.lengths[held].max(initial=0))):
            going = np.flatnonzero(parts.lengths[held] > number)
            steps = np.repeat(parts.begins[held[going]] + number, size)
            moved = self._clicked(self._moved(now[going].reshape(-1, size), steps), self.line.event[steps])
            moved = moved.reshape(-1, size, size)
            largest = np.abs(moved).max(axis=(1, 2), keepdims=True)
            now[going] = moved / np.where(largest > 0.0, largest, 1.0)
        found[held] = now
        return found

    def _enter(self, before: FloatArray) -> None:
        """Fill in the states in which parts begin that go on from others."""
        parts, trace = self._parts, self.observed.trace
        for part in np.flatnonzero(parts.follows):
            state = before[parts.begins[part - 1]] @ self._products[part - 1]
            with np.errstate(divide="ignore", invalid="ignore"):
                before[parts.begins[part]] = state / (state @ trace)

    def _ends(self, before: FloatArray) -> FloatArray:
        """(k, n) the rows by which what follows multiplies the state that each part ends in."""
        parts = self._parts
        found = np.broadcast_to(self.observed.trace, (parts.begins.size, before.shape[1])).copy()
        for part in np.flatnonzero(parts.follows)[::-1]:
            row = self._products[part] @ found[part]
            found[part - 1] = row / (row @ before[parts.begins[part]])
        return found

    @cached_property
    def _begun(self) -> FloatArray:
        """(r, n) the state in which each run begins."""
        observed = self.observed
        found = np.empty((self.opening.size, observed.trace.size))
        for label in np.unique(self.opening):
            if label < 0:
                found[self.opening == label] = observed.stationary if self.initial is None else self.initial
            else:
                after = observed.clicks[label] @ observed.stationary
                found[self.opening == label] = after / (observed.trace @ after)
        return found

    @cached_property
    def _forwards(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """States before and after each step's motion (m, n), and the weight of each step (m,)."""
        line, observed = self.line, self.observed
        before = np.empty((line.run.size, observed.trace.size))
        moved, weight = np.empty_like(before), np.empty(line.run.size)
        begins, lengths = self._parts.begins, self._parts.lengths
        for label, reset in enumerate(observed.resets):
            if reset is not None:
                before[begins[line.event[begins - 1] == label]] = reset
        before[self._first] = self._begun
        self._enter(before)
        order = np.argsort(-lengths, kind="stable")
        begins, lengths = begins[order], lengths[order]
        for number in range(int(lengths[0])):
            now = begins[: np.searchsorted(-lengths, -number, side="left")] + number
            moved[now] = self._moved(before[now], now)
            after = self._clicked(moved[now], line.event[now])
            weight[now] = after @ observed.trace
            going = lengths[: now.size] > number + 1
            with np.errstate(divide="ignore", invalid="ignore"):
                before[now[going] + 1] = after[going] / weight[now[going], None]
        return before, moved, weight

    def _moved(self, states: FloatArray, steps: IntArray) -> FloatArray:
        found = np.empty_like(states)
        for mask in np.unique(self.line.mask[steps]):
            own = self.line.mask[steps] == mask
            found[own] = self._motion[mask].moved(states[own], self.line.duration[steps[own]])
        return found

    def _pulled(self, rows: FloatArray, steps: IntArray) -> FloatArray:
        found = np.empty_like(rows)
        for mask in np.unique(self.line.mask[steps]):
            own = self.line.mask[steps] == mask
            found[own] = self._motion[mask].pulled(rows[own], self.line.duration[steps[own]])
        return found

    def _clicked(self, states: FloatArray, events: IntArray) -> FloatArray:
        found = states.copy()
        for label in np.unique(events[events >= 0]):
            own = events == label
            found[own] = states[own] @ self.observed.clicks[label].T
        return found

    @cached_property
    def value(self) -> float:
        """Ln p; -inf where a record cannot be."""
        weight = self._forwards[2]
        if not (weight > 0.0).all():
            return -np.inf
        return float(np.log(weight).sum())

    @cached_property
    def impossible(self) -> IntArray:
        """The steps whose weight is zero, or lost in rounding."""
        return np.flatnonzero(~(self._forwards[2] > 0.0))

    @cached_property
    def _backwards(self) -> tuple[FloatArray, FloatArray]:
        """Rows after each step's click (m, n) and after its motion, each of product one with the state there."""
        line, observed = self.line, self.observed
        weight = self._forwards[2]
        after, ahead = np.empty_like(self._forwards[0]), np.empty_like(self._forwards[0])
        start = np.empty((line.run.size, observed.trace.size))
        begins, lengths, ends = self._parts.begins, self._parts.lengths, self._ends(self._forwards[0])
        order = np.argsort(-lengths, kind="stable")
        begins, lengths, ends = begins[order], lengths[order], ends[order]
        for number in range(int(lengths[0]) - 1, -1, -1):
            now = begins[: np.searchsorted(-lengths, -number, side="left")] + number
            last = lengths[: now.size] == number + 1
            # The row behind a reset belongs to the next part; in this part only its product with the state counts.
            row = np.where(last[:, None], ends[: now.size], start[np.minimum(now + 1, line.run.size - 1)])
            ahead[now] = self._unclicked(row, line.event[now]) / weight[now, None]
            start[now] = self._pulled(ahead[now], now)
        after[:-1] = start[1:]
        after[line.event == ENDED] = observed.trace
        return after, ahead

    def _unclicked(self, rows: FloatArray, events: IntArray) -> FloatArray:
        found = rows.copy()
        for label in np.unique(events[events >= 0]):
            own = events == label
            found[own] = rows[own] @ self.observed.clicks[label]
        return found

    @property
    def _first_rows(self) -> FloatArray:
        """(r, n) the rows by which all that follows multiplies the states in which runs begin."""
        return self._pulled(self._backwards[1][self._first], self._first)

    def slope(self, generator: FloatArray, clicks: FloatArray) -> FloatArray:
        """D ln p.

        Args:
            generator: dL (p, n, n).
            clicks: dJ (p, l, n, n).

        Returns:
            (p,).
        """
        line, observed = self.line, self.observed
        before, moved, weight = self._forwards
        after, ahead = self._backwards
        found = np.zeros(len(generator))
        for label in np.unique(line.event[line.event >= 0]):
            own = line.event == label
            paired = np.einsum("mi,mj->ij", after[own] / weight[own, None], moved[own])
            found += np.einsum("pij,ij->p", clicks[:, label], paired)
        for mask, live in enumerate(line.live):
            own = line.mask == mask
            quiet = generator - clicks[:, live].sum(axis=1)
            found += self._motion[mask].slope(ahead[own], before[own], line.duration[own], quiet)
        rows = self._first_rows
        for label in np.unique(self.opening):
            own = self.opening == label
            if label >= 0:
                found += self._opened(rows[own].sum(axis=0), int(own.sum()), generator, clicks, int(label))
            elif self.initial is None:
                found += observed.stationary_slope(rows[own].sum(axis=0), generator)
        return found

    def _opened(self, row: FloatArray, runs: int, generator: FloatArray, clicks: FloatArray, label: int) -> FloatArray:
        """By the state that an opening click leaves, J rho / tr J rho."""
        observed = self.observed
        click, steady = observed.clicks[label], observed.stationary
        weight = float(observed.trace @ click @ steady)
        left = (row - runs * observed.trace) / weight
        return np.asarray(
            np.einsum("i,pij,j->p", left, clicks[:, label], steady) + observed.stationary_slope(left @ click, generator)
        )

    @cached_property
    def survived(self) -> FloatArray:
        """(m,) the probability that no detector clicked within each step, given all before."""
        return np.asarray(self._forwards[1] @ self.observed.trace)

    def intensities(self, steps: IntArray) -> FloatArray:
        """The rate at which each detector clicks at the end of steps, given all before.

        Args:
            steps: which (s,).

        Returns:
            (s, l) [1/time]; 0 for a detector that is dead.
        """
        rows = np.einsum("i,lij->lj", self.observed.trace, self.observed.clicks)
        moved = self._forwards[1][steps]
        found = np.maximum(moved @ rows.T / (moved @ self.observed.trace)[:, None], 0.0)
        return np.where(self.line.live[self.line.mask[steps]], found, 0.0)
