"""Moments of currents that are the change of a level's own number: they need no tilted generator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import comb
from typing import TypeAlias

import numpy as np

from thermokin._typing import FloatArray
from thermokin.motion.evolution import Evolution
from thermokin.motion.population_change import population_change
from thermokin.motion.time_grid import set_at_start
from thermokin.numerics.level_sums import mean_over_levels, over_levels

__all__ = ["state_function_moments", "state_function_sizes"]

_Term: TypeAlias = tuple[float, FloatArray, FloatArray]


def state_function_moments(evolution: Evolution, numbers: FloatArray, order: int) -> FloatArray:
    """<(f_end - f_start)^m> for m = 1 .. order, from the propagation of f^m p(0) alone.

    <(f - f')^m> = sum_{l < m} C(m, l) (-1)^l f^(m-l) . [exp(W t) - 1] (f^l p(0)), each from nothing:
    early moments keep their digits.

    Args:
        evolution: an evolution of populations.
        numbers: f (..., d).
        order: largest m.

    Returns:
        (..., t, order).
    """
    terms = _terms(evolution, numbers, order)
    return _stacked(evolution, [_sum(c * mean_over_levels(gained, powers) for c, gained, powers in m) for m in terms])


def state_function_sizes(evolution: Evolution, numbers: FloatArray, order: int) -> FloatArray:
    """The sizes of the terms that each moment of `state_function_moments` is the sum of, added up.

    Args:
        evolution: an evolution of populations.
        numbers: f (..., d).
        order: largest m.

    Returns:
        (..., t, order).
    """
    terms = _terms(evolution, numbers, order)
    sizes = ((abs(c) * mean_over_levels(np.abs(gained), np.abs(powers)) for c, gained, powers in m) for m in terms)
    return _stacked(evolution, [_sum(size) for size in sizes])


def _sum(terms: Iterable[FloatArray]) -> FloatArray:
    return np.asarray(sum(terms, start=np.zeros(())))


def _stacked(evolution: Evolution, moments: list[FloatArray]) -> FloatArray:
    begun = [set_at_start(moment, evolution.times, 0.0) for moment in moments]
    return np.stack(np.broadcast_arrays(*begun), axis=-1)


def _terms(evolution: Evolution, numbers: FloatArray, order: int) -> Iterator[list[_Term]]:
    """The terms of each moment: a factor, what each level gained, and what a level's number weighs it with."""
    assert evolution.motion is not None  # noqa: S101 - level_numbers has asked
    start = evolution.initial.populations
    # The moments do not change when f shifts; about its mean they cancel least, and far from zero f has few digits.
    numbers = numbers - over_levels(np.minimum, numbers)[..., None]
    numbers = numbers - over_levels(np.add, numbers * start)[..., None]
    gained = [evolution.change]
    gained += [_gained(evolution, numbers**power * start) for power in range(1, order)]
    for power in range(1, order + 1):
        yield [((-1.0) ** used * comb(power, used), gained[used], numbers ** (power - used)) for used in range(power)]


def _gained(evolution: Evolution, vector: FloatArray) -> FloatArray:
    """[exp(W t) - 1] v (..., t, d)."""
    motion = evolution.motion
    assert motion is not None  # noqa: S101 - the caller has asked
    staying = motion.limit.of(vector[..., None])[..., 0]
    later = motion.carry(vector, evolution.times) - staying[..., None, :]
    return population_change(motion, vector - staying, later, evolution.times)
