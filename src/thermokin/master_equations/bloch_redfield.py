"""The Bloch-Redfield equation, without a secular approximation: as QuTiP's with all terms kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import ComplexArray
from thermokin.master_equations.geometric import gap_rates
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import eigenframe

__all__ = ["bloch_redfield", "takes_bloch_redfield"]

LARGEST = 16  # levels: its tensor has the fourth power of them


def takes_bloch_redfield(dimension: int, contacts: Sequence[Contact]) -> bool:
    """Whether the equation is made for a system: of no leads, and not too many levels.

    Args:
        dimension: d.
        contacts: the contacts.

    Returns:
        The answer.
    """
    return dimension <= LARGEST and not any(contact.bath.statistics.moves_particles for contact in contacts)


def bloch_redfield(hamiltonian: ComplexArray, contacts: Sequence[Contact]) -> tuple[ComplexArray, list[ComplexArray]]:
    """The steady state, and what each contact does to it.

    D_b rho = K rho A + A rho K^+ - A K rho - rho K^+ A of each contact, K the coupling operator A with half the rate of
    its gap on each element between eigenstates.

    Args:
        hamiltonian: H (d, d) [energy].
        contacts: the contacts, at one point.

    Returns:
        rho (d, d), and D_b rho (d, d) of each contact [1/time].

    Raises:
        ArgumentError: if a rate at frequency zero diverges.

    Cost:
        d^4 numbers, and least squares of as many.
    """
    size = hamiltonian.shape[-1]
    states = eigenframe(hamiltonian, None)
    frame = np.eye(size, dtype=np.complex128) if states.frame is None else states.frame
    gaps, one = states.levels[None, :] - states.levels[:, None], np.eye(size)
    generator = np.diag(1j * gaps.reshape(-1)).astype(np.complex128)  # acts on rho read row by row
    parts = []
    for position, contact in enumerate(contacts):
        inside = frame.conj().T @ contact.operator @ frame
        inside = inside - one * np.trace(inside) / size  # what is proportional to the identity moves nothing
        weighed = 0.5 * gap_rates(position, contact, gaps, inside != 0.0) * inside
        gained, lost = np.kron(weighed, inside.T), np.kron(inside @ weighed, one)
        # The other two terms are the adjoints of these: X rho Y becomes Y^+ rho X^+.
        part = gained + np.kron(inside, weighed.conj()) - lost - np.kron(one, (inside @ weighed).conj())
        parts.append(part)
        generator += part
    # The trace in place of one equation more: a generator that does not keep states positive has no better friend.
    square = np.vstack([generator, one.reshape(1, -1)])
    state = np.linalg.lstsq(square, np.append(np.zeros(size**2), 1.0), rcond=None)[0]
    moved = [frame @ (part @ state).reshape(size, size) @ frame.conj().T for part in parts]
    return np.asarray(frame @ state.reshape(size, size) @ frame.conj().T), moved
