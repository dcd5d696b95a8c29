"""The Bloch-Redfield generator in the eigenbasis of the Hamiltonian: its action, and its matrix of d^4 numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from thermokin._cached import cached_property
from thermokin._threads import few_threads
from thermokin._typing import ComplexArray, FloatArray
from thermokin.master_equations.half_rates import Coupling, couplings
from thermokin.model.contact import Contact
from thermokin.model.davies import LambShift
from thermokin.model.frame_operator import Eigenframe

__all__ = ["RedfieldGenerator", "redfield_generator"]


@dataclass(frozen=True, eq=False)
class RedfieldGenerator:
    """d rho/dt = -i[H, rho] + sum over contacts of D_c rho.

    Args:
        levels: (..., d) [energy].
        parts: the processes of each contact.
    """

    levels: FloatArray
    parts: tuple[tuple[Coupling, ...], ...]

    @property
    def size(self) -> int:
        """Number of levels d."""
        return int(self.levels.shape[-1])

    @property
    def gaps(self) -> FloatArray:
        """E_j - E_i (..., d, d) [energy]."""
        return np.asarray(self.levels[..., None, :] - self.levels[..., :, None])

    def dissipated(self, contact: int, state: ComplexArray) -> ComplexArray:
        """What a contact does to Hermitian states, D_c rho (..., d, d) [1/time].

        Args:
            contact: its position.
            state: rho (..., d, d) in the eigenbasis.

        Returns:
            The change per time.
        """
        total = np.zeros((), dtype=np.complex128)
        for one in self.parts[contact]:
            adjoint = one.operator.conj().swapaxes(-1, -2)
            moved = one.weighed @ state
            total = total + moved @ adjoint - adjoint @ moved
        return np.asarray(total + total.conj().swapaxes(-1, -2))

    def change(self, state: ComplexArray) -> ComplexArray:
        """D rho/dt of Hermitian states (..., d, d) [1/time].

        Args:
            state: rho (..., d, d) in the eigenbasis.

        Returns:
            The change per time.
        """
        total = 1j * self.gaps * state
        for contact in range(len(self.parts)):
            total = total + self.dissipated(contact, state)
        return np.asarray(total)

    @cached_property
    def matrix(self) -> ComplexArray:
        """The generator on density matrices read row by row (..., d^2, d^2) [1/time]."""
        one, size = np.eye(self.size), self.size**2
        gaps = self.gaps
        total = gaps.reshape(*gaps.shape[:-2], size, 1) * 1j * np.eye(size) + self.jumps(lambda *_: 1.0)
        for parts in self.parts:
            for part in parts:
                lost = part.operator.conj().swapaxes(-1, -2) @ part.weighed
                total = total - _kron(lost, one) - _kron(one, lost.conj())
        return np.asarray(total)

    def jumps(self, weights: Callable[[int, Coupling], FloatArray | float]) -> ComplexArray:
        """What K rho B^+ and its adjoint add, each element of K weighed (..., d^2, d^2).

        Args:
            weights: the factors (..., d, d), of a contact's position and a process of it.

        Returns:
            The matrix, on density matrices read row by row.
        """
        total = np.zeros((), dtype=np.complex128)
        for contact, parts in enumerate(self.parts):
            for part in parts:
                weighed = weights(contact, part) * part.weighed
                total = total + _kron(weighed, part.operator.conj()) + _kron(part.operator, weighed.conj())
        return np.asarray(total)

    @cached_property
    def growth(self) -> FloatArray:
        """The largest real part of its exponents (...) [1/time]; above 0 it runs away."""
        with few_threads(self.size**2):
            return np.asarray(np.linalg.eigvals(self.matrix).real.max(axis=-1))

    @property
    def fastest(self) -> FloatArray:
        """The size of its fastest motion (...) [1/time]."""
        largest = [np.abs(part.weighed).sum(axis=(-2, -1)) for parts in self.parts for part in parts]
        return np.asarray(np.max(np.broadcast_arrays(np.ptp(self.levels, axis=-1), *largest), axis=0))


def _kron(left: ComplexArray | FloatArray, right: ComplexArray | FloatArray) -> ComplexArray:
    """Left x right: on rho read row by row it is left rho right^T."""
    size = left.shape[-1] * right.shape[-1]
    product = np.einsum("...ij,...kl->...ikjl", left, right)
    return np.asarray(product.reshape(*product.shape[:-4], size, size))


def redfield_generator(
    states: Eigenframe, contacts: Sequence[Contact], shift: LambShift | None = None
) -> RedfieldGenerator:
    """The generator of a system on its contacts.

    Args:
        states: eigenstates of its Hamiltonian.
        contacts: the contacts.
        shift: how shifts by the baths are integrated; none if None.

    Returns:
        The generator.

    Raises:
        ValueError: as `couplings`.
    """
    frame = states.frame
    parts = []
    for position, contact in enumerate(contacts):
        inside = contact.operator if frame is None else frame.conj().swapaxes(-1, -2) @ contact.operator @ frame
        parts.append(couplings(position, contact, states.levels, np.asarray(inside), shift))
    return RedfieldGenerator(states.levels, tuple(parts))
