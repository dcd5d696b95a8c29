"""The Gallavotti-Cohen symmetry of a cumulant generating function, tested."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from thermokin._result import Result
from thermokin._typing import BoolArray, FloatArray
from thermokin.counting.tilted_envelope import TiltedEnvelope

__all__ = ["FluctuationSymmetry", "no_symmetry", "symmetry_of"]

STEPS = 60  # of the search for the centre
LARGEST = 300.0  # of |s c| in that search
ROUNDING = 1e-13  # step of the centre, relative to a natural field, below which it is found
STILL = 1e-10  # of the shot noise, below which the noise of a current is rounding
TOLERANCE = 1e-8  # deviation, relative to the largest |lambda| compared, up to which the symmetry is taken to hold


@dataclass(frozen=True, eq=False)
class FluctuationSymmetry(Result):
    """How well lambda(s) = lambda(-A - s).

    Args:
        affinity: A (...) [1/amount].
        deviation: the largest |lambda(s) - lambda(-A - s)| over the fields (...) [1/time].
        relative: the same over the largest |lambda| compared (...), 0 where both are 0.
        why: the reason in words where there is no such affinity, and both deviations are infinite; else empty.
    """

    affinity: FloatArray
    deviation: FloatArray
    relative: FloatArray
    why: str = ""

    @property
    def holds(self) -> BoolArray:
        """Whether the relative deviation is below 1e-8, what eigenvalues are good for (...)."""
        return np.asarray(self.relative <= TOLERANCE)


def no_symmetry(why: str) -> FluctuationSymmetry:
    """What is found of a current that cannot have the symmetry, for a reason in words."""
    none = np.asarray(np.inf)
    return FluctuationSymmetry(np.zeros(()), none, none, why)


def symmetry_of(envelope: TiltedEnvelope, s: FloatArray, affinity: FloatArray | None) -> FluctuationSymmetry:
    """Compare lambda with its mirror image about -A/2.

    Args:
        envelope: the dominant eigenpairs on the fields.
        s: the fields (f,).
        affinity: A (...); None for minus twice the place of the minimum.

    Returns:
        The comparison.

    Raises:
        ValueError: if there is no minimum, or the affinity does not fit.
        NotConvergedError: if an eigenpair is not found to its tolerance.
    """
    batch = envelope.batch
    if affinity is None:
        affinity = -2.0 * _centre(envelope)
    if not np.isfinite(affinity).all():
        raise ValueError("`affinity` must be finite.")
    try:
        affinity = np.broadcast_to(affinity, batch)
    except ValueError:
        raise ValueError(f"`affinity` must broadcast with the leading axes {batch}, got {affinity.shape}.") from None
    mirrored = -affinity - s.reshape(-1, *(1 for _ in batch))
    if float((np.abs(mirrored) * envelope.reach).max()) > LARGEST:
        raise ValueError("`affinity` and `s` lead to fields beyond what numbers hold; ask for a narrower grid.")
    image = TiltedEnvelope.at(envelope.tiltings, mirrored)
    deviation = np.abs(envelope.values - image.values).max(axis=0)
    scale = np.maximum(np.abs(envelope.values), np.abs(image.values)).max(axis=0)
    return FluctuationSymmetry(affinity, deviation, deviation / np.where(scale > 0.0, scale, 1.0))


def _centre(envelope: TiltedEnvelope) -> FloatArray:
    """Where lambda is least (...): Newton's method on lambda' inside a bracket."""
    batch, reach = envelope.batch, np.broadcast_to(envelope.reach, envelope.batch)

    if (_fluctuation(envelope) <= STILL).any():
        raise ValueError("the current does not fluctuate in the long run, so that it has no affinity of its own.")

    def slopes(fields: FloatArray) -> tuple[FloatArray, FloatArray]:
        here = TiltedEnvelope.at(envelope.tiltings, fields[None])
        return here.slope[0], here.curvature[0]

    low, high = _bracket(slopes, batch, reach)
    centre = 0.5 * (low + high)
    for _ in range(STEPS):
        slope, curvature = slopes(centre)
        low, high = np.where(slope <= 0.0, centre, low), np.where(slope >= 0.0, centre, high)
        trial = centre - slope / np.where(curvature > 0.0, curvature, np.inf)
        inside = (trial > low) & (trial < high) & (curvature > 0.0)
        moved = np.where(inside, trial, 0.5 * (low + high))
        change = float((np.abs(moved - centre) * reach).max())
        centre = moved
        if change <= ROUNDING:
            break
    return np.asarray(centre)


def _fluctuation(envelope: TiltedEnvelope) -> FloatArray:
    """The noise at rest over the shot noise sum_k c_k^2 a_k of the jumps (...), 0 where there are none."""
    rest = TiltedEnvelope.at(envelope.tiltings, np.zeros((1, *envelope.batch)))
    shot = np.stack(
        [
            (tilting.generator.block.rate_row(tilting.generator.weights**2) * state.right[0]).sum(axis=-1).real
            for tilting, state in zip(envelope.tiltings, rest.states, strict=True)
        ]
    )
    leading = np.take_along_axis(shot, rest.sector, axis=0)[0]
    return np.asarray(rest.curvature[0] / np.where(leading > 0.0, leading, np.inf))


def _bracket(
    slopes: Callable[[FloatArray], tuple[FloatArray, FloatArray]], batch: tuple[int, ...], reach: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Fields on both sides of the minimum (...): downhill from 0 in steps that double."""
    place, beyond, done = np.zeros(batch), np.zeros(batch), np.zeros(batch, dtype=bool)
    step = np.where(slopes(place)[0] > 0.0, -1.0, 1.0) / reach
    while not done.all():
        ahead = np.where(done, beyond, place + step)
        if float((np.abs(ahead) * reach).max()) > LARGEST:
            raise ValueError("lambda has no minimum at a finite field: the current has no affinity.")
        past = ~done & (slopes(ahead)[0] * step >= 0.0)
        beyond = ahead
        done = done | past
        place = np.where(done, place, ahead)
        step = np.where(done, step, 2.0 * step)
    return np.minimum(place, beyond), np.maximum(place, beyond)
