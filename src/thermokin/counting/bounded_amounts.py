"""Amounts that stay bounded, being the change of a number that each level has, and what goes along with them late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.moments import level_difference_moments, level_difference_sizes
from thermokin.counting.slow_counting import OfMoments
from thermokin.liouville.population_block import PopulationBlock
from thermokin.motion.evolution import Evolution
from thermokin.motion.population_motion import PopulationMotion
from thermokin.numerics.eliminated_generator import EliminatedGenerator, eliminated_generator
from thermokin.numerics.level_sums import over_levels
from thermokin.numerics.positive_elimination import NoWayOutError
from thermokin.numerics.strong_tree import strong_tree

__all__ = ["bounded_covariances", "bounded_cumulants", "numbers_of_levels"]

ROUNDING = 16.0 * float(np.finfo(np.float64).eps)  # of what a sum adds, some operations each
GONE = 60.0  # decay times after which nothing is left of a mode


def numbers_of_levels(evolution: Evolution, weights: FloatArray) -> FloatArray | None:
    """Numbers f_i such that every jump j -> i counts f_i - f_j but for rounding: around no ring anything is left.

    Args:
        evolution: of closed populations.
        weights: c_k (..., k).

    Returns:
        f (..., d); None if there are none.

    Cost:
        One tree through the links of each point of a sweep.
    """
    table = evolution.model.table
    row, column = table.row.astype(np.int64), table.column.astype(np.int64)
    counts = weights[..., table.channel]
    links = np.where(row != column, np.asarray(table.strength), 0.0)
    tree = strong_tree(row, column, links, counts, table.dimension)
    numbers = 0.0 - tree.level
    ends = np.abs(numbers[..., row]) + np.abs(numbers[..., column])
    miss = np.abs(numbers[..., row] - numbers[..., column] - counts)
    return numbers if (miss <= ROUNDING * (np.abs(counts) + ends)).all() else None


def bounded_cumulants(
    evolution: Evolution, weights: FloatArray, order: int, of_moments: OfMoments
) -> tuple[FloatArray, FloatArray] | None:
    """Cumulants of an amount that is f_end - f_start, which saturate, and what rounding may have made of them.

    Args:
        evolution: of closed populations.
        weights: c_k (..., k).
        order: the largest cumulant.
        of_moments: cumulants and their errors from moments and theirs.

    Returns:
        Both (..., t, order); None if the amount is not bounded.
    """
    numbers = numbers_of_levels(evolution, weights)
    return None if numbers is None else _of_numbers(evolution, numbers, order, of_moments)


def _of_numbers(
    evolution: Evolution, numbers: FloatArray, order: int, of_moments: OfMoments
) -> tuple[FloatArray, FloatArray]:
    moments = level_difference_moments(evolution, numbers, order)
    return of_moments(moments, ROUNDING * level_difference_sizes(evolution, numbers, order))


def bounded_covariances(
    evolution: Evolution, weights: FloatArray, of_moments: OfMoments
) -> tuple[BoolArray, FloatArray, FloatArray] | None:
    """Covariances of which one amount at least is bounded: of two bounded ones at any time, else once all has settled.

    Args:
        evolution: any evolution.
        weights: of each current (c, ..., k).
        of_moments: cumulants and their errors from moments and theirs.

    Returns:
        Which of them are known (..., t, c, c), and they and their errors; None if none is bounded.
    """
    motion = evolution.motion
    if motion is None or not motion.limit.unique or not motion.affordable:
        return None
    numbers = [numbers_of_levels(evolution, one) for one in weights]
    if all(each is None for each in numbers):
        return None
    pairs = [(one, two) for one in range(len(numbers)) for two in range(one + 1)]
    found = {pair: _of_pair(evolution, motion, weights, numbers, pair, of_moments) for pair in pairs}
    lead = np.broadcast_shapes(*(part.shape for each in found.values() for part in each))
    known, values, errors = (np.zeros((*lead, len(numbers), len(numbers)), dtype=kind) for kind in (bool, float, float))
    for (one, two), each in found.items():
        for whole, part in zip((known, values, errors), each, strict=True):
            whole[..., one, two] = whole[..., two, one] = part
    return known, values, errors


def _of_pair(
    evolution: Evolution,
    motion: PopulationMotion,
    weights: FloatArray,
    numbers: list[FloatArray | None],
    pair: tuple[int, int],
    of_moments: OfMoments,
) -> tuple[BoolArray, FloatArray, FloatArray]:
    """Whether the covariance of two amounts is known (..., t), it and its error."""
    nothing = np.zeros(evolution.times.shape)
    one, two = (numbers[number] for number in pair)
    if one is not None and two is not None:
        return np.ones(nothing.shape, dtype=bool), *_of_bounded(evolution, one, two, of_moments)
    if one is None and two is None:
        return nothing > 0.0, nothing, nothing
    levels, other = (two, pair[0]) if one is None else (one, pair[1])
    beside = AmountsBeside(evolution, motion, weights[other])
    found = None if levels is None or not beside.settled.any() else beside.covariance(levels)
    if found is None:
        return nothing > 0.0, nothing, nothing
    return beside.settled, found[0][..., None] + nothing, found[1][..., None] + nothing


def _of_bounded(
    evolution: Evolution, one: FloatArray, two: FloatArray, of_moments: OfMoments
) -> tuple[FloatArray, FloatArray]:
    """The covariance of the changes of two numbers (..., d), from the variances of their sum and their difference."""
    # Each over its own size, so that the smaller one is not lost beside the larger.
    size = [float(np.abs(number - number[..., :1]).max()) or 1.0 for number in (one, two)]
    parts = one / size[0], two / size[1]
    sides = [_of_numbers(evolution, parts[0] + sign * parts[1], 2, of_moments) for sign in (1.0, -1.0)]
    scale = 0.25 * size[0] * size[1]
    return scale * (sides[0][0] - sides[1][0])[..., 1], scale * (sides[0][1] + sides[1][1])[..., 1]


@dataclass(frozen=True, eq=False)
class AmountsBeside:
    """How any amount N goes along with bounded ones once all has settled: <<N (f_end - f_start)>> = f . r + y . u.

    L r = -(J - v) p at rest, y L = j - v with j the row of the rates of N, and u = (f - <f>) p(0): what N has to do
    with where levels end, and with where they started. Neither grows, so that nothing is left of a difference.

    Args:
        evolution: of closed populations with one end.
        motion: of these.
        weights: c_k (..., k) of N.
    """

    evolution: Evolution
    motion: PopulationMotion
    weights: FloatArray

    @cached_property
    def settled(self) -> BoolArray:
        """After which times (..., t)."""
        slowest = -self.motion.modes[0][..., 1].real
        return np.asarray(slowest[..., None] * self.evolution.times > GONE)

    @property
    def _end(self) -> FloatArray:
        return np.asarray(self.motion.limit.stationary[0])

    @cached_property
    def _made(self) -> EliminatedGenerator:
        return eliminated_generator(self.motion.dense, self._end)

    @cached_property
    def _parts(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """The r and y (..., d), and what rounding may have made of each."""
        block = PopulationBlock(self.evolution.liouvillian, np.arange(self.motion.size))
        end, row, gain = self._end, block.rate_row(self.weights), block.jumps(self.weights)
        mean = over_levels(np.add, row * end)[..., None]
        fed = (gain @ end[..., None])[..., 0] - mean * end
        sizes = [block.rate_row(np.abs(self.weights)), (block.jumps(np.abs(self.weights)) @ end[..., None])[..., 0]]
        most = over_levels(np.add, sizes[0] * end)[..., None]
        left = self._made.solve_transposed((row - mean)[..., None])[..., 0]
        blur = np.abs(self._made.solve_transposed((sizes[0] + most)[..., None])[..., 0])
        right = -self._made.drazin(fed[..., None])[..., 0]
        lost = np.abs(self._made.solve((sizes[1] + most * end)[..., None])[..., 0])
        lost = lost + end * over_levels(np.add, lost)[..., None]
        return right, left, ROUNDING * lost, ROUNDING * blur

    def covariance(self, numbers: FloatArray) -> tuple[FloatArray, FloatArray] | None:
        """With the change of numbers f (..., d), and what rounding may have made of it.

        Returns:
            Both (...); None where doubles do not hold what passes between levels.
        """
        start = self.evolution.initial.populations
        try:
            right, left, lost, blur = self._parts
        except NoWayOutError:
            return None
        ended = numbers - over_levels(np.add, numbers * self._end)[..., None]
        begun = (numbers - over_levels(np.add, numbers * start)[..., None]) * start
        value = over_levels(np.add, ended * right) + over_levels(np.add, left * begun)
        # Of begun all that adds is nothing: so does a constant of y.
        left = left - over_levels(np.add, left * start)[..., None]
        error = over_levels(np.add, np.abs(ended) * (lost + ROUNDING * np.abs(right)))
        return value, error + over_levels(np.add, (blur + ROUNDING * np.abs(left)) * np.abs(begun))
