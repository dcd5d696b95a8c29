"""The Bloch-Redfield equation of QuTiP, without a secular approximation."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from thermokin._typing import ComplexArray
from thermokin.model.contact import Contact

__all__ = ["bloch_redfield", "takes_bloch_redfield"]

LARGEST = 16  # levels: its tensor has the fourth power of them


def takes_bloch_redfield(dimension: int, contacts: Sequence[Contact]) -> bool:
    """Whether QuTiP is there and would take the system: no leads, and not too many levels.

    Args:
        dimension: d.
        contacts: the contacts.

    Returns:
        The answer.
    """
    leads = any(contact.bath.statistics.moves_particles for contact in contacts)
    return not leads and dimension <= LARGEST and find_spec("qutip") is not None


def bloch_redfield(hamiltonian: ComplexArray, contacts: Sequence[Contact]) -> tuple[ComplexArray, list[ComplexArray]]:
    """The steady state, and what each contact does to it.

    `sec_cutoff=-1` keeps all terms; QuTiP's default drops those that turn faster than a tenth of the least rate, and so
    gives the numbers of `davies`.

    Args:
        hamiltonian: H (d, d) [energy].
        contacts: the contacts, at one point.

    Returns:
        rho (d, d), and D_b rho (d, d) of each contact [1/time].

    Cost:
        d^4 numbers.
    """
    import qutip

    size = hamiltonian.shape[-1]
    whole = qutip.Qobj(hamiltonian)
    free = qutip.liouvillian(whole)

    def rates(contact: Contact) -> Any:
        return lambda w: _rate(contact, float(w))  # QuTiP takes it for a spectrum by the name of its argument

    parts = [
        qutip.bloch_redfield_tensor(
            whole, [[qutip.Qobj(contact.operator), rates(contact)]], sec_cutoff=-1, fock_basis=True
        )
        - free
        for contact in contacts
    ]
    generator = np.asarray((free + sum(parts[1:], parts[0])).full())
    # The trace in place of one equation: QuTiP's solvers expect a generator that keeps states positive.
    square = np.vstack([generator, np.eye(size).reshape(1, -1, order="F")])
    state = np.linalg.lstsq(square, np.append(np.zeros(size**2), 1.0), rcond=None)[0]
    moved = [np.asarray((part.full() @ state).reshape(size, size, order="F")) for part in parts]
    return np.asarray(state.reshape(size, size, order="F")), moved


def _rate(contact: Contact, frequency: float) -> float:
    bath, size = contact.bath, np.array([abs(frequency)])
    if frequency == 0.0:
        spectrum = contact.spectrum
        return float(bath.statistics.dephasing_rate(spectrum.at_zero, spectrum.slope_at_zero, bath.temperature))
    factor = bath.statistics.emission if frequency > 0.0 else bath.statistics.absorption
    return float((contact.spectrum.continued(size) * factor(size, bath.temperature, bath.chemical_potential))[0])
