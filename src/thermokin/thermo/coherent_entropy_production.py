"""The entropy production rate of any state, channel by channel, in the eigenbasis of the state (trajectory form)."""

from __future__ import annotations

import numpy as np

from thermokin._threads import few_threads
from thermokin._typing import BoolArray, ComplexArray, FloatArray, IntArray
from thermokin.model.jump_entropy import jump_entropy
from thermokin.motion.evolution import Evolution
from thermokin.thermo.state_spectrum import StateSpectrum, resolution, state_spectrum

__all__ = ["channel_entropy_production_rates"]

CHUNK = 4_000_000  # numbers held at once: times x channels x d^2


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
    spectrum, entropies = state_spectrum(evolution), jump_entropy(model)
    times = evolution.populations.shape[-2]
    lead = int(np.prod(evolution.populations.shape[:-2], initial=1))
    chunk = max(1, CHUNK // max(1, lead * channels * size**2))
    jumps = np.stack([model.table.jump(position) for position in range(channels)], axis=-3)
    floor = np.zeros(()) if evolution.population_only else resolution(size) * model.table.channel_strength[..., None, :]
    with few_threads(size):
        parts = [
            _rates(spectrum, slice(first, first + chunk), jumps, entropies, model.table.reverse.astype(np.int64), floor)
            for first in range(0, times, chunk)
        ]
    return np.concatenate(parts, axis=-2)


def _rates(
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
