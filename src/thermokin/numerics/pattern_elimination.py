"""A generator with few elements, eliminated for all points of a sweep at once by operations written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from thermokin.numerics.row_program import Row, Value, total

__all__ = ["Elements", "PatternElimination", "eliminated"]

Elements: TypeAlias = Mapping[tuple[int, int], Value]  # of a matrix, by row and column


@dataclass(frozen=True)
class _Step:
    """The elimination of one coordinate.

    Args:
        place: which one.
        inverse: of its pivot; of minus the pivot for a population.
        leaves: what it hands on to others, over the pivot.
        enters: its row among those that were left.
        closed: whether it is a population.
    """

    place: int
    inverse: Value
    leaves: dict[int, Value]
    enters: dict[int, Value]
    closed: bool


@dataclass(frozen=True)
class PatternElimination:
    """The factors of a generator: coherences first, by their diagonal, then populations without any subtraction.

    Args:
        steps: the eliminated coordinates in their order.
        pin: the population that is left.
        places: the populations.
    """

    steps: tuple[_Step, ...]
    pin: int
    places: tuple[int, ...]

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
            own = moved.get(step.place, 0.0)
            if isinstance(own, Row) or own != 0.0:
                for place, share in step.leaves.items():
                    handed = share * own
                    before = moved.get(place, 0.0)
                    moved[place] = before + handed if step.closed else before - handed
        return self._backwards(moved, 0.0)

    def solve_transposed(self, right: Mapping[int, Value]) -> dict[int, Value]:
        """The y with y L = c whose pinned element is zero.

        Args:
            right: c, whose product with the stationary vector is zero; elements that are missing are zero.

        Returns:
            The elements of y.
        """
        moved, own = dict(right), dict[int, Value]()
        found: dict[int, Value] = {self.pin: 0.0}
        for step in self.steps:
            own[step.place] = moved.get(step.place, 0.0) * step.inverse
            for place, value in step.enters.items():
                handed = value * own[step.place]
                before = moved.get(place, 0.0)
                moved[place] = before + handed if step.closed else before - handed
        for step in reversed(self.steps):
            led = total(share * found[place] for place, share in step.leaves.items())
            found[step.place] = led - own[step.place] if step.closed else own[step.place] - led
        return found

    def _backwards(self, right: Mapping[int, Value], pinned: float) -> dict[int, Value]:
        found: dict[int, Value] = {self.pin: pinned}
        for step in reversed(self.steps):
            led = total(value * found[place] for place, value in step.enters.items())
            own = right.get(step.place, 0.0)
            found[step.place] = (led - own if step.closed else own - led) * step.inverse
        return found


def eliminated(elements: Elements, places: Sequence[int], pin: int) -> PatternElimination | None:
    """Write down the elimination of a generator whose columns give the populations what they take from them.

    The diagonal of populations is not used: what leaves one is the sum of what others get, a sum of rates for closed
    populations, in which no digit can be lost.

    Args:
        elements: of L, by row and column; those that are zero everywhere are left out.
        places: which coordinates are populations.
        pin: the population to be left; a likely one.

    Returns:
        The factors; None if a coherence has no diagonal to be eliminated by, or a population no way out.
    """
    held = set(places)
    matrix = {place: value for place, value in elements.items() if place[0] != place[1] or place[0] not in held}
    left = {row for row, _ in elements} | {column for _, column in elements} | held
    steps = []
    while len(left) > 1:
        coherent = left - held
        place = min(coherent or left - {pin}, key=lambda one: (_degree(matrix, one), one))
        step = _eliminate(matrix, place, held)
        if step is None:
            return None
        steps.append(step)
        left.remove(place)
    return PatternElimination(tuple(steps), pin, tuple(places))


def _degree(matrix: Elements, place: int) -> int:
    """Elements that may appear when a coordinate is eliminated."""
    leaves = sum(column == place != row for row, column in matrix)
    enters = sum(row == place != column for row, column in matrix)
    return leaves * enters


def _eliminate(matrix: dict[tuple[int, int], Value], place: int, held: set[int]) -> _Step | None:
    """One step: the matrix loses the row and the column of a coordinate, and gains what went through it."""
    closed = place in held
    leaves = {row: value for (row, column), value in matrix.items() if column == place != row}
    enters = {column: value for (row, column), value in matrix.items() if row == place != column}
    pivot = total(leaves.values()) if closed else matrix.get((place, place), 0.0)
    if not isinstance(pivot, Row) and pivot == 0.0:
        return None
    inverse = 1.0 / pivot
    shares = {row: value * inverse for row, value in leaves.items()}
    for row, share in shares.items():
        for column, value in enters.items():
            if row == column and row in held:
                continue
            through = share * value
            before = matrix.get((row, column), 0.0)
            matrix[row, column] = before + through if closed else before - through
    for gone in [key for key in matrix if place in key]:
        del matrix[gone]
    return _Step(place, inverse, shares, enters, closed)
