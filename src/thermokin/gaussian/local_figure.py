"""How far rates that a bath has at one site's frequency are from those that the coupled site would feel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.gaussian.one_particle import OneParticle
from thermokin.model.assumption import Assumption
from thermokin.model.bath import Bath
from thermokin.model.spectrum import Spectrum

__all__ = ["local_assumption"]

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
    near, far, tilt = _pair(system, vector, own)
    if system.z > 0:
        near = np.maximum(near, LEAST * own)
    far_share, full = 0.5 * (1.0 - tilt), spectrum.continued(own[..., None])[..., 0]
    full = np.where(full > 0.0, full, 1.0)

    def felt(at: FloatArray) -> FloatArray:
        strength = spectrum.continued(at[..., None])[..., 0] / full
        return np.asarray(strength * _filling(bath, at))

    low, high = felt(near), felt(far)
    off = np.abs((1.0 - far_share) * low + far_share * high - felt(own)) + np.abs(tilt * (high - low))
    filled = _filling(bath, own)
    faint = FAINT * np.abs(filled * (1.0 + system.z * filled))
    driven = np.maximum(faint, NONE)
    for other in others:
        driven = np.maximum(driven, np.abs(_filling(other, own) - filled))
    return Assumption(
        name="local",
        statement="the difference of the baths' fillings, over how far a bath's filling changes across what is mixed,",
        ratio=np.where(off > 0.0, driven / np.where(off > 0.0, off, 1.0), np.inf),
        instead="use `NormalModeContact` where the coupling splits the modes by more than the rates",
    )


def _filling(bath: Bath, frequency: FloatArray) -> FloatArray:
    at = frequency[..., None]
    return np.asarray(bath.statistics.absorption(at, bath.temperature, bath.chemical_potential)[..., 0])


def _pair(system: OneParticle, vector: ComplexArray, own: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The lower and the higher frequency, and by how much the lower one has the larger share (-1 ... 1)."""
    unit = vector / np.linalg.norm(vector, axis=-1, keepdims=True)
    mean = system.mean(unit)
    moved = (system.matrix @ unit[..., None])[..., 0] - mean[..., None] * unit
    twice = (system.matrix @ moved[..., None])[..., 0] - mean[..., None] * moved
    variance = (np.abs(moved) ** 2).sum(axis=-1)
    third = (np.conj(moved) * twice).sum(axis=-1).real
    width = np.sqrt(variance)
    skew = third / np.where(variance > 0.0, variance, 1.0) / np.where(width > 0.0, width, 1.0)
    length = np.sqrt(4.0 + skew**2)
    tilt, apart = skew / length, width * length
    return own + 0.5 * apart * (tilt - 1.0), own + 0.5 * apart * (tilt + 1.0), tilt
