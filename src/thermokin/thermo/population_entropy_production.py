"""The entropy production rate of populations, bath by bath, in Spohn's form."""

from __future__ import annotations

import numpy as np

from thermokin._typing import FloatArray
from thermokin.dynamics.evolution import Evolution, move
from thermokin.dynamics.time_grid import set_at_start
from thermokin.liouville.rate_matrix import RateMatrix, rate_matrix
from thermokin.operators.sums import mean_over_levels, sum_over_levels
from thermokin.thermo.equilibrium import baths_agree

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
    alone = (evolution.model.table.bath == bath).all()
    if alone and baths_agree(evolution.model):
        return _exact_at_start(evolution, evolution.motion.rates, evolution.population_rates.copy())
    rates = evolution.motion.rates if alone else rate_matrix(evolution.liouvillian, bath)
    vectors = evolution.deviation if baths_agree(evolution.model) else evolution.populations
    return _exact_at_start(evolution, rates, move(rates, vectors))


def _exact_at_start(evolution: Evolution, rates: RateMatrix, flows: FloatArray) -> FloatArray:
    """At time 0 the flow into an empty level must be exactly zero where nothing feeds it: taken from p(0) itself."""
    if not (evolution.times[..., 0] == 0.0).any():
        return flows
    first = move(rates, evolution.initial.populations[..., None, :])[..., 0, :]
    return set_at_start(flows, evolution.times, first, own=1)


def log_ratio(evolution: Evolution, log_reference: FloatArray) -> FloatArray:
    """ln(p / q) (..., t, d), by log1p where p is close to its own limit q.

    Args:
        evolution: an evolution of populations.
        log_reference: ln q (..., d).

    Returns:
        The logarithm; -inf for a level that is empty at time 0. A level that has underflowed later gives 0, since its
        contribution p ln p has.
    """
    motion, limit = evolution.motion, evolution.final
    if baths_agree(evolution.model) and motion is not None and limit is not None:
        if not motion.limit.unique:
            # Levels that no jump links keep their shares: the limit is thermal up to a factor in each class of levels,
            # which drops out, since no flow crosses between them.
            with np.errstate(divide="ignore"):
                log_reference = np.log(limit)
        ratio = _ratio_to_limit(evolution, log_reference)
    else:
        with np.errstate(divide="ignore"):
            ratio = np.log(evolution.populations) - log_reference[..., None, :]
    return _at_the_edges(evolution, ratio, log_reference)


def _ratio_to_limit(evolution: Evolution, log_reference: FloatArray) -> FloatArray:
    """ln(1 + (p - q)/q); ln p - ln q only where p is so far below q that 1 + (p - q)/q has lost digits."""
    reference = np.exp(log_reference)[..., None, :]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = evolution.deviation / reference
        ratio = np.log1p(relative)
        poor = ~((relative >= -0.5) & (relative < 1e300))
        if poor.any():
            np.log(evolution.populations, out=ratio, where=poor)
            np.subtract(ratio, log_reference[..., None, :], out=ratio, where=poor)
    return np.asarray(ratio)


def _at_the_edges(evolution: Evolution, ratio: FloatArray, log_reference: FloatArray) -> FloatArray:
    empty = evolution.populations <= 0.0
    if empty.any():
        ratio[empty] = 0.0
    if (evolution.times[..., 0] == 0.0).any():
        initial = evolution.initial.logarithms
        if initial is None:
            with np.errstate(divide="ignore"):
                initial = np.log(evolution.initial.populations)
        with np.errstate(invalid="ignore"):
            first = initial - log_reference
        ratio = set_at_start(ratio, evolution.times, first, own=1)
    return ratio


def spohn(flows: FloatArray, logarithms: FloatArray) -> FloatArray:
    """-sum_i flow_i ln(p_i/q_i) over the last axis, +inf where a level without population is being filled.

    Args:
        flows: (..., d) [1/time].
        logarithms: (..., d).

    Returns:
        (...) [nats/time].
    """
    with np.errstate(invalid="ignore"):
        rate = 0.0 - sum_over_levels(flows * logarithms)
    if np.isfinite(rate).all():
        return rate
    filling = np.isneginf(logarithms) & (flows > 0.0)
    terms = np.where(flows == 0.0, 0.0, flows * np.where(np.isinf(logarithms), 0.0, logarithms))
    return np.where(filling.any(axis=-1), np.inf, -sum_over_levels(terms))


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
    return {bath.name: _of_bath(evolution, position) for position, bath in enumerate(evolution.model.baths)}


def _of_bath(evolution: Evolution, bath: int) -> FloatArray:
    flows = bath_flows(evolution, bath)
    log_thermal = evolution.liouvillian.log_thermal[bath]
    frozen = evolution.model.baths[bath].temperature == 0.0
    if not frozen.any():
        return spohn(flows, log_ratio(evolution, log_thermal))
    heat = mean_over_levels(flows, evolution.model.energies)
    rate = spohn(flows, log_ratio(evolution, np.where(np.isinf(log_thermal), 0.0, log_thermal)))
    return np.where(frozen[..., None] & (heat < 0.0), np.inf, np.where(frozen[..., None], 0.0, rate))
