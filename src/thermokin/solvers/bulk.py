"""Small machines in bulk: states, currents and noise of all points of a sweep by one list of operations."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import DegenerateSteadyStateError, LostPointsWarning, NotConvergedError
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.term_table import TermTable, term_table
from thermokin.model.chosen_points import ChosenPoints
from thermokin.numerics.row_program import Value, largest, size_of
from thermokin.solvers.method import Auto, Method
from thermokin.solvers.written_current import WrittenCurrent
from thermokin.solvers.written_generator import WrittenGenerator

__all__ = ["BulkMachine", "BulkNumbers", "bulk_machine", "completed"]

FEWEST_POINTS = 1000  # from which it pays to write the operations down
FEWEST_FOR_EACH = 64  # the same for each element of the generator
FEWEST_JUDGED = 1000  # points whose errors are looked at; fewer are left to other methods
MOST_COORDINATES = 20
MOST_DOUBTFUL = 0.25  # share of the points that another method takes up
GROWN = 1e4  # of a vector of no pattern under the inverse of the generator: from there on errors are looked at
TOLD = 1e-11  # error of a number, over it, with which it is then taken
STATIONARY = 1e-13  # residual with which a state is taken
SMALLEST = 1e-200  # closed population that is surely known to rounding of itself


@dataclass(frozen=True, eq=False)
class BulkNumbers:
    """What one run gave.

    Args:
        values: (..., m) the numbers.
        doubtful: (...) points at which they are not to be used.
    """

    values: FloatArray
    doubtful: BoolArray

    @property
    def doubtful_points(self) -> IntArray:
        """Their numbers in the flattened sweep (p,)."""
        return np.flatnonzero(self.doubtful)


@dataclass(frozen=True, eq=False)
class BulkMachine:
    """A sweep of a small model, whose sector with all populations is eliminated in the same order at every point.

    Args:
        liouvillian: the generator.
        terms: of that sector.
    """

    liouvillian: Liouvillian
    terms: TermTable

    @property
    def batch(self) -> tuple[int, ...]:
        """Leading axes of the sweep."""
        return self.liouvillian.model.batch_shape

    @cached_property
    def _count(self) -> int:
        return int(np.prod(self.batch))

    @cached_property
    def _written(self) -> WrittenGenerator:
        return WrittenGenerator(self.liouvillian, self.terms)

    @cached_property
    def solvable(self) -> bool:
        """Whether every coordinate has a pivot."""
        return self._written.factors is not None

    def state(self) -> BulkNumbers:
        """The stationary vector, and its residual last.

        Returns:
            (..., n + 1).
        """
        written = self._written
        # Closed populations are each known to some roundings of themselves, however slow the motion.
        doubts: list[Value] = _hard(written) + ([] if written.closed else [written.grown * (1.0 / GROWN)])
        outputs = [*(written.state[place] for place in range(self.terms.size)), written.residual]
        found = written.giving([*outputs, largest(doubts)], self._count)
        return self._numbers(found[:-1], ~(found[-1] < 1.0))

    def counted(self, weights: Sequence[FloatArray], cancels: float, *, noise: bool) -> BulkNumbers:
        """Currents, and the covariances of their pairs.

        Where the motion has slow modes, or most of what is counted goes back and forth, errors are looked at, and the
        point is doubtful if one of them is not small.

        Args:
            weights: of each current (..., k).
            cancels: rest of what is counted in either direction below which errors are looked at.
            noise: whether covariances are wanted.

        Returns:
            (..., m): the means, and the covariances C_00, C_10, C_11, C_20, ...
        """
        written = self._written
        currents = [WrittenCurrent(written, written.weights(one)) for one in weights]
        outputs = [current.mean for current in currents]
        if noise:
            outputs += [one.covariance(two) for one, two in _pairs(currents)]
        soft: list[Value] = [
            written.grown * (1.0 / GROWN),
            *(cancels * size_of(one.every / one.mean) for one in currents),
        ]
        *_, doubt, loss = found = written.giving([*outputs, largest(_hard(written)), largest(soft)], self._count)
        values, doubtful = found[:-2], ~(doubt < 1.0)
        points = np.flatnonzero(~(loss < 1.0) & ~doubtful)
        doubtful[points] = True
        if points.size >= FEWEST_JUDGED:
            doubtful[points] = ~self._told(weights, values[:, points], points)
        return self._numbers(values, doubtful)

    def _told(self, weights: Sequence[FloatArray], values: FloatArray, points: IntArray) -> BoolArray:
        """At which points (p,) numbers (m, p) have small errors."""
        count, sizes = len(weights), np.abs(values)
        error = self._errors(weights, points, noise=len(values) > count)
        if len(values) > count:  # a covariance that vanishes may be known as well as the noise of both
            one, two = np.tril_indices(count)
            sizes[count:] = np.sqrt(sizes[count:][one == two][one] * sizes[count:][one == two][two])
        return np.asarray((np.isfinite(error) & (error <= TOLD * sizes)).all(axis=0))

    def errors(self, weights: Sequence[FloatArray], *, noise: bool) -> FloatArray:
        """How far rounding may have moved what `counted` gives, from above as a rule.

        Args:
            weights: of each current (..., k).
            noise: whether covariances are wanted.

        Returns:
            (..., m).

        Cost:
            About three times that of the numbers.
        """
        found = self._errors(weights, None, noise=noise)
        return found.T.reshape(*self.batch, len(found))

    def _errors(self, weights: Sequence[FloatArray], points: IntArray | None, *, noise: bool) -> FloatArray:
        """At some points (m, p)."""
        written = self._written
        if points is not None and written.factors is not None:
            written = WrittenGenerator(self.liouvillian, self.terms, written.factors.pin, points)
        currents = [WrittenCurrent(written, written.weights(one)) for one in weights]
        pairs = _pairs(currents) if noise else []
        outputs = [one.mean_error for one in currents] + [one.covariance_error(two) for one, two in pairs]
        return written.giving(outputs, self._count if points is None else points.size)

    def _numbers(self, found: FloatArray, doubtful: BoolArray) -> BulkNumbers:
        """Of numbers (m, points)."""
        doubtful = doubtful | ~np.isfinite(found).all(axis=0)
        return BulkNumbers(found.T.reshape(*self.batch, len(found)), doubtful.reshape(self.batch))

    def frame_state(self, vector: FloatArray) -> FloatArray | ComplexArray:
        """The state that a vector stands for.

        Args:
            vector: (..., n).

        Returns:
            In the frame: populations (..., d) where they are closed, else the density matrix (..., d, d).
        """
        terms, size = self.terms, self.liouvillian.dimension
        if terms.places.size == terms.size:
            return vector[..., :size]
        state = np.zeros((*vector.shape[:-1], size, size), dtype=np.complex128)
        for number, ((row, column), imaginary) in enumerate(zip(terms.elements, terms.imaginary, strict=True)):
            if imaginary:
                state[..., row, column].imag = vector[..., number]
                state[..., column, row].imag = -vector[..., number]
            else:
                state[..., row, column].real = state[..., column, row].real = vector[..., number]
        return state

    def vector(self, frame_state: FloatArray | ComplexArray) -> FloatArray:
        """The vector that stands for a state.

        Args:
            frame_state: in the frame, as above.

        Returns:
            (..., n).
        """
        if self.terms.places.size == self.terms.size:
            return np.asarray(frame_state.real)
        values = frame_state[..., self.terms.elements[:, 0], self.terms.elements[:, 1]]
        return np.where(self.terms.imaginary, values.imag, values.real)


def bulk_machine(liouvillian: Liouvillian, method: Method) -> BulkMachine | None:
    """The machine that takes a sweep at once.

    Args:
        liouvillian: the generator.
        method: what was asked for.

    Returns:
        The machine; None where a sweep is short, a sector large or in parts, or a coherence undamped.
    """
    batch = liouvillian.model.batch_shape
    if not isinstance(method, Auto) or not batch or int(np.prod(batch)) < FEWEST_POINTS:
        return None
    if liouvillian.dimension > MOST_COORDINATES:
        return None
    terms = term_table(liouvillian)
    if terms is None or terms.size > MOST_COORDINATES:
        return None
    filled = np.unique(terms.generator.target * terms.size + terms.generator.source).size
    if not filled or int(np.prod(batch)) < FEWEST_FOR_EACH * filled:
        return None
    machine = BulkMachine(liouvillian, terms)
    return machine if machine.solvable else None


def completed(numbers: BulkNumbers, otherwise: Callable[[ChosenPoints], FloatArray]) -> FloatArray | None:
    """Numbers with those of the doubtful points found in another way.

    Args:
        numbers: what a machine gave.
        otherwise: gives the numbers (p, m) of some points.

    Returns:
        (..., m); None where many points are doubtful, or where that way too refuses or loses some, so that it has to
        take up the whole sweep and name them.
    """
    doubtful = numbers.doubtful_points
    if not doubtful.size:
        return numbers.values
    if doubtful.size > MOST_DOUBTFUL * numbers.doubtful.size:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error", LostPointsWarning)
        try:
            found = otherwise(ChosenPoints(numbers.doubtful.shape, doubtful))
        except (DegenerateSteadyStateError, NotConvergedError, ValueError, LostPointsWarning):
            return None
    values = numbers.values.copy()
    values.reshape(-1, values.shape[-1])[doubtful] = found
    return values


def _hard(written: WrittenGenerator) -> list[Value]:
    """Numbers that are below 1 where there is one steady state that was found."""
    if written.closed:  # without subtraction, a state that is there at all leaves no more than roundings of its flows
        return [SMALLEST / written.state[place] for place in written.places]
    return [written.flow * (1.0 / STATIONARY)]


def _pairs(currents: Sequence[WrittenCurrent]) -> list[tuple[WrittenCurrent, WrittenCurrent]]:
    return [(one, two) for number, one in enumerate(currents) for two in currents[: number + 1]]
