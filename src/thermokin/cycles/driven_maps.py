"""Maps of a driven leg: its generator as a series where that is exact, integrated on panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from thermokin._errors import NotConvergedError
from thermokin._typing import FloatArray
from thermokin.cycles.look import EXACT, NUMBERS, Look
from thermokin.cycles.slopes import CHECKED
from thermokin.numerics.chebyshev_pieces import RESOLVED, ChebyshevPieces, chebyshev_pieces
from thermokin.numerics.kinks import kinks
from thermokin.numerics.magnus import Propagation, propagation, survey_times
from thermokin.numerics.slow_propagation import forgotten_after, slow_propagation

__all__ = ["driven_maps"]

EPSILON = float(np.finfo(np.float64).eps)
FEW, TOGETHER = 2**10, 8  # numbers of a generator of which so many panels cost hardly more than fewer
SMALL = 0.1  # of a tolerance: what a series may lack of a generator
SERIES = 2**21  # numbers of all coefficients of a generator to begin with, which halving makes more
LONG = 2000.0  # turns of a leg from which implicit steps are tried
SOON = 0.5  # of a leg, after which what turns must be forgotten
HALVINGS = 5  # of a piece of a generator: what is not smooth by then is asked for node by node
POINTS, SINGULAR = 40, 32  # halvings of a piece that close in on a bend of rates; pieces beyond which it is noise
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

    Raises:
        NotConvergedError: if panels become too many.
    """
    cuts = look.edges
    length = times[-1] - times[0]
    panels = max(1, int(np.ceil(length / look.duration * look.survey.panels)))
    serves, lost = generator, 0.0
    if key != "unitary":
        series, size, cuts = _generator_of(look, key, generator)
        unsure = (series.floor + EPSILON) * size * float(length) if series is not None else np.inf
        if series is not None and times.size > 2 and size * np.diff(times).max() > LONG:
            return _by_intervals(look, key, generator, times, tolerance, positive=positive)
        if series is not None and key is not None and not positive and size * length > LONG and times.size == 2:
            slow = _slow(series.value, times, size, tolerance)
            if slow is not None:
                return replace(slow, error=slow.error + unsure + 2.0 * look.noise * float(length))
        if series is not None and unsure <= SMALL * tolerance:
            serves, lost = series.value, unsure
    edges = np.union1d(times, cuts[(cuts > times[0]) & (cuts < times[-1])])
    if serves(edges[:1]).size <= FEW:
        panels = max(panels, TOGETHER)
    try:
        found = propagation(serves, edges, tolerance=tolerance, first=panels, positive=positive)
    except NotConvergedError as error:
        turns = float(np.abs(serves(look.duration * CHECKED)).sum(axis=-1).max() * length)
        if turns < LONG:
            raise
        raise NotConvergedError(
            f"a leg of duration {look.duration:g}, in which a state turns about {turns:.2g} times, takes too many "
            "panels, and nothing damps what turns so soon that longer steps would do.",
            error.residual,
            "Make the leg shorter, or take the limit of slow legs from tk.ideal_cycle.",
        ) from error
    # A Hamiltonian that is known to rounding of a large mean level turns states by as much for so long.
    lost += 2.0 * look.noise * float(length)
    return replace(found.between(edges, times), error=found.error + lost)


def _by_intervals(
    look: Look,
    key: Any,
    generator: Callable[[FloatArray], NDArray[Any]],
    times: FloatArray,
    tolerance: float,
    *,
    positive: bool,
) -> Propagation:
    """The same one interval after the other, each by the steps that serve it."""
    share = tolerance / (times.size - 1)
    parts = [
        driven_maps(look, key, generator, pair, share, positive=positive) for pair in sliding_window_view(times, 2)
    ]
    error, panels = sum(part.error for part in parts), sum(part.panels for part in parts)
    floor = any(part.at_floor for part in parts)
    return Propagation(np.concatenate([part.maps for part in parts]), panels, error, floor)


def _slow(
    generator: Callable[[FloatArray], NDArray[Any]], times: FloatArray, size: float, tolerance: float
) -> Propagation | None:
    """The map of a long leg whose baths damp what turns, by steps as long as its drive is slow."""
    start, end = float(times[0]), float(times[-1])
    forgotten = forgotten_after(generator(survey_times(start, end, BETWEEN)), tolerance)
    if not forgotten < SOON * (end - start):
        return None
    middle = start + max(forgotten, 1.0 / size)
    return slow_propagation(generator, start, middle, end, tolerance=tolerance, size=size)


def _generator_of(
    look: Look, key: Any, generator: Callable[[FloatArray], NDArray[Any]]
) -> tuple[ChebyshevPieces | None, float, FloatArray]:
    """A generator as a series, if it is smooth between cuts, its largest row sum, and the cuts."""
    if key is not None and key in look.generators:
        return look.generators[key]
    times = look.duration * (np.arange(BETWEEN) + 0.618034) / BETWEEN
    values = generator(times)
    series, cuts = _series(generator, look.edges, times, values), look.edges
    if series is None:
        cuts = np.union1d(cuts, _kinks_of(generator, cuts, values[0].shape[-1]))
        if cuts.size > look.edges.size:
            series = _series(generator, cuts, times, values)
    found = series, float(np.abs(values).sum(axis=-1).max()), cuts
    if key is not None:
        look.generators[key] = found
    return found


def _kinks_of(generator: Callable[[FloatArray], NDArray[Any]], edges: FloatArray, size: int) -> FloatArray:
    """Where rates bend or jump although operators do not, by what the generator makes of one vector."""
    vector = np.cos(1.0 + np.arange(size))

    def seen(times: FloatArray) -> NDArray[Any]:
        return np.asarray(generator(times) @ vector)

    return kinks(chebyshev_pieces(seen, edges, deepest=POINTS, at_once=max(25, NUMBERS // size**2), most=SINGULAR))


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
