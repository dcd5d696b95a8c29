"""Currents that are the change of a level's own number: their moments need no tilted generator."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.dynamics.evolution import Evolution

__all__ = ["level_numbers", "state_function_moments"]

ROUNDING = 1e-9  # mismatch of a weight and its level difference, relative to the spread, that is taken for rounding


def level_numbers(evolution: Evolution, weights: FloatArray) -> FloatArray | None:
    """Numbers f_i such that every jump j -> i counts f_i - f_j, or None.

    Heat from a single bath is such a current, f the energy of the level: the amount exchanged is then the difference
    of a two-point measurement.

    Args:
        evolution: an evolution of populations.
        weights: c_k (..., k).

    Returns:
        f (..., d): the energies, or the energies less mu N.
    """
    model, table = evolution.model, evolution.model.table
    if evolution.motion is None or not evolution.population_only or not model.energy.is_diagonal:
        return None
    candidates = [model.energies]
    if model.number is not None and model.number.is_diagonal:
        candidates.append(np.broadcast_to(model.number.diagonal, model.energies.shape))
        candidates.extend(
            model.energies - bath.chemical_potential[..., None] * model.number.diagonal
            for bath in model.baths
            if bath.chemical_potential.any()
        )
    counted = weights[..., table.channel] if not table.one_element_each else weights
    for numbers in candidates:
        change = numbers[..., table.row] - numbers[..., table.column]
        change -= counted
        if max(float(change.max(initial=0.0)), -float(change.min(initial=0.0))) <= ROUNDING * float(np.ptp(numbers, axis=-1).max()):
            return np.asarray(numbers)
    return None


def state_function_moments(evolution: Evolution, numbers: FloatArray, order: int) -> FloatArray:
    """<(f_end - f_start)^m> for m = 1 .. order, from the propagation of f^m p(0) alone.

    <(f - f')^m> = sum_l C(m, l) (-1)^l f^(m-l) . exp(W t) (f^l p(0)).

    Args:
        evolution: an evolution of populations.
        numbers: f (..., d).
        order: largest m.

    Returns:
        (..., t, order).
    """
    assert evolution.motion is not None  # noqa: S101 - level_numbers has asked
    start = evolution.initial.populations
    # The moments do not change when f shifts; about its mean they cancel least.
    numbers = numbers - (numbers * start).sum(axis=-1, keepdims=True)
    carried = [evolution.populations]
    carried += [evolution.motion.carry(numbers**power * start, evolution.times) for power in range(1, order)]
    conserved = [(numbers**power * start).sum(axis=-1) for power in range(order + 1)]
    moments = []
    for power in range(1, order + 1):
        total = (-1.0) ** power * conserved[power][..., None]
        for used in range(power):
            weight = (-1.0) ** used * _binomial(power, used)
            total = total + weight * np.einsum("...tn,...n->...t", carried[used], numbers ** (power - used))
        moments.append(total)
    return np.stack(np.broadcast_arrays(*moments), axis=-1)


def _binomial(upper: int, lower: int) -> float:
    from math import comb

    return float(comb(upper, lower))
