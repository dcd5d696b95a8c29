"""The motion of kets between jumps, exp(-i K t) psi, and the times at which their survival falls to given values."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.liouville.liouvillian import Liouvillian
from thermokin.trajectories.ladder_motion import ladder_motion
from thermokin.trajectories.spectral_motion import SpectralMotion

__all__ = ["NoJumpMotion", "no_jump_motion"]

ROUNDING = 1e-13  # eps times the condition number up to which eigenvectors are used: the error of a survival


class NoJumpMotion(Protocol):
    """How kets move while nothing is detected."""

    @property
    def horizon(self) -> float:
        """The longest time that counts [time]."""
        ...

    def moved(self, kets: ComplexArray, ages: FloatArray) -> ComplexArray:
        """exp(-i K age) psi (n, d), not normalised, of kets (n, d) and ages (n,)."""
        ...

    def waits(self, kets: ComplexArray, survival: FloatArray) -> tuple[FloatArray, ComplexArray]:
        """Times (n,) at which |exp(-i K t) psi|^2 = survival, inf past the horizon, and the kets there (n, d)."""
        ...

    def fall(self, kets: ComplexArray) -> tuple[FloatArray, FloatArray]:
        """Rate at which |psi|^2 falls and its own rate of change, both (n,)."""
        ...


def no_jump_motion(liouvillian: Liouvillian, horizon: float) -> NoJumpMotion:
    """The motion between jumps up to a horizon.

    In the eigenbasis of the effective Hamiltonian K, where survivals are sums of exponentials, if eps times the
    condition number of the eigenvectors is at most 1e-13; closer to a defective K, by a ladder of propagators over
    horizon / 2^k, which needs no eigenvectors.

    Args:
        liouvillian: of a model without leading axes.
        horizon: the longest time that counts [time].

    Returns:
        The motion.
    """
    effective, decay = liouvillian.effective_hamiltonian, liouvillian.decay.dense
    values, vectors = np.linalg.eig(effective)
    if np.finfo(float).eps * np.linalg.cond(vectors) <= ROUNDING:
        return SpectralMotion(values, vectors, np.linalg.inv(vectors), decay, horizon)
    return ladder_motion(effective, decay, horizon)
