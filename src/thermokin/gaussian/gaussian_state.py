"""The Gaussian steady state, by its second moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._threads import few_threads
from thermokin._typing import FloatArray
from thermokin._verbs import answers
from thermokin.gaussian.currents import entropy_weights, from_pairing, heat_weights, particles, weighed
from thermokin.gaussian.model import GaussianModel
from thermokin.gaussian.moments import GaussianMoments
from thermokin.numerics.lyapunov import norm

__all__ = ["GaussianState", "steady_state"]

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, eq=False)
class GaussianState(GaussianMoments, Result):
    """The steady state of a Gaussian model, which its second moments determine.

    Args:
        model: the model.
        moments: (..., m, m): `one_particle` without pairing; with it covariances of quadratures or Majorana operators.
        left: Frobenius' norm (...) of dY/dt, what the solution leaves.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> mode = tk.gaussian.bosons([[1.0]], [tk.gaussian.SiteContact(tk.Bath("bath", 0.5), 0, tk.Flat(0.02))])
        >>> n = 1.0 / math.expm1(2.0)
        >>> round(float(tk.steady_state(mode).entropy), 8), round((n + 1.0) * math.log(n + 1.0) - n * math.log(n), 8)
        (0.45844874, 0.45844874)
    """

    left: FloatArray

    @property
    def residual(self) -> FloatArray:
        """What the equation of motion leaves, over the sizes of its terms (...)."""
        space = self.model.space
        scale = norm(space.diffusion) + self.model.lyapunov.size(self.moments)
        return np.asarray(self.left / np.where(scale > 0.0, scale, 1.0))

    @cached_property
    def uncertainty(self) -> FloatArray:
        """Frobenius' norm (...) of what the equation of motion may be off: residual, and rounding of its terms."""
        space = self.model.space
        return np.asarray(self.left + EPS * (2.0 * norm(space.diffusion) + self.model.lyapunov.size(self.moments)))

    @cached_property
    def occupation_error(self) -> FloatArray:
        """How far rounding may have moved each of the `occupations`, from above (..., n).

        What is off by R moves the moments by no more than |R| times the response to the identity, which is positive.

        Cost:
            One Lyapunov equation.
        """
        size = self.moments.shape[-1]
        with few_threads(size):
            response, _ = self.model.lyapunov.solve(np.eye(size))
        bound = (
            np.diagonal(self._on_sites(response) if self.model.pairing is None else response, axis1=-2, axis2=-1).real
            * self.uncertainty[..., None]
        )
        if self.model.pairing is None:
            return np.asarray(bound)
        return np.asarray(0.5 * (bound[..., : self.model.modes] + bound[..., self.model.modes :]))

    @cached_property
    def jump_rates(self) -> FloatArray:
        """How often each loss and each gain happens (..., k) [1/time]."""
        space = self.model.space
        return space.told(space.rates(space.moved(self.moments, bare=True)))

    def along(self, weights: FloatArray) -> FloatArray:
        """sum_k w_k a_k, the mean rate of a current.

        Args:
            weights: w_k (..., k).

        Returns:
            (...).
        """
        return np.asarray(weighed(weights, self.jump_rates).sum(axis=-1))

    @property
    def heat(self) -> dict[str, FloatArray]:
        """Heat current from each bath into the modes, by the quanta of its jumps [energy/time]."""
        return self._by_bath(heat_weights(self.model))

    @property
    def particles(self) -> dict[str, FloatArray]:
        """Particle current from each bath into the modes [1/time]."""
        return self._by_bath(particles(self.model).weights)

    @property
    def particles_from_pairing(self) -> FloatArray:
        """Particles per time that the pairing makes, as of a condensate (...) [1/time]; 0 without pairing.

        With it the particle currents from the baths do not add up to 0: this is what they lack.
        """
        return from_pairing(self)

    @property
    def entropy_production_rate(self) -> FloatArray:
        """Entropy production sum_k s_k a_k >= 0 (...) [nats/time]; inf where a jump happens that nothing undoes."""
        return self.along(entropy_weights(self.model))

    def _by_bath(self, weights: FloatArray) -> dict[str, FloatArray]:
        bath = np.tile(self.model.bath, 2)
        flows = weighed(weights, self.jump_rates)
        return {
            one.name: np.asarray(np.where(bath == position, flows, 0.0).sum(axis=-1))
            for position, one in enumerate(self.model.baths)
        }


@answers(GaussianModel, "steady_state")
def steady_state(model: GaussianModel) -> GaussianState:
    """The state at rest of a Gaussian model.

    Args:
        model: the model.

    Returns:
        Its second moments with their residual; NaN at points of a sweep that have none.

    Raises:
        NotConvergedError: if the Lyapunov equation is not solved to rounding.
    """
    with few_threads(model.space.drift.shape[-1]):
        moments, left = model.lyapunov.solve(model.space.diffusion)
    if model.lost.any():
        moments, left = np.where(model.lost[..., None, None], np.nan, moments), np.where(model.lost, np.nan, left)
    return GaussianState(model, moments, left)
