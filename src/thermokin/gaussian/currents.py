"""Currents of a Gaussian model: one weight for each loss and each gain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from thermokin._typing import FloatArray
from thermokin._verbs import answers
from thermokin.gaussian.model import NO_BATH, GaussianModel
from thermokin.model.bath import bath_entropy
from thermokin.model.weighed_current import WeighedCurrent
from thermokin.operators.as_numbers import as_real, require_moderate, shown

__all__ = ["GaussianCurrent", "entropy_weights", "from_pairing", "heat_weights", "own_current", "weighed"]


class Rated(Protocol):
    """A state of a Gaussian model, or several over time."""

    @property
    def model(self) -> GaussianModel:
        """The model."""

    @property
    def particle_change(self) -> FloatArray:
        """By how much the mean number of particles changes per time (...) [1/time]."""

    def along(self, weights: FloatArray) -> FloatArray:
        """The mean rate of a current of these weights (..., k)."""


@dataclass(frozen=True, eq=False, repr=False)
class GaussianCurrent(WeighedCurrent):
    """The amount sum_k c_k N_k that jumps of modes have exchanged; sums and multiples of currents are currents.

    Args:
        name: what it counts.
        weights: c_k (..., k): of all losses, then of all gains.
        model: the model whose jumps it weighs.

    Example:
        >>> import thermokin as tk
        >>> chain = tk.gaussian.hopping_chain(2, hopping=0.1, rate=0.1, temperature=1.0, left=400.0, right=-400.0)
        >>> net = (tk.particles(chain, "left") - tk.particles(chain, "right")) / 2.0
        >>> round(float(net.mean(tk.steady_state(chain))), 8)  # 2 t^2 r / (4 t^2 + r^2)
        0.04
    """

    model: GaussianModel

    def mean(self, state: Rated) -> FloatArray:
        """Mean rate in a state of the model.

        Args:
            state: its steady state, or an evolution.

        Returns:
            (...), of an evolution over time (..., t) [amount/time].

        Raises:
            ValueError: if the state belongs to another model.
        """
        if state.model is not self.model:
            raise ValueError(f"`state` belongs to another model than current {self.name!r}.")
        return state.along(self.weights)


def own_current(current: object, model: GaussianModel) -> GaussianCurrent:
    """The current, seen to be one of this model that can be counted.

    Args:
        current: what was given as a current.
        model: the model in which it is asked for.

    Returns:
        The current.

    Raises:
        TypeError: if it is not a current of a Gaussian model.
        ValueError: if it belongs to another model, or has infinite weights.
    """
    if not isinstance(current, GaussianCurrent):
        raise TypeError(f"`current` must be a current of a Gaussian model, such as particles(model), got {current!r}.")
    if current.model is not model:
        raise ValueError(f"current {current.name!r} belongs to another model; make it from this one.")
    if not np.isfinite(current.weights).all():
        raise ValueError(
            f"current {current.name!r} has infinite weights, so that it has no cumulants: the entropy of a jump that "
            "nothing undoes, or of heat into a bath at temperature 0, is infinite; count the particles or the heat."
        )
    return current


def weighed(weights: FloatArray, rates: FloatArray) -> FloatArray:
    """What jumps exchange, by channel; an infinite weight of a jump that does not happen counts nothing.

    Args:
        weights: (..., k).
        rates: how often each happens (..., k), or how many times.

    Returns:
        (..., k).
    """
    happens = (weights != 0.0) & (rates != 0.0)
    return np.asarray(np.where(happens, weights * np.where(happens, rates, 1.0), 0.0))


def _quanta(model: GaussianModel) -> FloatArray:
    return np.repeat([-1.0, 1.0], model.bath.size)


def _energies(model: GaussianModel) -> FloatArray:
    return np.concatenate([-model.jumps.energy, model.jumps.energy], axis=-1)


def heat_weights(model: GaussianModel) -> FloatArray:
    """Energy - mu particles of every channel.

    Args:
        model: the model.

    Returns:
        (..., k) [energy]; 0 where no bath stands behind it.
    """
    weights, bath = _energies(model), np.tile(model.bath, 2)
    for position, one in enumerate(model.baths):
        if one.chemical_potential.any():
            given = one.chemical_potential[..., None] * _quanta(model)
            weights = np.where(bath == position, weights - given, weights)
    return np.where(bath == NO_BATH, 0.0, weights)


def entropy_weights(model: GaussianModel) -> FloatArray:
    """Entropy that a jump of every channel puts into its surroundings (..., k) [nats].

    -heat/T with a bath. Without one ln(loss/gain) of a pair: inf for a jump that nothing undoes.

    Args:
        model: the model.

    Returns:
        s_k (..., k).
    """
    heat, bath = heat_weights(model), np.tile(model.bath, 2)
    weights = np.zeros(np.broadcast_shapes(heat.shape, (*model.batch_shape, 1)))
    for position, one in enumerate(model.baths):
        weights = np.where(bath == position, bath_entropy(heat, one.temperature[..., None]), weights)
    alone = model.bath == NO_BATH
    if alone.any():
        weights = np.where(np.tile(alone, 2), _of_pairs(model), weights)
    return weights


def _of_pairs(model: GaussianModel) -> FloatArray:
    """How much likelier a jump is than its partner, as a logarithm; 0 for one that never happens."""
    loss, gain = np.broadcast_arrays(model.jumps.loss, model.jumps.gain)
    with np.errstate(divide="ignore", invalid="ignore"):
        lost, gained = np.log(loss) - np.log(gain), np.log(gain) - np.log(loss)
    return np.concatenate([np.where(loss > 0.0, lost, 0.0), np.where(gain > 0.0, gained, 0.0)], axis=-1)


def from_pairing(state: Rated) -> FloatArray:
    """Particles per time that the pairing makes: what a number changes by beside the particles from baths.

    Args:
        state: a state at rest, or an evolution.

    Returns:
        (...) [1/time]; 0 without pairing.
    """
    change = state.particle_change
    if state.model.pairing is None:
        return np.zeros_like(change)
    return np.asarray(change - state.along(_quanta(state.model)))


def _of_bath(name: str, weights: Callable[[], FloatArray], model: GaussianModel, bath: str | None) -> GaussianCurrent:
    counted = weights()
    if bath is None:
        return GaussianCurrent(name, counted, model)
    if not isinstance(bath, str):
        raise TypeError(f"`bath` must be the name of a bath or None, got {shown(bath)}.")
    mine = np.tile(model.bath, 2) == model.bath_position(bath)
    return GaussianCurrent(f"{name} from {bath}", np.where(mine, counted, 0.0), model)


@answers(GaussianModel, "particles")
def particles(model: GaussianModel, bath: str | None = None) -> GaussianCurrent:
    """Quanta that jumps give to the modes, of bosons too."""
    return _of_bath("particles", lambda: _quanta(model), model, bath)


@answers(GaussianModel, "energy")
def energy(model: GaussianModel, bath: str | None = None) -> GaussianCurrent:
    """Energy that jumps give to the modes [energy]."""
    return _of_bath("energy", lambda: _energies(model), model, bath)


@answers(GaussianModel, "heat")
def heat(model: GaussianModel, bath: str | None = None) -> GaussianCurrent:
    """Heat that jumps give to the modes: energy - mu particles, from baths only [energy]."""
    return _of_bath("heat", lambda: heat_weights(model), model, bath)


@answers(GaussianModel, "entropy_flow")
def entropy_flow(model: GaussianModel, bath: str | None = None) -> GaussianCurrent:
    """Entropy that jumps put into their surroundings [nats]."""
    return _of_bath("entropy flow", lambda: entropy_weights(model), model, bath)


@answers(GaussianModel, "activity")
def activity(model: GaussianModel, bath: str | None = None) -> GaussianCurrent:
    """Number of jumps."""
    return _of_bath("activity", lambda: np.ones(model.channels), model, bath)


@answers(GaussianModel, "current")
def current(model: GaussianModel, weights: ArrayLike, *, name: str | None = None) -> GaussianCurrent:
    """A current of weights of one's own, (..., k): of all losses, then of all gains."""
    values = as_real(weights, "weights")
    require_moderate(values, "weights")
    if values.shape[-1:] != (model.channels,):
        raise ValueError(
            f"`weights` must have shape (..., {model.channels}), the losses of all pairs and then their gains, got "
            f"{values.shape}."
        )
    return GaussianCurrent("current" if name is None else name, values, model)
