"""The orders of lambda(x), right and left, for one counted current; what rounding has done to each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.count_gauge import CountedLinks
from thermokin.counting.dark_states import could_be_counted, dark, dark_error
from thermokin.solvers.dense import DenseResolvent
from thermokin.solvers.resolvent import Gain, LeftSolves, Resolvent, Vectors

__all__ = ["ROUNDINGS", "CountedSeries", "after"]

EPSILON = float(np.finfo(np.float64).eps)
ROUNDINGS = 4.0 * EPSILON  # of an element of the generator, and of what a solve makes of it


@dataclass(frozen=True, eq=False)
class CountedSeries:
    """L_x r(x) = lambda(x) r(x), order by order in x, where L_x = L + sum_n x^n K_n / n!.

    c_n = sum_k C(n, k) <<1| K_k r_(n-k), L r_n = sum_k C(n, k) (c_k - K_k) r_(n-k), tr r_n = 0, and r_0 the steady
    state. The K_n are the jumps with the powers of what they count, in any gauge.

    Args:
        resolvent: of L.
        links: the jumps with what they count.
        factors: functions of a count, of which the K_n are made.
    """

    resolvent: Resolvent
    links: CountedLinks
    factors: tuple[Callable[[FloatArray], FloatArray], ...]

    @cached_property
    def gains(self) -> tuple[Gain, ...]:
        """K_1 .. K_n."""
        return tuple(self.links.gain(factor) for factor in self.factors)

    @cached_property
    def _sizes(self) -> tuple[Gain, ...]:
        """The sizes of all that is added in their elements."""
        return tuple(self.links.size(factor) for factor in self.factors)

    @cached_property
    def _solved(self) -> tuple[list[Vectors], list[FloatArray], FloatArray]:
        """The r_k (..., n, 1) below the last order, the c_k, and the backward error of the last solve."""
        trace, gains = self.resolvent.block.trace, self.gains
        states: list[Vectors] = [self.resolvent.stationary[..., None]]
        found: list[FloatArray] = []
        defect = np.zeros(())
        for order in range(1, len(gains) + 1):
            flows = _flows(gains, states, order)
            found.append(np.asarray(sum(np.einsum("n,...nm->...m", trace, flow)[..., 0].real for flow in flows)))
            if order == len(gains):
                break
            right = _right(states, found, flows)
            states.append(self.resolvent.drazin(right))
            defect = self.resolvent.backward_error(right, states[-1])
        return states, found, defect

    @cached_property
    def values(self) -> FloatArray:
        """c_1 .. c_n (..., n)."""
        values = np.stack(np.broadcast_arrays(*self._solved[1]), axis=-1)
        return np.where(self.dark[..., None], 0.0, values) if self.dark.any() else values

    @cached_property
    def dark(self) -> BoolArray:
        """Where nothing is counted, and solves may have no digit of that nothing (...)."""
        if not self.resolvent.delicate:
            return np.zeros((), dtype=bool)
        return dark(self.resolvent, self.links.weights)

    @property
    def defect(self) -> FloatArray:
        """The backward error of the last solve (...)."""
        return self._solved[2]

    @property
    def error(self) -> FloatArray:
        """The error of each c_k by rounding (..., n), from above as a rule: of solves, or of dark operators."""
        if not self.dark.any():
            return self.lost
        rates = [could_be_counted(self.resolvent, factor(self.links.weights)) for factor in self.factors]
        known = [dark_error(self.resolvent, rate, order) for order, rate in enumerate(rates, 1)]
        return np.where(self.dark[..., None], np.stack(np.broadcast_arrays(*known), axis=-1), self.lost)

    @property
    def lost(self) -> FloatArray:
        """What solves may have lost of each c_k (..., n); nothing in the dark, where none is needed."""
        return np.where(self.dark[..., None], 0.0, self._by_solves) if self.dark.any() else self._by_solves

    @cached_property
    def _by_solves(self) -> FloatArray:
        """An estimate from above of the error of each c_k by rounding (..., n).

        To first order an error d of the equation for r_m moves c_n by C(n, m) l_(n-m) d, with l(x) the left
        eigenvectors, l(x) r(x) = 1. Errors of L are relative to its elements and keep the trace. The difference of
        the c_n found from the right and from the left is added: it shows what no such error of L explains.
        """
        solves = self.resolvent.left
        if solves is None:
            return self._by_condition
        known = self.resolvent.known is not None
        found = [self._mean_error] if known else []
        if len(self.gains) == len(found):
            return np.asarray(found[0])[..., None]
        rows, other = self._left_orders(solves)
        rows = self._normalised(rows)
        driven = [] if self._eliminated is None else self._driven(rows)
        for order in range(1 + len(found), len(self.gains) + 1):
            total = 2.0 * np.abs(other[order - 1] - self._solved[1][order - 1])
            for place in range(order + 1):
                row = rows[order - place]
                moved = ROUNDINGS * self._moved(row, order, place)
                if place < order:
                    moved = moved + self._missed(solves, row, driven[order - place - 1 :], place)
                total = total + comb(order, place) * moved
            found.append(total)
        return np.stack(np.broadcast_arrays(*found), axis=-1)

    def _missed(self, solves: LeftSolves, row: Vectors, driven: list[Vectors], place: int) -> Any:
        """How far l, solved from the first of some rows, moves by what the solve for r_m misses (...)."""
        # By elimination that is told in two ways: parts that hardly anything joins are nearly level inside, and the
        # differences of l there, of which the one way makes use, have then no digit.
        flow = ROUNDINGS * solves.flow_error(row[..., 0], self._solved[0][place][..., 0])
        if not driven:
            return flow
        steps = 2.0 * self.resolvent.block.size  # there and back, and each rounds every rate
        return np.fmin(steps * flow, (np.abs(driven[0]) * self._misses[place]).sum(axis=(-2, -1)))

    @cached_property
    def _misses(self) -> list[Vectors]:
        """By how much elimination misses each element of r_0, r_1, ... (..., n, 1)."""
        assert self._eliminated is not None  # noqa: S101 - only asked for then
        states, values, _ = self._solved
        orders = range(1, len(self.gains))
        rights = [_right(states, values[:order], _flows(self.gains, states, order)) for order in orders]
        return _eliminated_errors(self._eliminated, rights)

    def _driven(self, rows: list[Vectors]) -> list[Vectors]:
        """What l_1, l_2, ... are solved from (..., n, 1)."""
        values, found = self._solved[1], list[Vectors]()
        for order in range(1, len(rows)):
            parts = enumerate(self.gains[:order], 1)
            flows = [comb(order, part) * after(rows[order - part], gain) for part, gain in parts]
            found.append(_right(rows, values[:order], flows))
        return found

    @property
    def _eliminated(self) -> DenseResolvent | None:
        """The generator, where its solves subtract nothing and the stationary vector is right in each element."""
        made = self.resolvent
        return made if isinstance(made, DenseResolvent) and made.closed and made.known is not None else None

    @property
    def _mean_error(self) -> FloatArray:
        """Of c_1 (...), where populations are known each to some n roundings of itself."""
        summed = (self._sizes[0] @ np.abs(self.resolvent.stationary[..., None])).sum(axis=(-2, -1))
        return np.asarray(2.0 * EPSILON * (self.resolvent.block.size + 1) * summed)

    def rows(self, solves: LeftSolves) -> list[Vectors]:
        """The left eigenvectors order by order, l(x) with l(x) r(x) = 1 where the trace of r(x) is one.

        Args:
            solves: those of the generator.

        Returns:
            l_0, l_1, ... l_n, each (..., n, 1).
        """
        return self._normalised(self._left_orders(solves)[0])

    def _left_orders(self, solves: LeftSolves) -> tuple[list[Vectors], list[FloatArray]]:
        """The l_k (..., n, 1) with l_k p = 0, and the c_k that they give."""
        values, state = self._solved[1], self.resolvent.stationary[..., None]
        rows: list[Vectors] = [self.resolvent.block.trace[:, None]]
        found: list[FloatArray] = []
        for order in range(1, len(self.gains) + 1):
            flows = [
                comb(order, part) * after(rows[order - part], self.gains[part - 1]) for part in range(1, order + 1)
            ]
            found.append(np.asarray(sum((flow * state).sum(axis=-2)[..., 0].real for flow in flows)))
            right = _right(rows, values[:order], flows)
            rows.append(solves.adjoint(right))
        return rows, found

    def _normalised(self, rows: list[Vectors]) -> list[Vectors]:
        """l(x) over l(x) r(x)."""
        states, out = self._solved[0], rows[:1]
        product = [
            sum(
                comb(order, part) * (rows[part] * states[order - part]).sum(axis=-2, keepdims=True)
                for part in range(max(0, order + 1 - len(states)), order + 1)
            )
            for order in range(len(rows))
        ]
        for order in range(1, len(rows)):
            less = sum(comb(order, part) * product[part] * out[order - part] for part in range(1, order + 1))
            out.append(rows[order] - less)
        return out

    def _moved(self, row: Vectors, order: int, place: int) -> Any:
        """How far l moves by errors of the right side for r_m that are a part of its terms (...)."""
        states, values, _ = self._solved
        size = np.abs(row)
        parts = range(1, place + 1)
        moved: Any = sum(
            comb(place, part) * (size * (self._sizes[part - 1] @ np.abs(states[place - part]))).sum(axis=(-2, -1))
            for part in parts
        )
        if place == order:  # the sum that gives c_n itself
            return moved
        return moved + sum(
            comb(place, part) * np.abs(values[part - 1]) * (size * np.abs(states[place - part])).sum(axis=(-2, -1))
            for part in parts
        )

    @property
    def _by_condition(self) -> FloatArray:
        """Without left vectors: what a solve leaves, more for higher orders."""
        sizes = np.maximum(np.abs(self.values), self.activity)
        return np.asarray(self.resolvent.solution_error * np.arange(1, len(self.gains) + 1) ** 2 * sizes)

    @cached_property
    def activity(self) -> FloatArray:
        """Jumps per time, each with the size of its weight in J_n (..., n): what could cancel in c_n."""
        block, state = self.resolvent.block, self.resolvent.stationary
        rows = (block.rate_row(np.abs(factor(self.links.weights))) for factor in self.factors)
        return np.stack(np.broadcast_arrays(*((row * state).sum(axis=-1).real for row in rows)), axis=-1)


def _flows(gains: tuple[Gain, ...], states: list[Vectors], order: int) -> list[Vectors]:
    """C(n, k) K_k r_(n-k) for k = 1 .. n."""
    return [comb(order, part) * (gains[part - 1] @ states[order - part]) for part in range(1, order + 1)]


def _right(states: list[Vectors], values: list[FloatArray], flows: list[Vectors]) -> Vectors:
    """What r_n is solved from, sum_k C(n, k) (c_k - K_k) r_(n-k), n of them (..., n, 1)."""
    order = len(values)
    parts = range(1, order + 1)
    held = (comb(order, part) * values[part - 1][..., None, None] * states[order - part] for part in parts)
    return np.asarray(sum(one - flow for one, flow in zip(held, flows, strict=True)))


def after(row: Vectors, gain: Gain) -> Vectors:
    """A row vector times a gain.

    Args:
        row: l (..., n, 1), as a column.
        gain: K, a matrix.

    Returns:
        l K (..., n, 1), likewise.
    """
    matrix: Any = gain
    return np.asarray(matrix.T @ row if matrix.ndim == 2 else matrix.swapaxes(-1, -2) @ row)


def _eliminated_errors(resolvent: DenseResolvent, rights: list[Vectors]) -> list[Vectors]:
    """From above, by how much each element of the r_k is missed, not counting what their right sides miss.

    A solve moves x by at most some n roundings of what |b| spreads to, each element by its own.

    Args:
        resolvent: of closed populations, its stationary vector r_0 right in each element.
        rights: what r_1, r_2, ... are solved from (..., n, 1).

    Returns:
        Of r_0, r_1, ... (..., n, 1).
    """
    share, rounding = np.abs(resolvent.stationary)[..., None], ROUNDINGS * (resolvent.block.size + 2)
    spread = (resolvent.spread(_traced(np.abs(right), share)) for right in rights)
    return [rounding * share, *(rounding * _traced(part, share) for part in spread)]


def _traced(vectors: Vectors, share: Vectors) -> Vectors:
    """Sizes of what is left once the trace is taken out along the stationary vector."""
    return np.asarray(vectors + share * vectors.sum(axis=-2, keepdims=True))
