"""Cumulants of a current in ball arithmetic."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from thermokin.counting.ball_counts import BallCounts
from thermokin.liouville.ball_generator import BallGenerator, ball_generators
from thermokin.model.current import Current
from thermokin.numerics.ball_certificate import Certificate, certificate_of
from thermokin.numerics.ball_numbers import Ball, ball, flint, sharpened

__all__ = ["certified_cumulants", "weight_balls"]


def weight_balls(counts: BallCounts, current: Current, point: int) -> list[Ball]:
    """What each jump counts, as the rational number that the double is.

    Args:
        counts: of the point.
        current: the current.
        point: its place among the flattened points.

    Returns:
        One real ball for each jump.
    """
    model = current.model
    rows = np.broadcast_to(current.weights, (*model.batch_shape, model.table.size)).reshape(-1, model.table.size)
    return counts.spread([ball(float(one)) for one in rows[point]])


def certified_cumulants(current: Current, order: int) -> Certificate:
    """An enclosure of the cumulants (..., order) of a current at rest.

    Args:
        current: the current.
        order: of the last cumulant.

    Returns:
        The certificate.

    Raises:
        ArgumentError: if there are more than 256 unknowns.
        NotConvergedError: if the steady state is not proven to be the only one.
        ImportError: if python-flint is not installed.

    Cost:
        One solve in ball arithmetic for each order: some 0.4 s with 256 unknowns.
    """
    flint()
    balls: list[Ball] = []
    most = 0
    for point, generator in enumerate(ball_generators(current.model)):
        row, bits = sharpened(partial(_found, current, order, point, generator), list, f"cumulants of {current.name}")
        balls += row
        most = max(most, bits)
    shape = (*current.model.batch_shape, order)
    return certificate_of(f"cumulants of {current.name}", balls, shape, most)


def _found(current: Current, order: int, point: int, generator: BallGenerator) -> list[Ball]:
    counts = BallCounts(replace(generator))
    return counts.cumulants(weight_balls(counts, current, point), order)
