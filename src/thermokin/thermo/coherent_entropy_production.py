"""The entropy production rate of any state, channel by channel, in the eigenbasis of the state (trajectory form)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.dynamics.evolution import Evolution
from thermokin.model.current import entropy_flow

__all__ = ["channel_entropy_production_rates"]

CHUNK = 4_000_000  # numbers held at once: times x channels x d^2


@dataclass(frozen=True, eq=False)
class _Spectrum:
    """rho = sum_n p_n |n><n| over time.

    Args:
        probabilities: (..., t, d); exactly 0 where the initial state has no rank.
        logarithms: (..., t, d); -inf there.
        vectors: (..., t, d, d), in columns.
    """

    probabilities: FloatArray
    logarithms: FloatArray
    vectors: ComplexArray


def channel_entropy_production_rates(evolution: Evolution) -> FloatArray:
    """The rate at which each channel produces entropy, together with the channel that undoes it.

    With w_k^mn = |<m|L_k|n>|^2 in the eigenbasis of rho, a pair of channels k, r produces
    sum_mn [w_k^mn p_n - w_r^nm p_m] (ln p_n - ln p_m + s_k) >= 0, s_k the entropy flow of k. Half of it is assigned to
    each of the two. A channel without a partner contributes its part of dS/dt plus its flow.

    Args:
        evolution: any evolution.

    Returns:
        (..., t, k) [nats/time]; the sum over channels is the entropy production rate. inf where a jump fills a state
        without population (at time 0 of a start without full rank).

    Cost:
        One eigendecomposition of the state a time, and d^2 numbers for each channel and time.
    """
    spectrum = _spectrum(evolution)
    model = evolution.model
    flows = entropy_flow(model).weights
    size, channels = model.dimension, model.table.size
    times = evolution.populations.shape[-2]
    lead = int(np.prod(evolution.populations.shape[:-2], initial=1))
    if channels == 0:
        return np.zeros((*evolution.populations.shape[:-1], 0))
    chunk = max(1, CHUNK // max(1, lead * channels * size**2))
    jumps = np.stack([model.table.jump(position) for position in range(channels)], axis=-3)
    parts = [
        _rates(spectrum, slice(first, first + chunk), jumps, flows, model.table.reverse)
        for first in range(0, times, chunk)
    ]
    return np.concatenate(parts, axis=-2)


def _spectrum(evolution: Evolution) -> _Spectrum:
    values, vectors = np.linalg.eigh(evolution.frame_states)
    size = values.shape[-1]
    # An eigenvalue this small is rounding. At time 0 it is a state without population; later the state's probability
    # is only known to lie below, which bounds what it contributes by about 1e-13 of the largest rate.
    resolution = 8.0 * size * np.finfo(float).eps
    unresolved = values <= resolution
    started = (evolution.times == 0.0)[..., None]
    probabilities = np.where(unresolved, np.where(started, 0.0, resolution), values)
    with np.errstate(divide="ignore"):
        return _Spectrum(probabilities, np.log(probabilities), vectors)


def _rates(
    spectrum: _Spectrum, window: slice, jumps: ComplexArray, flows: FloatArray, reverse: np.ndarray
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
    with np.errstate(invalid="ignore"):
        force = logarithm[..., None, None, :] - logarithm[..., None, :, None] + flows[..., None, :, None, None]
    net = np.where(paired[:, None, None], 0.5 * (forward - backward), forward)
    with np.errstate(invalid="ignore"):
        terms = np.where(net == 0.0, 0.0, net * force)
    return np.asarray(terms.sum(axis=(-2, -1)))
