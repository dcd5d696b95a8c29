"""Covariances per time of several currents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._typing import FloatArray
from thermokin.counting.counted import Counted
from thermokin.dynamics.steady_state import SteadyState
from thermokin.model.current import Current
from thermokin.solvers.resolvent import Resolvent

__all__ = ["Covariance", "covariance_of"]


@dataclass(frozen=True, eq=False)
class Covariance(Counted):
    """lim <<N_a N_b>> / t, the noise of each current on the diagonal.

    Args:
        values: (..., c, c) [amount_a amount_b/time].
        steady_state: where they were counted.
        defect: what the linear solves left, relative to their right sides (...).
        currents: what was counted.
        mean: (..., c) the currents themselves [amount/time].
    """

    currents: tuple[Current, ...]
    mean: FloatArray

    @property
    def correlation(self) -> FloatArray:
        """Covariance over the product of both deviations (..., c, c); NaN where a current does not fluctuate."""
        noise = np.diagonal(self.values, axis1=-2, axis2=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            scale = np.sqrt(noise[..., :, None] * noise[..., None, :])
            return np.asarray(self.values / scale)


def covariance_of(resolvent: Resolvent, steady_state: SteadyState, currents: Sequence[Current]) -> Covariance:
    """C_ab = <<1|J_ab rho + <<1|J_a rho_b + <<1|J_b rho_a with L rho_a = (c_a - J_a) rho.

    J_a weighs the jumps by the weights of a, J_ab by the product of both.

    Args:
        resolvent: the generator.
        steady_state: its steady state.
        currents: the currents.

    Returns:
        The covariances.
    """
    block, state = resolvent.block, resolvent.stationary
    rows = [block.rate_row(current.weights) for current in currents]
    gains = [resolvent.gain(current.weights) @ state[..., None] for current in currents]
    means = [np.asarray((row * state).sum(axis=-1).real) for row in rows]
    batch = np.broadcast_shapes(*(gain.shape[:-2] for gain in gains))
    right = np.concatenate(
        [
            np.broadcast_to(mean[..., None, None] * state[..., None] - gain, (*batch, block.size, 1))
            for mean, gain in zip(means, gains, strict=True)
        ],
        axis=-1,
    )
    responses = resolvent.drazin(right)
    values = np.zeros((*batch, len(currents), len(currents)))
    for one, first in enumerate(currents):
        for two, second in enumerate(currents[: one + 1]):
            shot = (block.rate_row(first.weights * second.weights) * state).sum(axis=-1).real
            crossed = (rows[one] * responses[..., two]).sum(axis=-1) + (rows[two] * responses[..., one]).sum(axis=-1)
            values[..., one, two] = values[..., two, one] = shot + crossed.real
    mean = np.stack(np.broadcast_arrays(*means), axis=-1)
    return Covariance(values, steady_state, resolvent.backward_error(right, responses), tuple(currents), mean)
