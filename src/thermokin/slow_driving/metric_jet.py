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
FIRST = np.array([4.0 / 5.0, -1.0 / 5.0, 4.0 / 105.0, -1.0 / 280.0])  # of eighth order, by pairs
SECOND = np.array([8.0 / 5.0, -1.0 / 5.0, 8.0 / 315.0, -1.0 / 560.0])


@dataclass(frozen=True, eq=False)
class MetricJet:
    """A metric at points with its derivatives.

    Args:
        value: g_ij (k, n, n).
        first: d_l g_ij (k, l, n, n), to eighth order in the step.
        second: d_l d_m g_ij (k, l, m, n, n), of mixed ones to second order: they serve Newton steps alone.
    """

    value: FloatArray
    first: FloatArray
    second: FloatArray


def metric_jet(metric: Metric, points: FloatArray, scales: FloatArray) -> MetricJet:
    """The metric and its derivatives, all points and all that lie beside them in one call.

    Args:
        metric: of points (k, n).
        points: (k, n).
        scales: how far the metric may be looked at beside them (k, n).

    Returns:
        The metric with its derivatives.
    """
    count, size = points.shape
    step = PART * scales / REACH
    moves = [np.zeros(size)]
    unit = np.eye(size)
    moves += [sign * number * unit[axis] for axis in range(size) for number in range(1, REACH + 1) for sign in (1, -1)]
    pairs = list(combinations(range(size), 2))
    moves += [a * unit[one] + b * unit[two] for one, two in pairs for a in (1, -1) for b in (1, -1)]
    every = points[None] + np.array(moves)[:, None, :] * step[None]
    found = metric(every.reshape(-1, size)).reshape(len(moves), count, size, size)
    value = found[0]
    first = np.empty((count, size, size, size))
    second = np.empty((count, size, size, size, size))
    for axis in range(size):
        own = found[1 + 2 * REACH * axis : 1 + 2 * REACH * (axis + 1)].reshape(REACH, 2, count, size, size)
        width = step[:, axis, None, None]
        first[:, axis] = np.tensordot(FIRST, own[:, 0] - own[:, 1], 1) / width
        second[:, axis, axis] = np.tensordot(SECOND, own[:, 0] + own[:, 1] - 2.0 * value, 1) / width**2
    for number, (one, two) in enumerate(pairs):
        begin = 1 + 2 * REACH * size + 4 * number
        four = found[begin : begin + 4]
        area = 4.0 * (step[:, one] * step[:, two])[:, None, None]
        mixed = (four[0] - four[1] - four[2] + four[3]) / area
        second[:, one, two] = second[:, two, one] = mixed
    return MetricJet(value, first, second)
