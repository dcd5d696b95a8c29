"""The entropy production rate: of populations bath by bath, of any state channel by channel in its eigenbasis.

Of populations it is taken in Spohn's form where that is the same, else by pairs of jumps.
"""

from __future__ import annotations

import numpy as np

from thermokin._threads import few_threads
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray, RateMatrix
from thermokin.liouville.population_block import rate_matrix
from thermokin.model.jump_entropy import jump_entropy
from thermokin.model.jump_table import NO_BATH
from thermokin.motion.evolution import Evolution
from thermokin.motion.population_change import move
from thermokin.motion.time_grid import set_at_start
from thermokin.numerics import two_level
from thermokin.numerics.level_sums import mean_over_levels, sum_over_levels
from thermokin.operators.gibbs import log_gibbs_populations
from thermokin.thermo.state_spectrum import (
    StateSpectrum,
    log_populations,
    resolution,
    state_spectrum,
    with_logarithms_at_start,
)

__all__ = [
    "channel_entropy_production_rates",
    "log_ratio",
    "population_entropy_production_rate",
    "population_entropy_production_rates",
    "spohn",
]

CHUNK = 2_000_000  # numbers held at once: points x times x transitions
CHANNEL_CHUNK = 4_000_000  # numbers held at once: times x channels x d^2


def _bath_flows(evolution: Evolution, bath: int) -> FloatArray:
    """W_b p: how the jumps of one bath change the populations (..., t, d) [1/time], accurate at late times."""
    assert evolution.motion is not None  # noqa: S101 - asked only of closed populations
    alone = (evolution.model.table.bath == bath).all()
    still = evolution.liouvillian.log_equilibrium is not None
    if alone and still:
        return _exact_at_start(evolution, evolution.motion.rates, evolution.population_rates.copy())
    rates = evolution.motion.rates if alone else rate_matrix(evolution.liouvillian, bath)
    vectors = evolution.deviation if still else evolution.populations
    return _exact_at_start(evolution, rates, move(rates, vectors))


def _exact_at_start(evolution: Evolution, rates: RateMatrix, flows: FloatArray) -> FloatArray:
    """At time 0 the flow into an empty level must be exactly zero where nothing feeds it: taken from p(0) itself."""
    if not (evolution.times[..., 0] == 0.0).any():
        return flows
    start = evolution.initial.populations
    first = move(rates, start[..., None, :])[..., 0, :]
    return set_at_start(flows, evolution.times, np.where(start == 0.0, first, flows[..., 0, :]), own=1)


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
    if evolution.liouvillian.log_equilibrium is not None and motion is not None and limit is not None:
        if not motion.limit.unique:
            # Levels that no jump links keep their shares: the limit is thermal up to a factor in each class of levels,
            # which drops out, since no flow crosses between them.
            with np.errstate(divide="ignore"):
                log_reference = np.log(limit)
        return _ratio_to_limit(evolution, log_reference)
    with np.errstate(divide="ignore"):
        ratio = np.log(np.maximum(evolution.populations, 0.0)) - log_reference[..., None, :]
    return with_logarithms_at_start(evolution, ratio, log_reference)


def _ratio_to_limit(evolution: Evolution, log_reference: FloatArray) -> FloatArray:
    """ln(1 + (p - q)/q); ln p - ln q only where p is so far below q that 1 + (p - q)/q has lost digits."""
    reference = np.exp(log_reference)[..., None, :]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = evolution.deviation / reference
        ratio = np.log1p(relative)
        poor = ~((relative >= -0.5) & (relative < 1e300))
    if poor.any():
        apart = log_populations(evolution)
        with np.errstate(invalid="ignore"):
            np.subtract(apart, log_reference[..., None, :], out=ratio, where=poor)
        underflowed = (evolution.populations <= 0.0) & (evolution.times[..., None] > 0.0)
        ratio[poor & underflowed] = 0.0
    return np.asarray(ratio)


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


def population_entropy_production_rate(evolution: Evolution) -> FloatArray:
    """The entropy production rate of closed populations by all jumps, with and without a bath.

    Args:
        evolution: an evolution with closed populations; coherences are left out.

    Returns:
        (..., t) [nats/time]; infinite as for each bath, and where a jump happens that nothing undoes.
    """
    rates = list(population_entropy_production_rates(evolution).values())
    if evolution.model.table.bathless.any():
        rates.append(_of_group(evolution, NO_BATH))
    # A single bath's is not added to nothing, which would be a pass for each point of a sweep.
    return np.asarray(sum(rates[1:], start=rates[0]) if rates else np.zeros(evolution.populations.shape[:-1]))


