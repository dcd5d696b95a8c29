"""The entropy that jumps have put into their surroundings; amounts of entropy with what rounding makes of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import BoolArray, ComplexArray, FloatArray
from thermokin.model.frame_operator import FrameOperator
from thermokin.model.jump_entropy import jump_entropy
from thermokin.motion.evolution import Evolution
from thermokin.numerics.level_sums import mean_over_levels, scatter
from thermokin.numerics.strong_tree import StrongTree, strong_tree
from thermokin.thermo.state_spectrum import resolution
from thermokin.thermo.time_integral import time_integral, time_integral_and_error

__all__ = ["ROUNDING", "Produced", "entropy_given", "happens", "rest_of_levels"]

FAINT = 1e-200  # a population whose links still have an order of strength where nothing stays
ROUNDING = 16.0 * np.finfo(float).eps  # of the terms of a sum, some operations each


@dataclass(frozen=True, eq=False)
class Produced:
    """An amount of entropy with its rounding.

    Args:
        amount: (..., t) [nats].
        error: (..., t) [nats].
    """

    amount: FloatArray
    error: FloatArray


def entropy_given(evolution: Evolution) -> Produced:
    """The integral of sum_k s_k a_k from time 0, s_k the entropy of a jump and a_k the rate of such jumps.

    s_k of a jump j -> i is Phi_j - Phi_i + r: the difference of a level integrates to what populations have gained,
    which is known to all digits, and the rest r is nothing along the tree of the strongest links. What goes back and
    forth there would otherwise be integrated in both directions and cancel.

    Args:
        evolution: any evolution.

    Returns:
        The amount; infinite once a jump has happened that nothing undoes, or one into a bath at temperature 0.

    Cost:
        One linear solve, and one for what rounding makes of it; none where the entropy of every jump is the difference
        of a level.
    """
    entropies = jump_entropy(evolution.model)
    endless = np.isinf(entropies)
    finite = np.where(endless, 0.0, entropies)
    tree = _tree(evolution, finite, endless)
    level = tree.level - tree.level.mean(axis=-1, keepdims=True)
    rest = rest_of_levels(evolution, finite, tree.level)
    gained, sizes = _by_levels(evolution, level)
    amount, error = gained, ROUNDING * sizes + _of_modes(evolution, level)
    if rest.diagonal.any() or rest.matrix is not None:
        integral, lacking = time_integral_and_error(evolution, rest)
        amount = amount + integral
        error = error + lacking + ROUNDING * np.abs(time_integral(evolution, _doubted(evolution, finite, tree)))
    if endless.any():
        amount = np.where(_ever(evolution, endless), np.inf, amount)
    return Produced(np.asarray(amount), np.asarray(error))


def _tree(evolution: Evolution, entropies: FloatArray, endless: BoolArray) -> StrongTree:
    """Of the links that most passes in the end."""
    table = evolution.model.table
    if evolution.motion is not None:
        state = evolution.motion.limit.stationary.sum(axis=0)
    else:
        state = np.abs(evolution.populations[..., -1, :] - evolution.deviation[..., -1, :])
    flow = np.asarray(table.strength * np.maximum(state, FAINT)[..., table.column])
    finite = ~endless[..., table.channel] & (table.row != table.column)
    row, column = table.row.astype(np.int64), table.column.astype(np.int64)
    return strong_tree(row, column, np.where(finite, flow, 0.0), entropies[..., table.channel], table.dimension)


def _by_levels(evolution: Evolution, level: FloatArray) -> tuple[FloatArray, FloatArray]:
    """What populations have gained in levels, with a minus, and the sizes of what that is summed of (..., t)."""
    return 0.0 - mean_over_levels(evolution.change, level), mean_over_levels(evolution.change_sizes, np.abs(level))


def _of_modes(evolution: Evolution, level: FloatArray) -> FloatArray:
    """What a sum over modes leaves unknown of populations beside coherences, in levels (..., t)."""
    # Without coherences, populations that are off change the entropy of the state as well, by nearly as much.
    motion, away = evolution.motion, evolution.away
    if motion is None or away is None or evolution.population_only:
        return np.zeros(evolution.times.shape)
    lacking = motion.rounding(evolution.initial.populations, evolution.populations, away, evolution.times)
    lost = lacking * np.abs(level)[..., None, :]
    return np.where(
        evolution.change_is_difference, np.broadcast_to(lost, evolution.populations.shape).sum(axis=-1), 0.0
    )


def rest_of_levels(evolution: Evolution, entropies: FloatArray, level: FloatArray) -> FrameOperator:
    """The operator of the rates of what entropies are beside differences of a level.

    Args:
        evolution: any evolution.
        entropies: s_k (..., k), finite.
        level: Phi (..., d); a jump j -> i counts s_k + Phi_i - Phi_j.

    Returns:
        sum_k s_k L_k^+ L_k + D(Phi), D the generator of the motion of operators.
    """
    table, size = evolution.model.table, evolution.model.dimension
    counts = _counts(evolution, entropies, level)
    diagonal = scatter(np.asarray(table.strength * counts), table.column, size)
    matrix = None if evolution.population_only else _coherences(evolution, entropies, level)
    if matrix is None:
        return FrameOperator(diagonal)
    places = np.arange(size)
    matrix = np.broadcast_to(matrix, (*np.broadcast_shapes(matrix.shape[:-2], diagonal.shape[:-1]), size, size)).copy()
    matrix[..., places, places] = diagonal
    return FrameOperator.from_matrix(matrix)


def _counts(evolution: Evolution, entropies: FloatArray, level: FloatArray) -> FloatArray:
    """s_k + Phi_i - Phi_j of each element (..., m), nothing where that is rounding."""
    table = evolution.model.table
    one, other, counts = level[..., table.row], level[..., table.column], entropies[..., table.channel]
    rest = counts + (one - other)
    return np.where(np.abs(rest) <= ROUNDING * (np.abs(counts) + np.abs(one) + np.abs(other)), 0.0, rest)


def _doubted(evolution: Evolution, entropies: FloatArray, tree: StrongTree) -> FrameOperator:
    """The operator of the rates of what the rest is rounded from; along the tree it is exactly nothing."""
    table, level = evolution.model.table, tree.level
    apart = ~tree.holds(table.row.astype(np.int64), table.column.astype(np.int64))
    ends = np.abs(level[..., table.row]) + np.abs(level[..., table.column])
    sizes = np.abs(entropies[..., table.channel]) + np.where(apart, ends, 0.0)
    sizes = np.where(apart | (_counts(evolution, entropies, level) != 0.0), sizes, 0.0)
    return FrameOperator(scatter(np.asarray(table.strength * sizes), table.column, table.dimension))


def _coherences(evolution: Evolution, entropies: FloatArray, level: FloatArray) -> ComplexArray | None:
    """The elements of the same operator beside its diagonal."""
    table, generator = evolution.model.table, evolution.model.generator
    one, two = table.meeting_pairs
    if not one.size and generator.is_diagonal:
        return None
    size = table.dimension
    mean = 0.5 * (level[..., table.column[one]] + level[..., table.column[two]])
    counts = entropies[..., table.channel[one]] + (level[..., table.row[one]] - mean)
    values = np.conj(table.amplitude[..., one]) * table.amplitude[..., two] * counts
    place = table.column[one].astype(np.int64) * size + table.column[two]
    jumps = scatter(values.astype(np.complex128), place, size**2)
    jumps = jumps.reshape(*jumps.shape[:-1], size, size)
    if generator.matrix is None:
        return jumps
    return np.asarray(jumps + 1j * generator.matrix * (level[..., None, :] - level[..., :, None]))


def _ever(evolution: Evolution, chosen: BoolArray) -> BoolArray:
    """Whether any of the chosen jumps has happened since time 0 (..., t)."""
    gone = [happens(side, chosen) for side in (evolution.at(np.zeros(1)), evolution)]
    ever = np.logical_or.accumulate(gone[1], axis=-1) | gone[0]
    return np.asarray(ever & (evolution.times > 0.0))


def happens(evolution: Evolution, chosen: BoolArray) -> BoolArray:
    """Whether any of the chosen jumps happens, beyond rounding where coherences are present.

    Args:
        evolution: any evolution.
        chosen: which jumps (..., k).

    Returns:
        (..., t).
    """
    model = evolution.model
    rate = evolution.expectation(evolution.liouvillian.observable(np.where(chosen, 1.0, 0.0)))
    if evolution.population_only:
        return np.asarray(rate > 0.0)
    strongest = model.table.channel_strength.max(axis=-1)[..., None]
    return np.asarray(rate > resolution(model.dimension) * strongest)
