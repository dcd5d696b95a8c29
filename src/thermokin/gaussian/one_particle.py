"""The Hamiltonian of one particle: frequencies of sites and of normal modes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.operators.as_numbers import as_numbers, require_finite

__all__ = ["OneParticle"]


@dataclass(frozen=True, eq=False)
class OneParticle:
    """H = sum_ij h_ij a_i^+ a_j, by its matrix.

    Args:
        matrix: h (..., n, n), Hermitian [energy].
        z: +1 for bosons, -1 for fermions.
    """

    matrix: ComplexArray
    z: int

    @property
    def modes(self) -> int:
        """Number of modes n."""
        return int(self.matrix.shape[-1])

    @cached_property
    def eigen(self) -> tuple[FloatArray, ComplexArray]:
        """Frequencies (..., n), ascending, and normal modes as columns (..., n, n)."""
        values, vectors = np.linalg.eigh(self.matrix)
        return values, vectors

    def amplitudes(self, site: object, name: str) -> ComplexArray:
        """The mode that a contact touches.

        Args:
            site: the number of a site, or amplitudes u (..., n) of u^+ a.
            name: the argument's name, for the error.

        Returns:
            (..., n).

        Raises:
            ArgumentError: if there is no such site, or not one amplitude for each.
        """
        if isinstance(site, int | np.integer) and not isinstance(site, bool):
            if not -self.modes <= site < self.modes:
                raise ArgumentError(f"`{name}` must be one of {self.modes} sites, from 0, got {site}.", name)
            return np.asarray(np.eye(self.modes, dtype=np.complex128)[site])
        found = as_numbers(site, name).astype(np.complex128)
        if found.ndim == 0 or found.shape[-1] != self.modes:
            raise ArgumentError(
                f"`{name}` must be the number of a site, or amplitudes of shape (..., {self.modes}), got shape "
                f"{found.shape}.",
                name,
            )
        require_finite(found, name)
        if not found.any():
            raise ArgumentError(f"`{name}` is zero: the contact touches nothing.", name)
        return found

    def mean(self, amplitudes: ComplexArray) -> FloatArray:
        """The energy u^+ h u / u^+ u (...) of a mode (..., n)."""
        moved = (self.matrix @ amplitudes[..., None])[..., 0]
        size = (np.abs(amplitudes) ** 2).sum(axis=-1)
        return np.asarray((np.conj(amplitudes) * moved).sum(axis=-1).real / size)
