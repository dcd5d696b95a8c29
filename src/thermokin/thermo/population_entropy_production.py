"""The entropy production rate of populations, bath by bath, in Spohn's form."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.dynamics.evolution import Evolution, move
from thermokin.liouville.rate_matrix import RateMatrix, rate_matrix
from thermokin.thermo.equilibrium import baths_agree, log_thermal_populations

__all__ = ["bath_flows", "log_ratio", "population_entropy_production_rates", "spohn"]


def bath_flows(evolution: Evolution, bath: int) -> FloatArray:
    """W_b p: how the jumps of one bath change the populations (..., t, d) [1/time].

    Args:
        evolution: an evolution with closed populations.
        bath: position of the bath.

    Returns:
        The flows; from the deviation where the baths agree, so that they keep their relative accuracy at late times.
    """
    assert evolution.motion is not None  # noqa: S101 - asked only of closed populations
    rates = evolution.motion.rates if len(evolution.model.baths) == 1 else rate_matrix(evolution.liouvillian, bath)
    vectors = evolution.deviation if baths_agree(evolution.model) else evolution.populations
    return _exact_at_start(evolution, rates, move(rates, vectors))


def _exact_at_start(evolution: Evolution, rates: RateMatrix, flows: FloatArray) -> FloatArray:
    """At time 0 the flow into an empty level must be exactly zero where nothing feeds it: taken from p(0) itself."""
    started = evolution.times == 0.0
    if not started.any():
        return flows
    first = move(rates, evolution.initial.populations[..., None, :])
    return np.where(started[..., None], first, flows)


def log_ratio(evolution: Evolution, log_reference: FloatArray) -> FloatArray:
    """ln(p / q) (..., t, d), by log1p where p is close to its own limit q.

    Args:
        evolution: an evolution of populations.
        log_reference: ln q (..., d).

    Returns:
        The logarithm; -inf for a level that is empty at time 0. A level that has underflowed later gives 0, since its
        contribution p ln p has.
    """
    populations, reference = evolution.populations, np.exp(log_reference)[..., None, :]
    initial = evolution.initial.logarithms
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm = np.log(populations)
        if initial is not None:
            logarithm = np.where((evolution.times == 0.0)[..., None], initial[..., None, :], logarithm)
        lost = (populations <= 0.0) & (evolution.times > 0.0)[..., None]
        ratio = np.where(lost, 0.0, logarithm - log_reference[..., None, :])
        if not baths_agree(evolution.model):
            return ratio
        relative = evolution.deviation / np.where(reference > 0.0, reference, 1.0)
        close = (np.abs(relative) < 0.5) & (reference > 0.0)
        return np.where(close, np.log1p(np.where(close, relative, 0.0)), ratio)


def spohn(flows: FloatArray, logarithms: FloatArray) -> FloatArray:
    """-sum_i flow_i ln(p_i/q_i) over the last axis, +inf where a level without population is being filled.

    Args:
        flows: (..., d) [1/time].
        logarithms: (..., d).

    Returns:
        (...) [nats/time].
    """
    filling = np.isneginf(logarithms) & (flows > 0.0)
    terms = np.where(flows == 0.0, 0.0, flows * np.where(np.isinf(logarithms), 0.0, logarithms))
    return np.where(filling.any(axis=-1), np.inf, -terms.sum(axis=-1))


def population_entropy_production_rates(evolution: Evolution) -> dict[str, FloatArray]:
    """sigma_b = -sum_i (W_b p)_i [ln p_i - ln pi_b,i] of every bath b.

    Args:
        evolution: an evolution with closed populations; coherences are left out.

    Returns:
        (..., t) for each bath [nats/time]; inf where a level without population is being filled, or where heat flows
        into a bath at temperature 0.

    Reference:
        spohn1978.
    """
    return {
        bath.name: _of_bath(evolution, position) for position, bath in enumerate(evolution.model.baths)
    }


def _of_bath(evolution: Evolution, bath: int) -> FloatArray:
    flows = bath_flows(evolution, bath)
    log_thermal = log_thermal_populations(evolution.model, bath)
    frozen = evolution.model.baths[bath].temperature == 0.0
    if not frozen.any():
        return spohn(flows, log_ratio(evolution, log_thermal))
    heat = np.einsum("...tn,...n->...t", flows, evolution.model.energies)
    rate = spohn(flows, log_ratio(evolution, np.where(np.isinf(log_thermal), 0.0, log_thermal)))
    return np.where(frozen[..., None] & (heat < 0.0), np.inf, np.where(frozen[..., None], 0.0, rate))
