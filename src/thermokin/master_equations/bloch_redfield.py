"""The Bloch-Redfield equation at one point as the comparison of generators takes it: in the user's basis, at rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thermokin._typing import ComplexArray
from thermokin.master_equations.redfield_generator import redfield_generator
from thermokin.master_equations.redfield_rest import solved_rest
from thermokin.model.contact import Contact
from thermokin.model.frame_operator import eigenframe

__all__ = ["bloch_redfield", "takes_bloch_redfield"]

LARGEST = 16  # levels: its matrix has the fourth power of them


def takes_bloch_redfield(dimension: int, contacts: Sequence[Contact]) -> bool:
    """Whether the equation is compared for a system: of no leads, and not too many levels.

    Args:
        dimension: d.
        contacts: the contacts.

    Returns:
        The answer.
    """
    return dimension <= LARGEST and not any(contact.bath.statistics.moves_particles for contact in contacts)


def bloch_redfield(hamiltonian: ComplexArray, contacts: Sequence[Contact]) -> tuple[ComplexArray, list[ComplexArray]]:
    """The steady state, and what each contact does to it.

    Args:
        hamiltonian: H (d, d) [energy].
        contacts: the contacts, at one point.

    Returns:
        rho (d, d), and D_b rho (d, d) of each contact [1/time].

    Raises:
        ArgumentError: if a rate at frequency zero diverges.
        DegenerateSteadyStateError: if there is more than one.
    """
    states = eigenframe(hamiltonian, None)
    frame = np.eye(hamiltonian.shape[-1], dtype=np.complex128) if states.frame is None else states.frame
    generator = redfield_generator(states, contacts)
    state, _ = solved_rest(generator)
    moved = [frame @ generator.dissipated(place, state) @ frame.conj().T for place in range(len(contacts))]
    return np.asarray(frame @ state @ frame.conj().T), moved
