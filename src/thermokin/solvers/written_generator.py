"""The generator of a small sector as operations on rows, one number of every point of a sweep in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._cached import cached_property
from thermokin._typing import FloatArray, IntArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.liouville.term_table import Terms, TermTable
from thermokin.numerics.level_sums import anywhere, flattened
from thermokin.numerics.pattern_elimination import Elements, PatternElimination, eliminated
from thermokin.numerics.row_program import Row, RowProgram, Value, largest, nowhere_negative, size_of, total

__all__ = ["WrittenGenerator", "after", "dot", "times"]

SAMPLES = 64  # points that tell which population is likely


class WrittenGenerator:
    """The generator of a sector at some points of a sweep, eliminated, as operations that are written down.

    Args:
        liouvillian: the generator.
        terms: of the sector.
        pin: the population that is left; None for the most likely one, as far as some points tell.
        points: the numbers of some points of the flattened sweep; None for all.
    """

    def __init__(
        self, liouvillian: Liouvillian, terms: TermTable, pin: int | None = None, points: IntArray | None = None
    ) -> None:
        self.program, self._liouvillian, self._points = RowProgram(), liouvillian, points
        self._terms = terms
        self.places = [int(place) for place in self._terms.places]
        self._inputs = [*self._hamiltonian(), *self._products()]
        self.elements = self._conserving(self._sums(self._terms.generator, self._inputs))
        self.factors = self._leaving_the_likeliest() if pin is None else self._eliminated(pin)

    def _conserving(self, elements: dict[tuple[int, int], Value]) -> dict[tuple[int, int], Value]:
        """With what leaves a population as the sum of what others get from it: fewer sums than one of all jumps."""
        for place in self.places:
            if (place, place) in elements:
                others = (row for row, column in elements if column == place != row and row in self.places)
                elements[place, place] = -total(elements[row, place] for row in others)
        return elements

    def _eliminated(self, pin: int) -> PatternElimination | None:
        return eliminated(self.elements, self.places, pin, self._terms.pairs_of_parts)

    def _leaving_the_likeliest(self) -> PatternElimination | None:
        first = self._eliminated(self.places[0])
        if first is None:
            return None
        state, count = first.stationary(), int(np.prod(self._liouvillian.model.batch_shape))
        step = max(1, count // SAMPLES)
        program = self.program.giving([state[place] for place in self.places]).at(slice(None, None, step))
        likely = np.nan_to_num(program.run(len(range(0, count, step))), nan=0.0, posinf=0.0, neginf=0.0).mean(axis=1)
        pin = self.places[int(np.argmax(likely))]
        return first if pin == first.pin else self._eliminated(pin)

    @cached_property
    def trace(self) -> dict[int, Value]:
        """<<1|."""
        return dict.fromkeys(self.places, 1.0)

    def giving(self, rows: Sequence[Value], count: int) -> FloatArray:
        """The numbers of some rows.

        Args:
            rows: which.
            count: of points.

        Returns:
            (rows, count).
        """
        return self.program.giving(rows).run(count)

    def numbers(self, values: NDArray[Any], own: int) -> Callable[[tuple[int, ...]], Value]:
        """What reads one number of every point: a row, or a constant."""
        if values.ndim == own:
            return lambda place: float(values[place])
        flat = flattened(values, own, self._liouvillian.model.batch_shape)
        flat = flat if self._points is None else flat[self._points]
        table = flat.reshape(len(flat), -1)
        return lambda place: self.program.load(table, int(np.ravel_multi_index(place, flat.shape[1:])))

    def _hamiltonian(self) -> list[Value]:
        generator, found = self._liouvillian.model.generator, self._terms.hamiltonian
        if not len(found):
            return []
        if generator.matrix is None:
            diagonal = self.numbers(generator.diagonal, 1)
            return [diagonal((int(row),)) for row, _, _ in found]
        parts = [self.numbers(part, 2) for part in (generator.matrix.real, generator.matrix.imag)]
        return [parts[imaginary]((int(row), int(column))) for row, column, imaginary in found]

    def _products(self) -> list[Value]:
        """The parts of a b* for all pairs of entries."""
        amplitude = self._liouvillian.table.amplitude
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
        live = anywhere(weights != 0.0, 1)
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

    def jumps(self, weights: Sequence[Value]) -> Elements:
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
        """The largest element of the generator; no rate is larger than all together that leave a population."""
        held = set(self.places)
        rates = {place for place in self.elements if place[0] != place[1] and held.issuperset(place)}
        signed = {place[1] for place in rates if not nowhere_negative(self.elements[place])}
        looked_at = (value for place, value in self.elements.items() if place not in rates or place[1] in signed)
        return largest([size_of(value) for value in looked_at])

    @cached_property
    def flow(self) -> Value:
        """The largest element of L rho over the largest rate."""
        return largest([size_of(value) for value in times(self.elements, self.state).values()]) / self._scale

    @property
    def residual(self) -> Value:
        """Largest element of L rho over the largest rate times the largest element of rho."""
        return self.flow / largest([size_of(value) for value in self.state.values()])

    @cached_property
    def grown(self) -> Value:
        """How much a vector of no pattern grows under the inverse of L, times the largest rate."""
        probe = _probe(self._terms)
        found = self.solve(dict(enumerate(probe.tolist())))
        return largest([size_of(value) for value in found.values()]) * self._scale * (1.0 / float(np.abs(probe).max()))

    @property
    def closed(self) -> bool:
        """Whether there are no coherences."""
        return len(self.places) == self._terms.size

    def adjoint(self, right: Mapping[int, Value]) -> dict[int, Value]:
        """The y with y L = c - (c p) <<1| and y p = 0."""
        assert self.factors is not None  # noqa: S101 - asked before
        mean = dot(right, self.state)
        moved = dict(right)
        for place in self.places:
            moved[place] = moved.get(place, 0.0) - mean
        found = self.factors.solve_transposed(moved)
        along = dot(found, self.state)
        return {place: value - along if place in self.places else value for place, value in found.items()}

    def missed(self, left: Mapping[int, Value], solution: Mapping[int, Value], right: Mapping[int, Value]) -> Value:
        """How far what is left of L x - b moves a number that a row vector y stands for: |y| |L x - b|."""
        flow = times(self.elements, solution)
        return total(
            size_of(value) * size_of(flow.get(place, 0.0) - right.get(place, 0.0)) for place, value in left.items()
        )

    def flow_error(self, left: Mapping[int, Value], right: Mapping[int, Value]) -> Value:
        """How far y L x moves by errors of the elements that keep the trace, see `structured_condition`."""
        given: dict[int, list[tuple[int, Value]]] = {}
        parts: list[Value] = []
        for (row, column), value in self.elements.items():
            size = size_of(value)
            if row not in self.places:
                parts.append(size_of(left[row]) * size * size_of(right[column]))
            elif column in self.places:
                if row != column:
                    parts.append(size_of(left[row] - left[column]) * size * size_of(right[column]))
            else:
                given.setdefault(column, []).append((row, size))
        for column, sizes in given.items():
            mean = total(size * left[row] for row, size in sizes) / total(size for _, size in sizes)
            parts.append(total(size * size_of(left[row] - mean) for row, size in sizes) * size_of(right[column]))
        return total(parts)


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


def times(elements: Elements, vector: Mapping[int, Value]) -> dict[int, Value]:
    """A matrix times a vector.

    Args:
        elements: of the matrix.
        vector: its elements.

    Returns:
        The elements of the product; rows without elements are left out.
    """
    found: dict[int, Value] = {}
    for (row, column), value in elements.items():
        found[row] = found.get(row, 0.0) + value * vector[column]
    return found


def after(vector: Mapping[int, Value], elements: Elements) -> dict[int, Value]:
    """A row vector times a matrix.

    Args:
        vector: its elements; those that are missing are zero.
        elements: of the matrix.

    Returns:
        The elements of the product; columns without elements are left out.
    """
    found: dict[int, Value] = {}
    for (row, column), value in elements.items():
        if row in vector:
            found[column] = found.get(column, 0.0) + vector[row] * value
    return found


def dot(row: Mapping[int, Value], vector: Mapping[int, Value]) -> Value:
    """The product of a row vector and a vector.

    Args:
        row: elements; those that are missing are zero.
        vector: all elements.

    Returns:
        The number.
    """
    return total(value * vector[place] for place, value in row.items())


def _probe(terms: TermTable) -> FloatArray:
    """A vector of no pattern and no trace."""
    probe = np.cos(np.arange(terms.size, dtype=np.float64) ** 2)
    probe[terms.places] -= probe[terms.places].mean()
    return probe
