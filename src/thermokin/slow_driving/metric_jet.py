"""The metric of slow driving at many points with its derivatives by the controls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np

from thermokin._typing import FloatArray

__all__ = ["Metric", "MetricJet", "metric_jet"]

Metric: TypeAlias = Callable[[FloatArray], FloatArray]
"""From points (k, n) to g (k, n, n)."""

PART = 0.5  # of the interval within which derivatives of the family look, so that both stay in its range
REACH = 4
FIRST = (4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0)  # of eighth order, by pairs
SECOND = (8.0 / 5.0, -1.0 / 5.0, 8.0 / 315.0, -1.0 / 560.0)


@dataclass(frozen=True, eq=False)
class MetricJet:
    """A metric at points with its derivatives.

    Args:
        value: g_ij (k, n, n).
        first: d_l g_ij (k, l, n, n), to eighth order in the step, or to second.
        second: d_l d_m g_ij (k, l, m, n, n), of mixed ones to second order: they serve Newton steps alone.
    """

    value: FloatArray
    first: FloatArray
    second: FloatArray


def metric_jet(metric: Metric, points: FloatArray, scales: FloatArray, pairs: int = REACH) -> MetricJet:
    """The metric and its derivatives, all points and all that lie beside them in one call.

    Args:
        metric: of points (k, n).
        points: (k, n).
        scales: how far the metric may be looked at beside them (k, n).
        pairs: of points along each control, 4 for derivatives of eighth order or 1 of second.

    Returns:
        The metric with its derivatives.
    """
    count, size = points.shape
    step = PART * scales / REACH
    first_weights, second_weights = (np.array([0.5]), np.ones(1)) if pairs == 1 else (np.array(FIRST), np.array(SECOND))
    moves = [np.zeros(size)]
    unit = np.eye(size)
    moves += [sign * number * unit[axis] for axis in range(size) for number in range(1, pairs + 1) for sign in (1, -1)]
    mixed_of = list(combinations(range(size), 2))
    moves += [a * unit[one] + b * unit[two] for one, two in mixed_of for a in (1, -1) for b in (1, -1)]
    every = points[None] + np.array(moves)[:, None, :] * step[None]
    found = metric(every.reshape(-1, size)).reshape(len(moves), count, size, size)
    value = found[0]
    first = np.empty((count, size, size, size))
    second = np.empty((count, size, size, size, size))
    for axis in range(size):
        own = found[1 + 2 * pairs * axis : 1 + 2 * pairs * (axis + 1)].reshape(pairs, 2, count, size, size)
        width = step[:, axis, None, None]
        first[:, axis] = np.tensordot(first_weights, own[:, 0] - own[:, 1], 1) / width
        second[:, axis, axis] = np.tensordot(second_weights, own[:, 0] + own[:, 1] - 2.0 * value, 1) / width**2
    for number, (one, two) in enumerate(mixed_of):
        begin = 1 + 2 * pairs * size + 4 * number
        four = found[begin : begin + 4]
        area = 4.0 * (step[:, one] * step[:, two])[:, None, None]
        mixed = (four[0] - four[1] - four[2] + four[3]) / area
        second[:, one, two] = second[:, two, one] = mixed
    return MetricJet(value, first, second)
