"""A Gaussian state over time, and its ledger."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thermokin._cached import cached_property
from thermokin._result import Result
from thermokin._threads import few_threads
from thermokin._typing import FloatArray
from thermokin._verbs import answers
from thermokin.gaussian.currents import activity, entropy_weights, from_pairing, heat_weights, particles, weighed
from thermokin.gaussian.gaussian_state import GaussianState, steady_state
from thermokin.gaussian.model import GaussianModel
from thermokin.gaussian.moments import GaussianMoments, entropy_change
from thermokin.gaussian.starts import moments_at_start
from thermokin.motion.time_grid import checked_times, set_at_start
from thermokin.numerics.lyapunov import Matrix
from thermokin.operators.as_numbers import common_axes, shown

__all__ = ["GaussianEvolution", "GaussianLedger", "evolve", "ledger"]

ROUNDING = 1e-13  # of what two numbers are that add up to none
ROOM = 1e9  # numbers of the moments at all times


@dataclass(frozen=True, eq=False)
class GaussianEvolution(GaussianMoments, Result):
    """Second moments over time (..., t, m, m), and all that they say.

    Args:
        model: the model.
        moments: over time.
        times: (..., t) [time].
        start: moments at time 0 (..., m, m).
        final: the steady state, where it ends.

    Example:
        >>> import math
        >>> import thermokin as tk
        >>> mode = tk.gaussian.bosons([[1.0]], [tk.gaussian.SiteContact(tk.Bath("bath", 0.5), 0, tk.Flat(0.02))])
        >>> n = 1.0 / math.expm1(2.0)
        >>> tk.evolve(mode, tk.Gibbs(0.0), [50.0]).occupations.round(8), round(n * (1.0 - math.exp(-1.0)), 8)
        (array([[0.09893802]]), 0.09893802)
    """

    times: FloatArray
    start: Matrix
    final: GaussianState

    def beside(self, matrix: Matrix) -> Matrix:
        """A matrix of the model (..., m, m), with an axis for the times."""
        return np.asarray(matrix[..., None, :, :])

    def along(self, weights: FloatArray) -> FloatArray:
        """sum_k w_k a_k, the mean rate of a current, over time.

        Args:
            weights: w_k (..., k).

        Returns:
            (..., t).
        """
        space = self.model.space
        found = []
        for place in range(self.times.shape[-1]):
            rates = space.told(space.rates(space.moved(self.moments[..., place, :, :], bare=True)))
            found.append(weighed(weights, rates).sum(axis=-1))
        return np.stack(np.broadcast_arrays(*found), axis=-1)

    @property
    def particles_from_pairing(self) -> FloatArray:
        """Particles per time that the pairing makes, as of a condensate (..., t) [1/time]; 0 without pairing."""
        return from_pairing(self)

    @cached_property
    def _beyond(self) -> Matrix:
        """The time integral of the moments less the final ones (..., t, m, m): X I + I X^+ = Y(0) - Y(t)."""
        solver = self.model.lyapunov
        places = range(self.times.shape[-1])
        return np.stack([solver.solve(self.start - self.moments[..., place, :, :])[0] for place in places], axis=-3)

    def since_start(self, weights: FloatArray) -> FloatArray:
        """The mean amount that a current has exchanged since time 0.

        Args:
            weights: w_k (..., k).

        Returns:
            (..., t).
        """
        space = self.model.space
        limited = np.where(np.isinf(weights), 0.0, weights)
        found = []
        for place in range(self.times.shape[-1]):
            settled = self.final.jump_rates * self.times[..., place, None]
            beyond = space.rates(space.moved(self._beyond[..., place, :, :], bare=False))
            amounts = weighed(limited, settled).sum(axis=-1) + weighed(limited, beyond).sum(axis=-1)
            # Both parts may be infinite, of opposite signs: whether such a jump has happened is seen in their sum.
            counts = settled + beyond
            happened = np.where(counts > ROUNDING * (np.abs(settled) + np.abs(beyond)), 1.0, 0.0)
            found.append(amounts + weighed(np.where(np.isinf(weights), weights, 0.0), happened).sum(axis=-1))
        return np.stack(np.broadcast_arrays(*found), axis=-1)


@answers(GaussianModel, "evolve")
def evolve(model: GaussianModel, initial: object, times: ArrayLike) -> GaussianEvolution:
    """Second moments over time, Y(t) = Y_ss + exp(-X t) (Y(0) - Y_ss) exp(-X^+ t).

    Args:
        model: the model.
        initial: `Gibbs(temperature)`, occupations (..., n), moments (..., n, n), a state of these modes, or, with
            pairing, covariances of quadratures (..., 2n, 2n).
        times: (..., t) strictly ascending, >= 0 [time].

    Returns:
        The evolution.

    Raises:
        ValueError: if the start or the times are not valid, or the moments at all times are more than memory holds.

    Cost:
        Two products of n x n matrices for each time.
    """
    grid = checked_times(times)
    start = moments_at_start(model, initial)
    lead = common_axes({"model": model.batch_shape, "initial": start.shape[:-2], "times": grid.shape[:-1]})
    numbers = float(np.prod([*lead, grid.shape[-1], start.shape[-1] ** 2]))
    if numbers > ROOM:
        raise ValueError(f"`times` make {numbers:.3g} numbers of second moments, which no memory holds; give fewer.")
    with few_threads(start.shape[-1]):
        final = steady_state(model)
        moved = model.lyapunov.decayed(start - final.moments, grid)
    return GaussianEvolution(model, moved + final.moments[..., None, :, :], grid, start, final)


@dataclass(frozen=True, eq=False)
class GaussianLedger(Result):
    """What an evolution of a Gaussian state costs; rates carry "rate" in their name, amounts count since time 0.

    Args:
        evolution: the evolution.
    """

    evolution: GaussianEvolution

    @property
    def model(self) -> GaussianModel:
        """The model."""
        return self.evolution.model

    @property
    def times(self) -> FloatArray:
        """(..., t) [time]."""
        return self.evolution.times

    @property
    def energy(self) -> FloatArray:
        """<H> of the whole Hamiltonian (..., t) [energy]."""
        return self.evolution.energy

    @cached_property
    def entropy(self) -> FloatArray:
        """-tr rho ln rho (..., t) [nats]."""
        return self.evolution.entropy

    @cached_property
    def initial_entropy(self) -> FloatArray:
        """Entropy at time 0 (...) [nats]."""
        return GaussianMoments(self.model, self.evolution.start).entropy

    @cached_property
    def heat_rate(self) -> dict[str, FloatArray]:
        """Heat current from each bath, by the quanta of its jumps (..., t) [energy/time]."""
        return self._each(heat_weights(self.model), since=False)

    @cached_property
    def heat(self) -> dict[str, FloatArray]:
        """Heat from each bath since time 0 (..., t) [energy]."""
        return self._each(heat_weights(self.model), since=True)

    @cached_property
    def particle_rate(self) -> dict[str, FloatArray]:
        """Particle current from each bath (..., t) [1/time]."""
        return self._each(particles(self.model).weights, since=False)

    @cached_property
    def particles(self) -> dict[str, FloatArray]:
        """Particles from each bath since time 0 (..., t)."""
        return self._each(particles(self.model).weights, since=True)

    @cached_property
    def full_energy_rate(self) -> dict[str, FloatArray]:
        """By how much each bath changes the energy of the whole Hamiltonian (..., t) [energy/time]."""
        return self.evolution.full_energy_rate

    @cached_property
    def activity_rate(self) -> FloatArray:
        """Jumps per time (..., t) [1/time]."""
        return self.evolution.along(activity(self.model).weights)

    @cached_property
    def entropy_production_rate(self) -> FloatArray:
        """DS/dt and the entropy that jumps put into the baths, >= 0 (..., t) [nats/time].

        inf where a mode without particles is being filled, and where a jump happens that nothing undoes.
        """
        return entropy_change(self.evolution) + self.evolution.along(entropy_weights(self.model))

    @cached_property
    def entropy_production(self) -> FloatArray:
        """Entropy produced since time 0 (..., t) [nats]."""
        given = self.evolution.since_start(entropy_weights(self.model))
        return set_at_start(np.asarray(self.entropy - self.initial_entropy[..., None] + given), self.times, 0.0)

    def _each(self, weights: FloatArray, *, since: bool) -> dict[str, FloatArray]:
        bath, found = np.tile(self.model.bath, 2), {}
        for position, one in enumerate(self.model.baths):
            own = np.where(bath == position, weights, 0.0)
            found[one.name] = self.evolution.since_start(own) if since else self.evolution.along(own)
        return found


@answers(GaussianModel, "ledger")
def ledger(model: GaussianModel, evolution: GaussianEvolution) -> GaussianLedger:
    """The ledger of an evolution of a Gaussian model.

    Args:
        model: the model.
        evolution: an evolution of that model.

    Returns:
        The ledger, whose entries are made on first use.

    Raises:
        ValueError: if the evolution belongs to another model.
        TypeError: if it is no evolution of a Gaussian model.
    """
    if not isinstance(evolution, GaussianEvolution):
        raise TypeError(f"`evolution` must be what `evolve` returns of this model, got {shown(evolution)}.")
    if evolution.model is not model:
        raise ValueError("`evolution` belongs to another model; evolve this one.")
    return GaussianLedger(evolution)
