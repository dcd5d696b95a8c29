"""A generator with few elements, eliminated for all points of a sweep at once by operations written down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from thermokin.numerics.row_program import Row, Value, total

__all__ = ["Elements", "PatternElimination", "eliminated"]

Elements: TypeAlias = Mapping[tuple[int, int], Value]  # of a matrix, by row and column
Places: TypeAlias = tuple[int, ...]


@dataclass(frozen=True)
class _Step:
    """The elimination of one coordinate, or of two that turn into each other.

    Args:
        places: which.
        inverse: of their part of the matrix.
        leaves: what they hand on to others, times the inverse.
        enters: what comes to them from those that were left.
    """

    places: Places
    inverse: Elements
    leaves: Elements
    enters: Elements


@dataclass(frozen=True)
class PatternElimination:
    """The factors of a generator: coherences first, then populations without any subtraction.

    Args:
        steps: the eliminated coordinates in their order.
        pin: the population that is left.
        places: the populations.
    """

    steps: tuple[_Step, ...]
    pin: int
    places: Places

    def stationary(self) -> dict[int, Value]:
        """The vector p with L p = 0, of trace one.

        Returns:
            Its elements.
        """
        found = self._backwards({}, 1.0)
        share = 1.0 / total(found[place] for place in self.places)
        return {place: value * share for place, value in found.items()}

    def solve(self, right: Mapping[int, Value]) -> dict[int, Value]:
        """The x with L x = b whose pinned element is zero.

        Args:
            right: b, without trace; elements that are missing are zero.

        Returns:
            The elements of x.
        """
        moved = dict(right)
        for step in self.steps:
            for (row, place), share in step.leaves.items():
                moved[row] = moved.get(row, 0.0) - share * moved.get(place, 0.0)
        return self._backwards(moved, 0.0)

    def _backwards(self, right: Mapping[int, Value], pinned: float) -> dict[int, Value]:
        found: dict[int, Value] = {self.pin: pinned}
        for step in reversed(self.steps):
            rest = {place: right.get(place, 0.0) for place in step.places}
            for (place, column), value in step.enters.items():
                rest[place] = rest[place] - value * found[column]
            for place in step.places:
                found[place] = total(step.inverse.get((place, one), 0.0) * rest[one] for one in step.places)
        return found

    def solve_transposed(self, right: Mapping[int, Value]) -> dict[int, Value]:
        """The y with y L = c whose pinned element is zero.

        Args:
            right: c, whose product with the stationary vector is zero; elements that are missing are zero.

        Returns:
            The elements of y.
        """
        moved, found = dict(right), dict[int, Value]()
        for step in self.steps:
            for place in step.places:
                parts = (moved.get(one, 0.0) * step.inverse.get((one, place), 0.0) for one in step.places)
                found[place] = total(parts)
            for (place, column), value in step.enters.items():
                moved[column] = moved.get(column, 0.0) - found[place] * value
        found[self.pin] = 0.0
        for step in reversed(self.steps):
            for (row, place), share in step.leaves.items():
                found[place] = found[place] - found[row] * share
        return found


def eliminated(
    elements: Elements, places: Sequence[int], pin: int, pairs: Mapping[int, int] | None = None
) -> PatternElimination | None:
    """Write down the elimination of a generator whose columns give the populations what they take from them.

    The diagonal of populations is not used: what leaves one is the sum of what others get, a sum of rates for closed
    populations, in which no digit can be lost. Two parts of a coherence that turns fast and decays slowly are
    eliminated together: one alone would have the decay for a pivot.

    Args:
        elements: of L, by row and column; those that are zero everywhere are left out.
        places: which coordinates are populations.
        pin: the population to be left; a likely one.
        pairs: the other part of each coherence that has two.

    Returns:
        The factors; None if a coherence has no pivot, or a population no way out.
    """
    held, other = set(places), pairs or {}
    matrix = {place: value for place, value in elements.items() if place[0] != place[1] or place[0] not in held}
    left = {row for row, _ in elements} | {column for _, column in elements} | held
    steps = []
    while len(left) > 1:
        place = min(left - held or left - {pin}, key=lambda one: (_degree(matrix, one), one))
        together = (place, other[place]) if other.get(place) in left else (place,)
        step = _eliminate(matrix, together, held)
        if step is None:
            return None
        steps.append(step)
        left.difference_update(together)
    return PatternElimination(tuple(steps), pin, tuple(places))


def _degree(matrix: Elements, place: int) -> int:
    """Elements that may appear when a coordinate is eliminated."""
    leaves = sum(column == place != row for row, column in matrix)
    enters = sum(row == place != column for row, column in matrix)
    return leaves * enters


def _eliminate(matrix: dict[tuple[int, int], Value], places: Places, held: set[int]) -> _Step | None:
    """One step: the matrix loses rows and columns, and gains what went through them."""
    leaves = {key: value for key, value in matrix.items() if key[1] in places and key[0] not in places}
    enters = {key: value for key, value in matrix.items() if key[0] in places and key[1] not in places}
    inverse = _inverse(matrix, places, -total(leaves.values()) if places[0] in held else None)
    if inverse is None:
        return None
    shares: dict[tuple[int, int], Value] = {}
    for row, place, value in _products(leaves, inverse):
        shares[row, place] = shares.get((row, place), 0.0) + value
    for row, column, value in _products(shares, enters):
        if row != column or row not in held:
            matrix[row, column] = matrix.get((row, column), 0.0) - value
    for gone in [key for key in matrix if key[0] in places or key[1] in places]:
        del matrix[gone]
    return _Step(places, inverse, shares, enters)


def _products(one: Elements, two: Elements) -> Iterator[tuple[int, int, Value]]:
    """The terms of a product of matrices: row, column, value."""
    for (row, place), left in one.items():
        for (also, column), right in two.items():
            if place == also:
                yield row, column, left * right


def _inverse(matrix: Elements, places: Places, pivot: Value | None) -> Elements | None:
    """Of the part of a matrix at one or two places; None if it has none anywhere.

    Args:
        matrix: all of it.
        places: which.
        pivot: of a population.

    Returns:
        Its elements.
    """
    first, last = places[0], places[-1]
    if len(places) == 1:
        own = matrix.get((first, first), 0.0) if pivot is None else pivot
        return {(first, first): 1.0 / own} if _some(own) else None
    a, b = matrix.get((first, first), 0.0), matrix.get((first, last), 0.0)
    c, d = matrix.get((last, first), 0.0), matrix.get((last, last), 0.0)
    determinant = a * d - b * c
    if not _some(determinant):
        return None
    share = 1.0 / determinant
    found = {(first, first): d * share, (first, last): -b * share, (last, first): -c * share, (last, last): a * share}
    return {place: value for place, value in found.items() if _some(value)}


def _some(value: Value) -> bool:
    return isinstance(value, Row) or value != 0.0
