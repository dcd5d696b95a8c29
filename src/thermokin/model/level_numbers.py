"""Currents that are the change of a number that each level has, such as heat from a single bath."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray, IntArray
from thermokin.model.jump_table import JumpTable
from thermokin.model.model import Model
from thermokin.numerics.level_sums import over_levels

__all__ = ["level_numbers"]

ROUNDING = 1e-9  # mismatch of a weight and its level difference, relative to the spread, that is taken for rounding
STRIP = 2**16  # entries compared at once, in the cache: a table of ten thousand levels has a hundred million


def level_numbers(model: Model, weights: FloatArray, bath: int | None = None) -> FloatArray | None:
    """Numbers f_i such that every jump j -> i, or every one of a bath, counts f_i - f_j, or None.

    Heat from a single bath is such a current, f the energy of the level less mu times its particles: the amount
    exchanged is then the difference of a two-point measurement.

    Args:
        model: the model.
        weights: c_k (..., k) per channel.
        bath: position of the bath whose jumps alone are looked at; all if None.

    Returns:
        f (..., d): energies, particle numbers, or energies less mu times particle numbers.
    """
    table = model.table
    if not model.energy.is_diagonal:
        return None
    if not model.baths and not weights.any():
        return np.zeros_like(model.energies)  # nothing is counted: exactly nothing, not the rounding of a motion
    candidates = [model.energies]
    if model.number is not None and model.number.is_diagonal:
        particles = model.number.diagonal
        candidates.append(np.broadcast_to(particles, model.energies.shape))
        candidates += [
            model.energies - bath.chemical_potential[..., None] * particles
            for bath in model.baths
            if bath.chemical_potential.any()
        ]
    counted = weights if table.one_element_each else weights[..., table.channel]
    for numbers in candidates:
        slack = ROUNDING * float((over_levels(np.maximum, numbers) - over_levels(np.minimum, numbers)).max())
        if all(_agrees(numbers, counted, table, first, bath, slack) for first in range(0, table.entries, STRIP)):
            return np.asarray(numbers)
    return None


def _agrees(
    numbers: FloatArray, counted: FloatArray, table: JumpTable, first: int, bath: int | None, slack: float
) -> bool:
    """Whether a strip of the table's entries counts differences of the numbers."""
    part: slice | IntArray = slice(first, first + STRIP)
    if bath is not None:
        part = first + np.flatnonzero(table.bath[table.channel[part]] == bath).astype(np.int64)
    change = numbers.take(table.row[part], axis=-1) - numbers.take(table.column[part], axis=-1)
    change = change - counted[..., part]
    return max(float(change.max(initial=0.0)), -float(change.min(initial=0.0))) <= slack
