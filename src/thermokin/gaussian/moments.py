"""What second moments say of a Gaussian state: occupations, energy, entropy, and what the baths do to its energy."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import xlog1py, xlogy

from thermokin._cached import cached_property
from thermokin._typing import ComplexArray, FloatArray
from thermokin.gaussian.contacts import Jumps
from thermokin.gaussian.majoranas import majorana_form, without_pairs
from thermokin.gaussian.model import GaussianModel
from thermokin.gaussian.phase_space import PhaseSpace, phase_space
from thermokin.gaussian.quadratures import quadratic_form, symplectic_form
from thermokin.numerics.lyapunov import Matrix, forward

__all__ = ["GaussianMoments", "entropy_change", "entropy_of_occupations"]

EMPTY = 8.0 * float(np.finfo(np.float64).eps)
"""Occupation, over the number of modes times the largest, that is taken for none: what is smaller is rounding."""


@dataclass(frozen=True, eq=False)
class GaussianMoments:
    """A Gaussian state of a model with mean zero, or several of them over time.

    Args:
        model: the model.
        moments: (..., m, m): G_kj = <a_j^+ a_k> in the model's frame without pairing; with it Re <R R^T> of R = (x, p),
            of fermions <w w^T> - 1/2 of Majorana operators.
    """

    model: GaussianModel
    moments: Matrix

    @property
    def one_particle(self) -> ComplexArray:
        """G_kj = <a_j^+ a_k> (..., n, n)."""
        if self.model.pairing is None:
            return np.asarray(self._on_sites(self.moments), dtype=np.complex128)
        xx, xp, px, pp = self._blocks
        # <a_j^+ a_k> = <(x_j - i p_j)(x_k + i p_k)>/2, of which -delta/2 is left out for bosons, +delta/2 for fermions.
        found = 0.5 * (xx + pp + 1j * (xp - px))
        return np.asarray(np.swapaxes(found, -1, -2) - 0.5 * self.model.z * np.eye(self.model.modes))

    @property
    def anomalous(self) -> ComplexArray:
        """F_jk = <a_j a_k> (..., n, n); 0 without pairing."""
        if self.model.pairing is None:
            return np.zeros_like(self.moments, dtype=np.complex128)
        xx, xp, px, pp = self._blocks
        return np.asarray(0.5 * (xx - pp + 1j * (xp + px)))

    @property
    def _blocks(self) -> tuple[Matrix, Matrix, Matrix, Matrix]:
        n = self.model.modes
        upper, lower = self.moments[..., :n, :], self.moments[..., n:, :]
        return upper[..., :n], upper[..., n:], lower[..., :n], lower[..., n:]

    @property
    def covariance(self) -> FloatArray:
        """Re <R R^T> of the quadratures R = (x_1 .. x_n, p_1 .. p_n) of bosons (..., 2n, 2n), 1/2 in the vacuum.

        Raises:
            TypeError: for fermions, which have none.
        """
        if self.model.z < 0:
            raise TypeError(
                "fermions have no quadratures x and p; their second moments are `one_particle` and `anomalous`, or "
                "`majorana_covariance`."
            )
        if self.model.pairing is not None:
            return np.asarray(self.moments.real)
        # <x_j x_k> = Re G + 1/2, <x_j p_k> = Im G_kj.
        found = self.one_particle
        real = found.real + 0.5 * np.eye(self.model.modes)
        across = np.swapaxes(found.imag, -1, -2)
        upper = np.concatenate([real, across], axis=-1)
        return np.concatenate([upper, np.concatenate([-across, real], axis=-1)], axis=-2)

    @property
    def majorana_covariance(self) -> FloatArray:
        """I <[w_i, w_j]> of the Majorana operators w = (x_1 .. x_n, p_1 .. p_n), c = (x + i p)/sqrt 2 (..., 2n, 2n).

        Raises:
            TypeError: for bosons, which have none.
        """
        if self.model.z > 0:
            raise TypeError("bosons have no Majorana operators; their second moments are `covariance`.")
        found = self.moments if self.model.pairing is not None else without_pairs(self.one_particle)
        return np.asarray((2j * found).real)

    @property
    def particle_change(self) -> FloatArray:
        """By how much the mean number of particles changes per time (...) [1/time]; 0 at rest."""
        space, n = self.model.space, self.model.modes
        change = self.beside(space.diffusion) - forward(self.beside(space.drift), self.moments)
        if self.model.pairing is not None and self.model.z < 0:
            across = change[..., :n, n:] - change[..., n:, :n]
            return np.asarray(-0.5 * np.trace(across, axis1=-2, axis2=-1).imag)
        whole = np.trace(change, axis1=-2, axis2=-1).real
        return np.asarray(whole if self.model.pairing is None else 0.5 * whole)

    @property
    def occupations(self) -> FloatArray:
        """Mean number of particles on each site (..., n)."""
        if self.model.pairing is None:
            return np.asarray(np.diagonal(self._on_sites(self.moments), axis1=-2, axis2=-1).real)
        if self.model.z < 0:
            return np.asarray(np.diagonal(self.one_particle, axis1=-2, axis2=-1).real)
        square = np.diagonal(self.moments, axis1=-2, axis2=-1).real
        return np.asarray(0.5 * (square[..., : self.model.modes] + square[..., self.model.modes :] - 1.0))

    @property
    def particle_number(self) -> FloatArray:
        """Mean number of particles (...)."""
        return np.asarray(self.occupations.sum(axis=-1))

    @property
    def energy(self) -> FloatArray:
        """<H> (...) [energy], H with all couplings and the pairing, normally ordered."""
        found = (self.beside(self.energy_form) * np.swapaxes(self.moments, -1, -2)).sum(axis=(-2, -1)).real
        if self.model.pairing is not None:
            found = found - 0.5 * self.model.z * np.trace(self.beside(self.model.hamiltonian), axis1=-2, axis2=-1).real
        return np.asarray(found)

    def _on_sites(self, matrix: Matrix) -> Matrix:
        """A matrix of the frame (..., n, n) on sites."""
        if self.model.frame is None:
            return matrix
        frame = self.beside(self.model.frame)
        return np.asarray(frame @ matrix @ np.conj(np.swapaxes(frame, -1, -2)))

    def beside(self, matrix: Matrix) -> Matrix:
        """A matrix of the model (..., m, m), with an axis for each that moments have besides those of its sweep."""
        return matrix

    @property
    def energy_form(self) -> Matrix:
        """E with <H> = tr E Y + a number (..., m, m)."""
        if self.model.pairing is None:
            return self.model.frame_hamiltonian
        if self.model.z < 0:
            return -0.5j * majorana_form(self.model.hamiltonian, self.model.pairing)
        return 0.5 * quadratic_form(self.model.hamiltonian, self.model.pairing)

    @cached_property
    def normal_occupations(self) -> FloatArray:
        """Occupations of the modes that are independent in this state (..., n), ascending: it is a product of those.

        Cost:
            One eigendecomposition.
        """
        return self.normal_modes[0]

    @cached_property
    def normal_modes(self) -> tuple[FloatArray, ComplexArray]:
        """Occupations (..., n) of independent modes, and columns u (..., m, n) with dN = u^+ dY u of each.

        Without pairing u are orthonormal modes, of fermions with it as well. Of bosons with it, i W sigma has
        eigenvalues nu = N + 1/2 and their negatives: in a factor S S^T = sigma those of the Hermitian i S^T W S, whose
        vectors v give u = S^-T v sqrt(nu).
        """
        known = np.asarray(np.isfinite(self.moments).all(axis=(-2, -1)))
        if not known.all():
            unit = np.eye(self.moments.shape[-1])
            there = replace(self, moments=np.where(known[..., None, None], self.moments, unit)).normal_modes
            return np.where(known[..., None], there[0], np.nan), there[1]
        n = self.model.modes
        if self.model.pairing is None or self.model.z < 0:
            values, vectors = np.linalg.eigh(self.moments)
            # Of Majorana operators N - 1/2 comes with both signs: filled and emptied, a mode is the same.
            return (values, vectors) if self.model.pairing is None else (0.5 + values[..., :n], vectors[..., :n])
        factor = np.linalg.cholesky(self.moments)
        values, vectors = np.linalg.eigh(1j * (np.swapaxes(factor, -1, -2) @ symplectic_form(n) @ factor))
        symplectic = values[..., n:]
        back = np.linalg.solve(np.swapaxes(factor, -1, -2), vectors[..., n:])
        return symplectic - 0.5, np.asarray(back * np.sqrt(symplectic)[..., None, :])

    @property
    def entropy(self) -> FloatArray:
        """-tr rho ln rho (...) [nats]."""
        return entropy_of_occupations(self.normal_occupations, self.model.z)

    def changed_by(self, bath: int) -> Matrix:
        """dY/dt by the jumps of one bath alone (..., m, m)."""
        space = _of_bath(self.model, bath)
        return np.asarray(self.beside(space.diffusion) - forward(self.beside(space.drift), self.moments))

    @cached_property
    def full_energy_rate(self) -> dict[str, FloatArray]:
        """tr(H D_b rho), by how much each bath changes the energy of the whole Hamiltonian (...) [energy/time].

        With jumps at sites it differs from what their quanta bring, which is what counting and the second law know.
        """
        form = self.beside(self.energy_form)
        return {
            bath.name: np.asarray((form * np.swapaxes(self.changed_by(place), -1, -2)).sum(axis=(-2, -1)).real)
            for place, bath in enumerate(self.model.baths)
        }


def entropy_of_occupations(occupations: FloatArray, z: int) -> FloatArray:
    """(1 + z N) ln(1 + z N) z - N ln N, summed over independent modes.

    Args:
        occupations: N (..., n); negative by rounding counts as 0, of fermions above 1 as 1.
        z: +1 for bosons, -1 for fermions.

    Returns:
        (...) [nats].
    """
    n = np.maximum(occupations, 0.0)
    if z < 0:
        n = np.minimum(n, 1.0)
    return np.asarray((z * xlog1py(1.0 + z * n, z * n) - xlogy(n, n)).sum(axis=-1))


def _of_bath(model: GaussianModel, bath: int) -> PhaseSpace:
    """The equations of motion with the jumps of one bath, without Hamiltonian."""
    mine = model.bath == bath
    jumps = model.jumps
    mixed = None if jumps.mixed is None else jumps.mixed[..., mine]
    loss, gain, energy = (each[..., mine] for each in (jumps.loss, jumps.gain, jumps.energy))
    own = Jumps(jumps.vectors[..., mine], loss, gain, energy, None, mixed)
    nothing = np.zeros_like(model.hamiltonian)
    return phase_space(nothing, None if model.pairing is None else nothing, own, model.z)


def entropy_change(state: GaussianMoments) -> FloatArray:
    """DS/dt = sum over independent modes of dN/dt ln((1 + z N)/N).

    Args:
        state: one state of a model, or several over time.

    Returns:
        (...) [nats/time]; inf where a mode without particles is being filled, or of fermions a full one emptied.
    """
    space, z = state.model.space, state.model.z
    change = state.beside(space.diffusion) - forward(state.beside(space.drift), state.moments)
    occupations, modes = state.normal_modes
    moved = (np.conj(modes) * (change @ modes)).sum(axis=-2).real
    floor = EMPTY * state.model.modes * np.maximum(np.abs(occupations).max(axis=-1, keepdims=True), 1.0)
    fast = EMPTY * state.model.modes * np.abs(moved).max(axis=-1, keepdims=True)
    moved = np.where(np.abs(moved) <= fast, 0.0, moved)
    n = np.where(occupations <= floor, 0.0, occupations)
    if z < 0:
        n = np.where(n >= 1.0 - floor, 1.0, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        force = np.log1p(z * n) - np.log(n)
        return np.asarray(np.where(moved == 0.0, 0.0, moved * force).sum(axis=-1))
