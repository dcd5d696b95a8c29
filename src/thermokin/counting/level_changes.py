"""Amounts that are the change of a number which each level has: their probabilities need no counting field."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.distinct_amounts import distinct_amounts
from thermokin.counting.listed_amounts import ListedAmounts
from thermokin.model.model import Model
from thermokin.motion.evolution import evolve
from thermokin.motion.initial import InitialState, Populations

__all__ = ["level_changes"]


def level_changes(model: Model, initial: InitialState, numbers: FloatArray, times: FloatArray) -> ListedAmounts:
    """P(f_j - f_i) = sum over pairs of levels of p_i(0) times the probability to be in j when one started in i.

    Args:
        model: a model with closed populations, its energy diagonal in the frame.
        initial: the initial state.
        numbers: f (..., d).
        times: (..., t).

    Returns:
        The amounts and their probabilities.

    Raises:
        ValueError: if amounts coincide or swap at points of a sweep.

    Cost:
        A propagation from each level: d^2 numbers a time.
    """
    size = model.dimension
    start = initial.populations
    depth = max(len(model.batch_shape), times.ndim - 1, start.ndim - 1)
    levels = np.eye(size).reshape(size, *(1,) * depth, size)
    arrived = evolve(model, Populations(levels), times).populations
    joint = np.moveaxis(arrived, 0, -2) * start[..., None, :, None]
    change = numbers[..., None, :] - numbers[..., :, None]
    values, place = distinct_amounts(change.reshape(*change.shape[:-2], -1))
    listed = ListedAmounts(change, joint.reshape(*joint.shape[:-2], -1), np.zeros(joint.shape[:-2]))
    return listed.gathered(values, place)
