"""The Hamiltonian of one particle: frequencies of sites and of normal modes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._errors import ArgumentError
from thermokin._typing import ComplexArray, FloatArray
from thermokin.gaussian.majoranas import majorana_form
from thermokin.gaussian.quadratures import lowered, quadratic_form, symplectic_form
from thermokin.operators.as_numbers import as_numbers, require_finite

__all__ = ["OneParticle"]


@dataclass(frozen=True, eq=False)
class OneParticle:
    """H = sum_ij h_ij a_i^+ a_j, by its matrix, and the pairing.

    Args:
        matrix: h (..., n, n), Hermitian [energy].
        z: +1 for bosons, -1 for fermions.
        pairing: Delta (..., n, n) of (a^+ Delta a^+ + its adjoint)/2, symmetric of bosons, else antisymmetric; or None.
    """

    matrix: ComplexArray
    z: int
    pairing: ComplexArray | None = None

    @property
    def modes(self) -> int:
        """Number of modes n."""
        return int(self.matrix.shape[-1])

    @cached_property
    def eigen(self) -> tuple[FloatArray, ComplexArray]:
        """Frequencies (..., n), ascending, and normal modes as columns (..., n, n).

        With pairing columns c (..., 2n, n) of quadratures: the mode is lowered by b = c^T R, [H, b] = -w b. With
        Q = F F^T of H = R^T Q R / 2 they are c = F v* / sqrt w, of the eigenvectors v of i F^T W F at w > 0.

        Fermions with pairing have 2n of them, b at w and b^+ at -w: the eigenvectors of -i A, H = i w^T A w / 2, in
        Majorana operators. A lead tells both apart, by the particle that it gains or gives.
        """
        if self.pairing is None:
            values, vectors = np.linalg.eigh(self.matrix)
            return values, vectors
        if self.z < 0:
            values, vectors = np.linalg.eigh(self.whole)
            return values, vectors
        factor = np.linalg.cholesky(quadratic_form(self.matrix, self.pairing))
        values, vectors = np.linalg.eigh(1j * np.swapaxes(factor, -1, -2) @ symplectic_form(self.modes) @ factor)
        values, vectors = values[..., self.modes :], vectors[..., self.modes :]
        return values, np.asarray(factor @ np.conj(vectors) / np.sqrt(values)[..., None, :])

    @property
    def whole(self) -> ComplexArray:
        """What turns field operators (..., m, m), [H, c^T w] = -(-i A c)^T w: -i A of Majorana operators, h without."""
        if self.pairing is None:
            return self.matrix
        return np.asarray(-1j * majorana_form(self.matrix, self.pairing))

    @property
    def diagonal(self) -> ComplexArray:
        """The frequencies as a matrix (..., n, n)."""
        return np.asarray(self.eigen[0][..., None] * np.eye(self.modes, dtype=np.complex128))

    def shares(self, amplitudes: ComplexArray) -> ComplexArray:
        """How strongly normal modes take part in a mode u: s_k of u^+ a = sum_k s_k b_k.

        Of bosons with pairing those of u^+ a + a^+ u = sum_k s_k b_k + its adjoint.

        Args:
            amplitudes: u (..., n).

        Returns:
            (..., n).
        """
        modes = self.eigen[1]
        if self.pairing is None or self.z < 0:
            own = amplitudes if self.pairing is None else lowered(amplitudes[..., None])[..., 0]
            return np.asarray((np.conj(np.swapaxes(modes, -1, -2)) @ own[..., None])[..., 0])
        # s_k = [u^+ a + a^+ u, b_k^+], and [r^T R, c^+ R] = i r^T W c*.
        row = np.sqrt(2.0) * np.concatenate([amplitudes.real, amplitudes.imag], axis=-1)
        turned = 1j * symplectic_form(self.modes) @ np.conj(modes)
        return np.asarray((row[..., None, :] @ turned)[..., 0, :])

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
