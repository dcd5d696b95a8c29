"""Propagation by a Bloch-Redfield generator at one point, and where on its way a matrix is no state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray

__all__ = ["RedfieldMotion", "Slip", "slip_of"]

DEFECTIVE = 1e8  # condition of the eigenvectors beyond which exponentials are taken one by one
FIRST, EARLY, LATE = 24, 1200, 600  # times at which eigenvalues are looked for
ROUNDS, PLACES, CLOSER = 3, 6, 96  # of refinement, at how many minima, by how many times about each at most
PER_TURN = 16.0  # of them in a period of the fastest motion
RELAXED = 40.0  # times of the slowest decay after which nothing moves
WALKS, AROUND = 6, 96  # how often, and how many times either way
GROWN = 30.0  # times the growth of what runs away, after which there is nothing more to learn
HALVINGS = 50


@dataclass(frozen=True, eq=False)
class RedfieldMotion:
    """rho(t) = e^{L t} rho(0) at one point.

    Args:
        matrix: L (n, n) on matrices read row by row.
        start: rho(0) (d, d).
    """

    matrix: ComplexArray
    start: ComplexArray

    @cached_property
    def _modes(self) -> tuple[ComplexArray, ...] | None:
        """Exponents, right eigenvectors and the parts of the start; None where these are too skew."""
        exponents, vectors = np.linalg.eig(self.matrix)
        if np.linalg.cond(vectors) > DEFECTIVE:
            return None
        parts = np.linalg.solve(vectors, self.start.reshape(-1))
        return tuple(np.asarray(one, dtype=np.complex128) for one in (exponents, vectors, parts))

    @cached_property
    def exponents(self) -> ComplexArray:
        """Eigenvalues of L."""
        found = np.linalg.eigvals(self.matrix) if self._modes is None else self._modes[0]
        return np.asarray(found, dtype=np.complex128)

    def at(self, times: FloatArray) -> ComplexArray:
        """The matrices at some times (t, d, d).

        Args:
            times: (t,) >= 0 [time].

        Returns:
            Hermitian matrices.
        """
        size = self.start.shape[-1]
        if self._modes is None:
            from scipy.linalg import expm

            found = np.array([expm(self.matrix * time) @ self.start.reshape(-1) for time in times])
        else:
            exponents, vectors, parts = self._modes
            found = (np.exp(times[:, None] * exponents) * parts) @ vectors.T
        states = found.reshape(-1, size, size)
        states[times == 0.0] = self.start
        return np.asarray(0.5 * (states + states.conj().swapaxes(-1, -2)))

    def lowest(self, times: FloatArray) -> FloatArray:
        """The smallest eigenvalues (t,).

        Args:
            times: (t,) >= 0 [time].

        Returns:
            The eigenvalues.
        """
        return np.asarray(np.linalg.eigvalsh(self.at(times))[:, 0])

    @property
    def growth(self) -> float:
        """The largest real part of an exponent [1/time]; above 0 the equation runs away."""
        return float(self.exponents.real.max())

    @property
    def step(self) -> float:
        """A fraction of a period of the fastest motion [time]; 0 where nothing moves."""
        fastest = float(np.abs(self.exponents).max())
        return 2.0 * np.pi / fastest / PER_TURN if fastest > 0.0 else 0.0

    @cached_property
    def scan(self) -> FloatArray:
        """Times at which to look: just after the start, then evenly, some to a period, then ever wider apart."""
        fastest = float(np.abs(self.exponents).max())
        if fastest == 0.0:
            return np.zeros(1)
        decays = -self.exponents.real[self.exponents.real < -1e-12 * fastest]
        step = self.step
        first = step * np.geomspace(1e-4, 0.5, FIRST)
        early = np.asarray(step * np.arange(EARLY + 1), dtype=np.float64)
        end = RELAXED / float(decays.min()) if decays.size else early[-1]
        late = np.geomspace(early[-1], end, LATE + 1)[1:] if end > early[-1] else early[:0]
        every = np.concatenate([early[:1], first, early[1:], late])
        return np.asarray(every[every * self.growth <= GROWN], dtype=np.float64)


@dataclass(frozen=True)
class Slip:
    """Where a matrix is no state.

    Args:
        lowest: the smallest eigenvalue on the way.
        when: the time of that.
        duration: how long in all an eigenvalue is negative; inf where it stays so.
        last: when it is negative for the last time; 0 if never, inf where it stays so.
    """

    lowest: float
    when: float
    duration: float
    last: float


def slip_of(motion: RedfieldMotion, times: FloatArray, rounding: float) -> Slip:
    """Where an evolution leaves the states, on a scan of times that is refined at its finds.

    Args:
        motion: the evolution.
        times: times to be looked at as well (t,).
        rounding: an eigenvalue above minus this is not negative.

    Returns:
        What was found.
    """
    grid = np.unique(np.concatenate([motion.scan, times]))
    values = motion.lowest(grid)
    step = motion.step
    for _ in range(ROUNDS if grid.size > 1 else 0):
        padded = np.concatenate([[np.inf], values, [np.inf]])
        minima = np.flatnonzero((values <= padded[:-2]) & (values <= padded[2:]))
        lowest_first = minima[np.argsort(values[minima])][:PLACES]
        grid, values = _finer(motion, grid, values, lowest_first, step)
    for _ in range(WALKS if grid.size > 1 else 0):  # to minima some periods away, between which late times hardly fall
        here = grid[values.argmin()]
        around = here + step * np.arange(-AROUND, AROUND + 1)
        grid, values = _joined(motion, grid, values, around[(around > 0.0) & (around < grid[-1])])
        if grid[values.argmin()] == here:
            break
    for _ in range(4 if grid.size > 1 else 0):
        grid, values = _finer(motion, grid, values, np.array([values.argmin()]), 0.0)
    place = int(values.argmin())
    when, lowest = float(grid[place]), float(values[place])
    negative = values < -rounding
    if not negative.any():
        return Slip(lowest, when, 0.0, 0.0)
    ends = np.flatnonzero(negative[1:] != negative[:-1])
    crossings = [_crossing(lambda t: motion.lowest(np.array([t]))[0] + rounding, grid[k], grid[k + 1]) for k in ends]
    bounds = [0.0] * bool(negative[0]) + crossings
    if negative[-1]:
        return Slip(lowest, when, np.inf, np.inf)
    return Slip(lowest, when, float(np.sum(bounds[1::2]) - np.sum(bounds[::2])), float(bounds[-1]))


def _finer(
    motion: RedfieldMotion, grid: FloatArray, values: FloatArray, places: NDArray[np.intp], step: float
) -> tuple[FloatArray, FloatArray]:
    """The grid with more times between the neighbours of some places: a step apart, from 20 to `CLOSER`."""
    more = []
    for place in places:
        low, high = grid[max(place - 1, 0)], grid[min(place + 1, grid.size - 1)]
        count = 21 if step == 0.0 else int(np.clip((high - low) / step, 21, CLOSER))
        more.append(np.linspace(low, high, count)[1:-1])
    return _joined(motion, grid, values, np.concatenate(more))


def _joined(
    motion: RedfieldMotion, grid: FloatArray, values: FloatArray, added: FloatArray
) -> tuple[FloatArray, FloatArray]:
    every, first = np.unique(np.concatenate([grid, added]), return_index=True)
    return every, np.concatenate([values, motion.lowest(added)])[first]


def _crossing(function: Callable[[float], float], low: float, high: float) -> float:
    below = function(low) < 0.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if (function(middle) < 0.0) == below else (low, middle)
    return 0.5 * (low + high)
