"""Maps of a driven leg: its generator as a series where that is exact, integrated on panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin._typing import FloatArray
from thermokin.cycles.look import EXACT, NUMBERS, Look
from thermokin.numerics.chebyshev_pieces import RESOLVED, ChebyshevPieces, chebyshev_pieces
from thermokin.numerics.magnus import Propagation, propagation

__all__ = ["driven_maps"]

EPSILON = float(np.finfo(np.float64).eps)
FEW, TOGETHER = 2**10, 8  # numbers of a generator of which so many panels cost hardly more than fewer
SMALL = 0.1  # of a tolerance: what a series may lack of a generator
SERIES = 2**21  # numbers of all coefficients of a generator to begin with, which halving makes more
HALVINGS = 5  # of a piece of a generator: what is not smooth by then is asked for node by node
BETWEEN = 24  # times at which a series of a generator is compared with it


def driven_maps(
    look: Look,
    key: Any,
    generator: Callable[[FloatArray], NDArray[Any]],
    times: FloatArray,
    tolerance: float,
    *,
    positive: bool,
) -> Propagation:
    """Maps of a driven leg between some of its times.

    Args:
        look: what is known of the leg.
        key: says which generator it is; "unitary" for one that is a series already, None for one that is not kept.
        generator: matrices (k, n, n) at times (k,).
        times: (m + 1,) ascending [time].
        tolerance: of all maps together.
        positive: by steps that keep complete positivity, at order 2.

    Returns:
        Maps (m, n, n).
    """
    edges = np.union1d(times, look.edges[(look.edges > times[0]) & (look.edges < times[-1])])
    length = times[-1] - times[0]
    panels = max(1, int(np.ceil(length / look.duration * look.survey.panels)))
    serves, lost = generator, 0.0
    if key != "unitary":
        series, size = _generator_of(look, key, generator)
        if series is not None and (series.floor + EPSILON) * size * length <= SMALL * tolerance:
            serves, lost = series.value, (series.floor + EPSILON) * size * float(length)
    if serves(edges[:1]).size <= FEW:
        panels = max(panels, TOGETHER)
    found = propagation(serves, edges, tolerance=tolerance, first=panels, positive=positive)
    # A Hamiltonian that is known to rounding of a large mean level turns states by as much for so long.
    lost += 2.0 * look.noise * float(length)
    return replace(found.between(edges, times), error=found.error + lost)


def _generator_of(
    look: Look, key: Any, generator: Callable[[FloatArray], NDArray[Any]]
) -> tuple[ChebyshevPieces | None, float]:
    """A generator as a series, if it is smooth, and its largest row sum."""
    if key is not None and key in look.generators:
        return look.generators[key]
    times = look.duration * (np.arange(BETWEEN) + 0.618034) / BETWEEN
    values = generator(times)
    found = _series(generator, look.edges, times, values), float(np.abs(values).sum(axis=-1).max())
    if key is not None:
        look.generators[key] = found
    return found


def _series(
    generator: Callable[[FloatArray], NDArray[Any]], edges: FloatArray, times: FloatArray, values: NDArray[Any]
) -> ChebyshevPieces | None:
    """A series, of which many nodes cost one product of matrices; None with a kink, with noise, or if it is long."""
    size = values[0].size
    if edges.size > SERIES // (25 * size):
        return None
    found = chebyshev_pieces(generator, edges, deepest=HALVINGS, at_once=max(25, NUMBERS // size))
    if found.floor > RESOLVED:
        return None
    miss = np.abs(found.value(times) - values).max()
    return found if miss <= 16.0 * EXACT * np.abs(values).max() else None
