"""The equations of motion of a Gaussian state's second moments: of modes, of quadratures or of Majorana operators."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray, FloatArray
from thermokin.gaussian.contacts import Jumps
from thermokin.gaussian.majoranas import imaginary_part, majorana_form
from thermokin.gaussian.quadratures import lowered, quadratic_form, symplectic_form
from thermokin.numerics.lyapunov import Matrix

__all__ = [
    "MAJORANAS",
    "MODES",
    "QUADRATURES",
    "PhaseSpace",
    "of_majoranas",
    "of_modes",
    "of_quadratures",
    "phase_space",
]

MODES, QUADRATURES, MAJORANAS = "modes", "quadratures", "majoranas"  # whose second moments are followed
NONE = 8.0 * float(np.finfo(np.float64).eps)  # of what a rate is a difference of, for each operator: none
STRETCH = 512  # columns that are multiplied at a time


@dataclass(frozen=True, eq=False)
class PhaseSpace:
    """Second moments Y, dY/dt = -X Y - Y X^+ + D, and the jumps on them.

    A jump k is linear in the field operators, with a vector c_k that its rate is part of. It happens at the rate
    c_k^+ v_k, with v_k = scale_k Y c_k + bare_k.

    Args:
        drift: X (..., m, m).
        diffusion: D (..., m, m).
        vectors: c_k as columns (..., m, k).
        bare: the part of bare_k that is c_k itself (k,).
        turn: T (m, m) of the part T c_k, or None.
        scale: (k,).
        sign: of what a jump adds to the second moments, v_k v_k^+ (k,).
        kind: whose moments they are: of quadratures a jump adds 2 Re v v^+, of Majorana operators -2i Im v v^+.
    """

    drift: Matrix
    diffusion: Matrix
    vectors: ComplexArray
    bare: FloatArray
    turn: ComplexArray | None
    scale: FloatArray
    sign: FloatArray
    kind: str

    def moved(self, moments: Matrix, *, bare: bool) -> ComplexArray:
        """v_k as columns (..., m, k): of the steady moments with what is bare, of their changes without."""
        found = np.asarray(moments @ self.vectors, dtype=np.complex128)
        found *= self.scale
        if bare and self.turn is not None:
            found += self.turn @ self.vectors
        elif bare:
            for start in range(0, found.shape[-1], STRETCH):
                some = slice(start, start + STRETCH)
                found[..., some] += self.bare[some] * self.vectors[..., some]
        return found

    def rates(self, moved: ComplexArray) -> FloatArray:
        """c_k^+ v_k (..., k)."""
        real = (self.vectors.real * moved.real).sum(axis=-2)
        return np.asarray(real + (self.vectors.imag * moved.imag).sum(axis=-2))

    def told(self, rates: FloatArray) -> FloatArray:
        """Rates (..., k), 0 where rounding leaves no more: without pairing each is known to its own digits."""
        if self.kind == MODES:
            return rates
        whole = (np.abs(self.vectors) ** 2).sum(axis=-2)
        return np.asarray(np.where(np.abs(rates) <= NONE * self.drift.shape[-1] * whole, 0.0, rates))

    def added(self, weights: FloatArray, left: ComplexArray, right: ComplexArray) -> Matrix:
        """sum_k weights_k sign_k of v_k w_k^+ (..., m, m), Hermitian part taken."""
        return self._packed(_summed(left, weights * self.sign, right))

    def summed(self, weights: FloatArray) -> ComplexArray:
        """sum_k weights_k c_k c_k^+ (..., m, m)."""
        return _summed(self.vectors, weights, self.vectors)

    def rate_gradient(self, weights: FloatArray) -> Matrix:
        """F with tr F Y = sum_k weights_k times the part of the rate that is linear in Y."""
        found = _summed(self.vectors, weights * self.scale, self.vectors)
        if self.kind == MAJORANAS:
            return np.asarray(1j * found.imag)
        return np.asarray(found.real) if self.kind == QUADRATURES else found

    def added_gradient(self, weights: FloatArray, other: ComplexArray, adjoint: Matrix) -> Matrix:
        """F with tr F Y = 2 tr Z added(weights, moved(Y), other) for the part that is linear in Y."""
        return 2.0 * self._packed(_summed(self.vectors, weights * self.sign * self.scale, other) @ adjoint)

    def _packed(self, found: ComplexArray) -> Matrix:
        hermitian = 0.5 * (found + np.conj(np.swapaxes(found, -1, -2)))
        if self.kind == MAJORANAS:
            return -2j * hermitian.imag
        return 2.0 * hermitian.real if self.kind == QUADRATURES else hermitian


def _summed(left: ComplexArray, weights: FloatArray, right: ComplexArray) -> ComplexArray:
    """sum_k weights_k l_k r_k^+ (..., m, m), some columns at a time, so that no other array is as large as these."""
    found: ComplexArray = np.zeros((), dtype=np.complex128)
    for start in range(0, left.shape[-1], STRETCH):
        some = slice(start, start + STRETCH)
        scaled = left[..., some] * weights[..., None, some]
        found = found + scaled @ np.conj(np.swapaxes(right[..., some], -1, -2))
    return found


def of_modes(hamiltonian: ComplexArray, jumps: Jumps, z: int) -> PhaseSpace:
    """Moments G_kj = <a_j^+ a_k> where numbers are conserved but for the jumps.

    X = i h + (loss - z gain)/2 and D = gain, with the matrices of loss and gain. A loss happens at tr loss G, a gain at
    tr gain (1 + z G).

    Args:
        hamiltonian: h (..., n, n).
        jumps: all pairs of jumps.
        z: +1 for bosons, -1 for fermions.

    Returns:
        The phase space; its jumps are all losses, then all gains.
    """
    size = hamiltonian.shape[-1]
    loss, gain = (_summed(jumps.vectors, rate, jumps.vectors) for rate in (jumps.loss, jumps.gain))
    # A common energy of all modes turns nothing, and would cost digits.
    middle = np.trace(hamiltonian, axis1=-2, axis2=-1).real / size
    turning = hamiltonian - middle[..., None, None] * np.eye(size)
    out, into = (jumps.vectors * np.sqrt(each)[..., None, :] for each in (jumps.loss, jumps.gain))
    out, into = np.broadcast_arrays(out, into)
    count = jumps.vectors.shape[-1]
    return PhaseSpace(
        drift=1j * turning + 0.5 * (loss - z * gain),
        diffusion=gain,
        vectors=np.concatenate([out, into], axis=-1),
        bare=np.repeat([0.0, 1.0], count),
        turn=None,
        scale=np.repeat([1.0, float(z)], count),
        sign=np.repeat([float(z), 1.0], count),
        kind=MODES,
    )


def of_quadratures(hamiltonian: ComplexArray, pairing: ComplexArray, jumps: Jumps) -> PhaseSpace:
    """Moments sigma = Re <R R^T> of bosons with pairing, R = (x_1 .. x_n, p_1 .. p_n), a = (x + i p)/sqrt 2.

    [R, R^T] = i W, H = R^T Q R / 2, L_k = c_k^T R: X = -W (Q - Im sum c c^+), D = W Re(sum c c^+) W^T, and a jump
    happens at c^+ (sigma + i W/2) c.

    Args:
        hamiltonian: h (..., n, n).
        pairing: Delta (..., n, n), symmetric, of H = a^+ h a + (a^+ Delta a^+ + its adjoint)/2.
        jumps: all pairs of jumps.

    Returns:
        The phase space; its jumps are all losses, then all gains.
    """
    form, turn = quadratic_form(hamiltonian, pairing), symplectic_form(hamiltonian.shape[-1])
    down = lowered(jumps.vectors) if jumps.mixed is None else jumps.mixed
    out = np.sqrt(jumps.loss)[..., None, :] * down
    into = np.sqrt(jumps.gain)[..., None, :] * np.conj(down)
    vectors = np.concatenate(np.broadcast_arrays(out, into), axis=-1)
    summed = vectors @ np.conj(np.swapaxes(vectors, -1, -2))
    return PhaseSpace(
        drift=np.asarray(-turn @ (form - summed.imag)),
        diffusion=np.asarray(turn @ summed.real @ turn.T),
        vectors=vectors,
        bare=np.zeros(vectors.shape[-1]),
        turn=np.asarray(0.5j * turn, dtype=np.complex128),
        scale=np.ones(vectors.shape[-1]),
        sign=np.ones(vectors.shape[-1]),
        kind=QUADRATURES,
    )


def of_majoranas(hamiltonian: ComplexArray, pairing: ComplexArray, jumps: Jumps) -> PhaseSpace:
    """Moments Y = <w w^T> - 1/2 of fermions with pairing: imaginary, antisymmetric, with eigenvalues within +-1/2.

    L_k = c_k^T w: X = -A + Re sum c c^+, D = -i Im sum c c^+, and a jump happens at c^+ (Y + 1/2) c.

    Args:
        hamiltonian: h (..., n, n).
        pairing: Delta (..., n, n), antisymmetric, of H = c^+ h c + (c^+ Delta c^+ + its adjoint)/2.
        jumps: all pairs of jumps.

    Returns:
        The phase space; its jumps are all losses, then all gains.
    """
    down = lowered(jumps.vectors) if jumps.mixed is None else jumps.mixed
    out = np.sqrt(jumps.loss)[..., None, :] * down
    into = np.sqrt(jumps.gain)[..., None, :] * np.conj(down)
    vectors = np.concatenate(np.broadcast_arrays(out, into), axis=-1)
    summed = vectors @ np.conj(np.swapaxes(vectors, -1, -2))
    return PhaseSpace(
        drift=np.asarray(summed.real - majorana_form(hamiltonian, pairing)),
        diffusion=imaginary_part(np.conj(summed)),
        vectors=vectors,
        bare=np.full(vectors.shape[-1], 0.5),
        turn=None,
        scale=np.ones(vectors.shape[-1]),
        sign=np.ones(vectors.shape[-1]),
        kind=MAJORANAS,
    )


def phase_space(hamiltonian: ComplexArray, pairing: ComplexArray | None, jumps: Jumps, z: int) -> PhaseSpace:
    """The equations of motion: of modes without pairing, else of quadratures or of Majorana operators.

    Args:
        hamiltonian: h (..., n, n).
        pairing: Delta (..., n, n), or None.
        jumps: all pairs of jumps.
        z: +1 for bosons, -1 for fermions.

    Returns:
        The phase space.
    """
    if pairing is None:
        return of_modes(hamiltonian, jumps, z)
    return (of_quadratures if z > 0 else of_majoranas)(hamiltonian, pairing, jumps)