def population_entropy_production_rates(evolution: Evolution) -> dict[str, FloatArray]:
    """sigma_b = -sum_i (W_b p)_i [ln p_i - ln pi_b,i] of every bath b, pi_b the state that the bath's jumps keep.

    Where the jumps of a bath keep none, since what they exchange is no difference of level numbers, the same is summed
    over pairs of jumps.

    Args:
        evolution: an evolution with closed populations; coherences are left out.

    Returns:
        (..., t) for each bath [nats/time]; inf where a level without population is being filled, or where heat flows
        into a bath at temperature 0.

    Reference:
        spohn1978.
    """
    return {bath.name: _of_group(evolution, position) for position, bath in enumerate(evolution.model.baths)}


def _of_group(evolution: Evolution, bath: int) -> FloatArray:
    """The rate by the jumps of one bath, or by those without one."""
    liouvillian = evolution.liouvillian
    levels = None if bath == NO_BATH else liouvillian.bath_levels[bath]
    reference = liouvillian.log_equilibrium
    if reference is None and levels is not None:
        reference = log_gibbs_populations(levels, evolution.model.baths[bath].temperature)
    if reference is None:
        return _by_pairs(evolution, bath)
    closed = _between_two_levels(evolution, bath)
    if closed is not None:
        return closed
    flows = _bath_flows(evolution, bath)
    frozen = np.asarray(levels is not None and evolution.model.baths[bath].temperature == 0.0)
    if levels is None or not frozen.any():
        return spohn(flows, log_ratio(evolution, reference))
    heat = mean_over_levels(flows, levels)
    rate = spohn(flows, log_ratio(evolution, np.where(np.isinf(reference), 0.0, reference)))
    return np.where(frozen[..., None] & (heat < 0.0), np.inf, np.where(frozen[..., None], 0.0, rate))


def _between_two_levels(evolution: Evolution, bath: int) -> FloatArray | None:
    """|dp/dt| |ln [p_1 pi_0 / (p_0 pi_1)]| of two levels that end where nothing flows; None of others."""
    motion, reference = evolution.motion, evolution.liouvillian.log_equilibrium
    if evolution.model.dimension != 2 or reference is None or motion is None or not motion.limit.unique:
        return None
    if not np.isfinite(reference).all() or not motion.limit.stationary[0].all():
        return None
    rates = motion.dense if (evolution.model.table.bath == bath).all() else rate_matrix(evolution.liouvillian, bath)
    flows = np.abs(two_level.decay_rate(np.asarray(rates))[..., None] * evolution.deviation[..., 1])
    with np.errstate(invalid="ignore"):
        rate = flows * two_level.force(evolution.populations, np.exp(reference), evolution.deviation)
    if (evolution.times[..., 0] == 0.0).any():
        np.copyto(rate, 0.0, where=flows == 0.0)  # an empty level that nothing fills
    return np.asarray(rate)


