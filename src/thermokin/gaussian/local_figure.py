"""How far rates that a bath has at one frequency are from those that coupled sites would feel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.gaussian.one_particle import OneParticle
from thermokin.gaussian.quadratures import lowered
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath
from thermokin.model.spectrum import Spectrum

__all__ = ["cluster_assumption", "local_assumption"]

FAINT = 4e-3  # difference of fillings n, over n (1 + z n), below which a current is none that baths drive
LEAST = 1e-3  # of a boson's frequency: where rates are asked in place of frequencies that no boson has
NONE = 1e-300


def local_assumption(
    system: OneParticle, vector: ComplexArray, own: FloatArray, bath: Bath, spectrum: Spectrum, others: Sequence[Bath]
) -> Assumption:
    """The local assumption at a site, against the difference of fillings that drives currents.

    The site's spectral measure is replaced by the two frequencies w_+- and shares that have its mean, its variance and
    its third moment. With g the rates, what currents feel of w_+- is the mean of g over both less g(w), and the
    difference of g between both times that of the shares, which a site in resonance with its neighbours does not have.

    Args:
        system: the Hamiltonian of one particle.
        vector: the site (..., n).
        own: its frequency w (...) [energy].
        bath: the bath on it.
        spectrum: of that bath.
        others: all baths.

    Returns:
        The assumption.
    """
    near, far, tilt = (each[..., None] for each in _pair(system, vector, own))
    at = own[..., None]
    if system.z > 0:
        near = np.maximum(near, LEAST * at)
    low, here, high = _felt(bath, spectrum, at, (near, at, far))
    far_share = 0.5 * (1.0 - tilt)
    off = np.abs((1.0 - far_share) * low + far_share * high - here) + np.abs(tilt * (high - low))
    ratio = _driven(bath, others, at, system.z) / np.where(off > 0.0, off, 1.0)
    return Assumption(
        name="local",
        statement="the difference of the baths' fillings, over how far a bath's filling changes across what is mixed,",
        ratio=np.asarray(np.where(off > 0.0, ratio, np.inf)[..., 0]),
        instead="use `NormalModeContact` where the coupling splits the modes by more than the rates",
    )


def cluster_assumption(
    mean: FloatArray, half: FloatArray, bath: Bath, spectrum: Spectrum, others: Sequence[Bath], z: int
) -> Assumption:
    """The assumption that modes of different frequencies may share one jump at their mean.

    What is first order in their distance cancels between the baths; what is left is how far the mean of the rates at
    both ends of a cluster is from the rate at its mean.

    Args:
        mean: mean frequency of the cluster of each mode (..., n) [energy].
        half: half its width (..., n) [energy].
        bath: the bath.
        spectrum: of the bath.
        others: all baths.
        z: +1 for bosons, -1 for fermions.

    Returns:
        The assumption.
    """
    near = np.maximum(mean - half, LEAST * mean) if z > 0 else mean - half
    low, here, high = _felt(bath, spectrum, mean, (near, mean, mean + half))
    off = np.abs(0.5 * (low + high) - here)
    ratio = _driven(bath, others, mean, z) / np.where(off > 0.0, off, 1.0)
    return Assumption(
        name="cluster",
        statement="the difference of the baths' fillings, over how far rates in a cluster are from that at its mean,",
        ratio=np.asarray(np.where(off > 0.0, ratio, np.inf).min(axis=-1)),
        instead="give a smaller `width`",
    )


def _felt(
    bath: Bath, spectrum: Spectrum, own: FloatArray, frequencies: Sequence[FloatArray]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Rates of filling (..., m) at three frequencies, over the strength of the contact at its own."""
    full = spectrum.continued(own)
    full = np.where(full > 0.0, full, 1.0)
    low, here, high = (np.asarray(spectrum.continued(at) / full * _filling(bath, at)) for at in frequencies)
    return low, here, high


def _driven(bath: Bath, others: Sequence[Bath], own: FloatArray, z: int) -> FloatArray:
    """The largest difference of fillings (..., m) between a bath and the others."""
    filled = _filling(bath, own)
    driven = np.maximum(FAINT * np.abs(filled * (1.0 + z * filled)), NONE)
    for other in others:
        driven = np.maximum(driven, np.abs(_filling(other, own) - filled))
    return np.asarray(driven)


def _filling(bath: Bath, frequency: FloatArray) -> FloatArray:
    return bath.statistics.absorption(frequency, bath.temperature, bath.chemical_potential)


def _pair(system: OneParticle, vector: ComplexArray, own: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The lower and the higher frequency, and by how much the lower one has the larger share (-1 ... 1)."""
    turns = system.matrix
    mean = system.mean(vector)
    if system.z < 0 and system.pairing is not None:
        turns, vector = system.whole, lowered(vector[..., None])[..., 0]  # pairing mixes it with what fills it
    unit = vector / np.linalg.norm(vector, axis=-1, keepdims=True)
    moved = (turns @ unit[..., None])[..., 0] - mean[..., None] * unit
    twice = (turns @ moved[..., None])[..., 0] - mean[..., None] * moved
    variance = (np.abs(moved) ** 2).sum(axis=-1)
    third = (np.conj(moved) * twice).sum(axis=-1).real
    width = np.sqrt(variance)
    skew = third / np.where(variance > 0.0, variance, 1.0) / np.where(width > 0.0, width, 1.0)
    length = np.sqrt(4.0 + skew**2)
    tilt, apart = skew / length, width * length
    return own + 0.5 * apart * (tilt - 1.0), own + 0.5 * apart * (tilt + 1.0), tilt
