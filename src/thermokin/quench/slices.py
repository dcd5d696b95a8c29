"""Some points of a sweep: the same evolution of populations at those points alone."""

from __future__ import annotations

import numpy as np

from thermokin._typing import IntArray
from thermokin.model.chosen_points import ChosenPoints
from thermokin.motion.evolution import Evolution

__all__ = ["at_points", "cut"]


def at_points(evolution: Evolution, points: IntArray) -> Evolution | None:
    """An evolution of populations at some points of its sweep.

    Args:
        evolution: the evolution.
        points: (m,) numbers in the flattened leading axes.

    Returns:
        The evolution over one leading axis (m,), at its first time alone and to be asked `at` others; None for one that
        holds coherences or has no leading axes.
    """
    return _chosen(evolution, points, slice(1))


def cut(evolution: Evolution, points: slice) -> Evolution | None:
    """A stretch of the sweep of an evolution of populations, at all its times.

    Args:
        evolution: the evolution.
        points: a stretch of the flattened leading axes.

    Returns:
        The evolution over one leading axis (m,), whose arrays are views; None as for `at_points`.
    """
    return _chosen(evolution, points, slice(None))


def _chosen(evolution: Evolution, points: IntArray | slice, times: slice) -> Evolution | None:
    batch, motion = evolution.populations.shape[:-2], evolution.motion
    if motion is None or not evolution.population_only or not batch or not isinstance(motion.rates, np.ndarray):
        return None
    pick = ChosenPoints(batch, points)
    return Evolution(
        evolution.preparation.at_points(pick),
        pick.of(evolution.times[..., times], 1),
        pick.of(evolution.populations[..., times, :], 2),
        pick.of(evolution.deviation[..., times, :], 2),
        (),
    )
