"""Small machines in bulk: steady states, currents and their noise of all points of a sweep by one list of operations."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._errors import DegenerateSteadyStateError, LostPointsWarning, NotConvergedError
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.term_table import Terms, TermTable, term_table
from thermokin.model.chosen_points import ChosenPoints
from thermokin.numerics.flattened_sweep import flattened
from thermokin.numerics.pattern_elimination import PatternElimination, eliminated
from thermokin.numerics.row_program import Row, RowProgram, Value, largest, total
from thermokin.solvers.method import Auto, Method

__all__ = ["BulkMachine", "BulkNumbers", "bulk_machine", "completed"]

FEWEST_POINTS = 1000  # from which it pays to write the operations down
MOST_COORDINATES = 16
MOST_DOUBTFUL = 0.25  # share of the points that another method takes up
GROWN = 1e4  # of a vector of no pattern under the inverse of the generator: more is left to other methods
STATIONARY = 1e-13  # residual with which a state is taken
SMALLEST = 1e-200  # closed population that is surely known to rounding of itself
SAMPLES = 64  # points that tell which population is likely


@dataclass(frozen=True, eq=False)
class BulkNumbers:
    """What one run gave.

    Args:
        values: (..., m) the numbers.
        doubtful: (...) points at which they are not to be used.
    """

    values: FloatArray
    doubtful: BoolArray


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
    def pin(self) -> int:
        """The population that is most likely, as far as some points tell."""
        first, step = int(self.terms.places[0]), max(1, self._count // SAMPLES)
        writing = _Writing(self, first, slice(None, None, step))
        if writing.factors is None:
            return first
        state = writing.factors.stationary()
        found = writing.program.giving([state[place] for place in writing.places]).run(len(range(0, self._count, step)))
        likely = np.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0).mean(axis=1)
        return int(self.terms.places[np.argmax(likely)])

    @cached_property
    def solvable(self) -> bool:
        """Whether every coordinate has a pivot."""
        return _Writing(self, self.pin).factors is not None

    def state(self) -> BulkNumbers:
        """The stationary vector, and its residual last.

        Returns:
            (..., n + 1).
        """
        writing = _Writing(self, self.pin)
        state, residual = writing.state, writing.residual
        return self._run(writing, [*(state[place] for place in range(self.terms.size)), residual], [])

    def counted(self, weights: Sequence[FloatArray], cancels: float, *, noise: bool) -> BulkNumbers:
        """Currents, and the covariances of their pairs.

        Args:
            weights: of each current (..., k).
            cancels: rest of what is counted in either direction below which a point is doubtful.
            noise: whether covariances are wanted.

        Returns:
            (..., m): the means, and the covariances C_00, C_10, C_11, C_20, ...
        """
        writing = _Writing(self, self.pin)
        currents = [_Counted(writing, writing.weights(one)) for one in weights]
        outputs = [current.mean for current in currents]
        if noise:
            outputs += [
                one.covariance(two) for number, one in enumerate(currents) for two in currents[: number + 1]
            ]
        return self._run(writing, outputs, [cancels * abs(one.every / one.mean) for one in currents])

    def _run(self, writing: _Writing, outputs: Sequence[Value], doubts: Sequence[Value]) -> BulkNumbers:
        """Values, and which points are doubtful: where a doubt is not below 1."""
        doubt = largest([*writing.doubts, *doubts])
        found = writing.program.giving([*outputs, doubt]).run(self._count)
        doubtful = ~(found[-1] < 1.0) | ~np.isfinite(found[:-1]).all(axis=0)
        return BulkNumbers(found[:-1].T.reshape(*self.batch, len(outputs)), doubtful.reshape(self.batch))

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


class _Writing:
    """Operations on a generator as they are written down.

    Args:
        machine: whose.
        pin: the population that is left.
        points: which ones of the flattened sweep.
    """

    def __init__(self, machine: BulkMachine, pin: int, points: slice = slice(None)) -> None:
        self.program, self._machine, self._points = RowProgram(), machine, points
        self._terms = machine.terms
        self.places = [int(place) for place in self._terms.places]
        self._inputs = [*self._hamiltonian(), *self._products()]
        self.elements = self._sums(self._terms.generator, self._inputs)
        self.factors: PatternElimination | None = eliminated(self.elements, self.places, pin)

    def numbers(self, values: NDArray[Any], own: int) -> Callable[[tuple[int, ...]], Value]:
        """What reads one number of every point: a row, or a constant."""
        if values.ndim == own:
            return lambda place: float(values[place])
        flat = flattened(values, own, self._machine.batch)[self._points]
        return lambda place: self.program.load(flat[(slice(None), *place)])

    def _hamiltonian(self) -> list[Value]:
        generator, found = self._machine.liouvillian.model.generator, self._terms.hamiltonian
        if not len(found):
            return []
        if generator.matrix is None:
            diagonal = self.numbers(generator.diagonal, 1)
            return [diagonal((int(row),)) for row, _, _ in found]
        parts = [self.numbers(part, 2) for part in (generator.matrix.real, generator.matrix.imag)]
        return [parts[imaginary]((int(row), int(column))) for row, column, imaginary in found]

    def _products(self) -> list[Value]:
        """The parts of a b* for all pairs of entries."""
        amplitude = self._machine.liouvillian.table.amplitude
        real = _once(self.numbers(amplitude.real, 1))
        imaginary = _once(self.numbers(amplitude.imag, 1)) if np.iscomplexobj(amplitude) else None
        found = []
        for one, two, turned in self._terms.pairs.tolist():
            product: Value = 0.0
            if turned and imaginary is not None:
                product = imaginary(one) * real(two) - real(one) * imaginary(two)
            else:
                product = real(one) * real(two)
                if imaginary is not None:
                    product = product + imaginary(one) * imaginary(two)
            found.append(product)
        return found

    def weights(self, weights: FloatArray) -> list[Value]:
        """What each channel counts."""
        one = self.numbers(weights, 1)
        if weights.ndim == 1:
            return [one((channel,)) for channel in range(weights.shape[-1])]
        live = weights.any(axis=tuple(range(weights.ndim - 1)))
        return [one((channel,)) if live[channel] else 0.0 for channel in range(weights.shape[-1])]

    def _sums(self, terms: Terms, inputs: Sequence[Value]) -> dict[tuple[int, int], Value]:
        """Matrix elements, by row and column."""
        parts: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for target, source, which, factor in zip(
            terms.target.tolist(), terms.source.tolist(), terms.which.tolist(), terms.factor.tolist(), strict=True
        ):
            parts.setdefault((target, source), []).append((which, factor))
        found = {place: _combined(part, inputs) for place, part in parts.items()}
        return {place: value for place, value in found.items() if isinstance(value, Row) or value != 0.0}

    def jumps(self, weights: Sequence[Value]) -> dict[tuple[int, int], Value]:
        """The elements of what jumps lead to, each times what it counts."""
        first = len(self._terms.hamiltonian)
        pairs = [
            weights[channel] * product
            for channel, product in zip(self._terms.channel.tolist(), self._inputs[first:], strict=True)
        ]
        return self._sums(self._terms.jumps, pairs)

    @cached_property
    def state(self) -> dict[int, Value]:
        """The stationary vector."""
        assert self.factors is not None  # noqa: S101 - asked before
        return self.factors.stationary()

    def solve(self, right: Mapping[int, Value]) -> dict[int, Value]:
        """The x with L x = b whose pinned element is zero."""
        assert self.factors is not None  # noqa: S101 - asked before
        return self.factors.solve(right)

    @cached_property
    def _scale(self) -> Value:
        """The largest element of the generator."""
        return largest([abs(value) for value in self.elements.values()])

    @cached_property
    def _flow(self) -> Value:
        """The largest element of L rho, over the largest rate."""
        return largest([abs(value) for value in _times(self.elements, self.state).values()]) / self._scale

    @property
    def residual(self) -> Value:
        """Largest element of L rho over the largest rate times the largest element of rho."""
        return self._flow / largest([abs(value) for value in self.state.values()])

    @cached_property
    def doubts(self) -> list[Value]:
        """Numbers that are below 1 where the elimination leaves nearly all digits."""
        probe = _probe(self._terms)
        found = self.solve(dict(enumerate(probe.tolist())))
        grown = largest([abs(value) for value in found.values()]) * self._scale
        doubts = [grown * (1.0 / (GROWN * float(np.abs(probe).max()))), self._flow * (1.0 / STATIONARY)]
        if len(self.places) == self._terms.size:
            doubts += [SMALLEST / self.state[place] for place in self.places]
        return doubts


class _Counted:
    """One counted current.

    Args:
        writing: where its operations are written.
        weights: what each channel counts.
    """

    def __init__(self, writing: _Writing, weights: list[Value]) -> None:
        self._writing, self._weights = writing, weights
        self._row = _column_sums(writing.jumps(weights), writing.places)
        self._flow = _times(writing.jumps(weights), writing.state)
        self.mean = total(self._flow.get(place, 0.0) for place in writing.places)
        self.every = _product(_column_sums(writing.jumps([abs(one) for one in weights]), writing.places), writing.state)

    @cached_property
    def _response(self) -> tuple[dict[int, Value], Value]:
        """An x with L x = c p - J p, and its trace, which is to be taken out along p."""
        state = self._writing.state
        found = self._writing.solve(
            {place: self.mean * value - self._flow.get(place, 0.0) for place, value in state.items()}
        )
        return found, total(found[place] for place in self._writing.places)

    def covariance(self, other: _Counted) -> Value:
        """With another one."""
        both = self._writing.jumps([one * two for one, two in zip(self._weights, other._weights, strict=True)])
        direct = _product(_column_sums(both, self._writing.places), self._writing.state)
        crossed = self._crossed(other)
        return direct + (2.0 * crossed if self is other else crossed + other._crossed(self))

    def _crossed(self, other: _Counted) -> Value:
        """What this counts in the response to the other."""
        found, trace = other._response
        return _product(self._row, found) - self.mean * trace


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
    if terms is None or terms.size > MOST_COORDINATES or not terms.generator.target.size:
        return None
    machine = BulkMachine(liouvillian, terms)
    return machine if machine.solvable else None


def completed(
    machine: BulkMachine, numbers: BulkNumbers, otherwise: Callable[[ChosenPoints], FloatArray]
) -> FloatArray | None:
    """Numbers with those of the doubtful points found in another way.

    Args:
        machine: whose.
        numbers: what it gave.
        otherwise: gives the numbers (p, m) of some points.

    Returns:
        (..., m); None where many points are doubtful, or where that way too refuses or loses some, so that it has to
        take up the whole sweep and name them.
    """
    doubtful = np.flatnonzero(numbers.doubtful)
    if not doubtful.size:
        return numbers.values
    if doubtful.size > MOST_DOUBTFUL * numbers.doubtful.size:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error", LostPointsWarning)
        try:
            found = otherwise(ChosenPoints(machine.batch, doubtful))
        except (DegenerateSteadyStateError, NotConvergedError, ValueError, LostPointsWarning):
            return None
    values = numbers.values.copy()
    values.reshape(-1, values.shape[-1])[doubtful] = found
    return values


def _once(read: Callable[[tuple[int, ...]], Value]) -> Callable[[int], Value]:
    """The same, each number once."""
    found: dict[int, Value] = {}

    def number(place: int) -> Value:
        if place not in found:
            found[place] = read((place,))
        return found[place]

    return number


def _combined(parts: Sequence[tuple[int, float]], inputs: Sequence[Value]) -> Value:
    """The sum of inputs times factors; what all is subtracted is added first."""
    if all(factor < 0.0 for _, factor in parts):
        return -1.0 * total(-factor * inputs[which] for which, factor in parts)
    found = total(factor * inputs[which] for which, factor in parts if factor > 0.0)
    for which, factor in parts:
        if factor < 0.0:
            found = found - (-factor) * inputs[which]
    return found


def _times(elements: Mapping[tuple[int, int], Value], vector: Mapping[int, Value]) -> dict[int, Value]:
    """A matrix times a vector; rows without elements are left out."""
    found: dict[int, Value] = {}
    for (row, column), value in elements.items():
        found[row] = found.get(row, 0.0) + value * vector[column]
    return found


def _column_sums(elements: Mapping[tuple[int, int], Value], places: Sequence[int]) -> dict[int, Value]:
    """What the populations take from each coordinate."""
    found: dict[int, Value] = {}
    for (row, column), value in elements.items():
        if row in places:
            found[column] = found.get(column, 0.0) + value
    return found


def _product(row: Mapping[int, Value], vector: Mapping[int, Value]) -> Value:
    return total(value * vector[place] for place, value in row.items())


def _probe(terms: TermTable) -> FloatArray:
    """A vector of no pattern and no trace."""
    probe = np.cos(np.arange(terms.size, dtype=np.float64) ** 2)
    probe[terms.places] -= probe[terms.places].mean()
    return probe