def _by_pairs(evolution: Evolution, bath: int) -> FloatArray:
    """Sum over transitions j -> i of a bath of (a - a~)/2 (ln p_j - ln p_i + s), a~ the rate of the one that undoes it.

    Returns:
        (..., t) [nats/time]; inf where a level without population is being filled, or where a jump happens that nothing
        undoes.
    """
    table = evolution.model.table
    entries = np.flatnonzero(table.bath[table.channel] == bath).astype(np.int64)
    entropies = jump_entropy(evolution.model)[..., table.channel[entries]]
    logarithms, populations = log_populations(evolution), evolution.populations
    lead = int(np.prod(populations.shape[:-2], initial=1))
    step = max(1, CHUNK // max(1, lead * entries.size))
    parts = [
        _summed(evolution, entries, entropies, populations[..., part, :], logarithms[..., part, :])
        for part in (slice(first, first + step) for first in range(0, populations.shape[-2], step))
    ]
    return np.concatenate(parts, axis=-1)


def _summed(
    evolution: Evolution, entries: IntArray, entropies: FloatArray, populations: FloatArray, logarithms: FloatArray
) -> FloatArray:
    table = evolution.model.table
    row, column, partner = table.row[entries], table.column[entries], table.partner[entries]
    paired, strength = partner >= 0, table.strength
    forward = strength[..., None, entries] * populations[..., column]
    backward = np.where(paired, strength[..., None, partner] * populations[..., row], 0.0)
    net = np.where(paired, 0.5 * (forward - backward), forward)
    with np.errstate(invalid="ignore"):
        force = logarithms[..., column] - logarithms[..., row] + entropies[..., None, :]
        terms = np.where(net == 0.0, 0.0, net * force)
    return np.asarray(terms.sum(axis=-1))


def channel_entropy_production_rates(evolution: Evolution) -> FloatArray:
    """The rate at which each channel produces entropy, together with the channel that undoes it.

    With w_k^mn = |<m|L_k|n>|^2 in the eigenbasis of rho, a pair of channels k, r produces
    sum_mn [w_k^mn p_n - w_r^nm p_m] (ln p_n - ln p_m + s_k) >= 0, s_k the entropy of a jump k. Half of it is assigned
    to each of the two.

    Args:
        evolution: any evolution.

    Returns:
        (..., t, k) [nats/time]; the sum over channels is the entropy production rate. inf where a jump fills a state
        without population (at time 0 of a start without full rank), and where a jump happens that nothing undoes. (In
        a state with coherences a rate that is rounding beside that of the likeliest state of such a jump is none.)

    Cost:
        One eigendecomposition of the state a time, and d^2 numbers for each channel and time.
    """
    model = evolution.model
    size, channels = model.dimension, model.table.size
    if channels == 0:
        return np.zeros((*evolution.populations.shape[:-1], 0))
    spectrum, entropies, reverse = state_spectrum(evolution), jump_entropy(model), model.table.reverse.astype(np.int64)
    times = evolution.populations.shape[-2]
    lead = int(np.prod(evolution.populations.shape[:-2], initial=1))
    chunk = max(1, CHANNEL_CHUNK // max(1, lead * channels * size**2))
    jumps = np.stack([model.table.jump(position) for position in range(channels)], axis=-3)
    floor = np.zeros(()) if evolution.population_only else resolution(size) * model.table.channel_strength[..., None, :]
    with few_threads(size):
        parts = [
            _channel_rates(spectrum, slice(first, first + chunk), jumps, entropies, reverse, floor)
            for first in range(0, times, chunk)
        ]
    return np.concatenate(parts, axis=-2)


def _channel_rates(
    spectrum: StateSpectrum,
    window: slice,
    jumps: ComplexArray,
    entropies: FloatArray,
    reverse: IntArray,
    floor: FloatArray,
) -> FloatArray:
    vectors = spectrum.vectors[..., window, :, :][..., None, :, :]
    probability = spectrum.probabilities[..., window, :]
    logarithm = spectrum.logarithms[..., window, :]
    moved = vectors.conj().swapaxes(-1, -2) @ jumps[..., None, :, :, :] @ vectors
    weight = moved.real**2 + moved.imag**2  # (..., t, k, m, n): n -> m
    forward = weight * probability[..., None, None, :]
    paired = reverse >= 0
    backward = np.where(
        paired[:, None, None], weight[..., reverse, :, :].swapaxes(-1, -2) * probability[..., None, :, None], 0.0
    )
    finite = np.where(np.isinf(entropies), 0.0, entropies)[..., None, :, None, None]
    net = np.where(paired[:, None, None], 0.5 * (forward - backward), forward)
    with np.errstate(invalid="ignore"):
        force = logarithm[..., None, None, :] - logarithm[..., None, :, None] + finite
        terms = np.where(net == 0.0, 0.0, net * force)
    rates = np.asarray(terms.sum(axis=(-2, -1)))
    endless = np.isinf(entropies)[..., None, :]
    if not endless.any():
        return rates
    return np.where(endless, _endless(forward.sum(axis=(-2, -1)) > floor, reverse), rates)


def _endless(happens: BoolArray, reverse: IntArray) -> FloatArray:
    """Infinite for a jump that happens, shared with the one that would undo it and never happens; else nothing."""
    either = happens | np.where(reverse >= 0, happens[..., reverse], False)  # noqa: FBT003 - an array's fill value
    return np.where(either, np.inf, 0.0)
