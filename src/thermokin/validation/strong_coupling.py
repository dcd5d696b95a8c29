"""Cases beyond weak coupling: a Bloch-Redfield equation that loses positivity."""

from __future__ import annotations

import numpy as np

from thermokin.master_equations.redfield import redfield
from thermokin.model.bath import Bath
from thermokin.model.contact import Contact
from thermokin.model.spectrum import Flat
from thermokin.motion.steady_state import steady_state
from thermokin.operators.spins import pauli
from thermokin.operators.tensor import embed
from thermokin.validation.case import Case, table_row

__all__ = ["lost_positivity"]

SECOND, EXCHANGE, RATE = 1.00709, 0.79603, 0.25432
COLD, HOT = 0.08524, 1.65135


def lost_positivity() -> list[Case]:
    """Two strongly damped qubits whose Bloch-Redfield equation has no state at rest."""
    spin = pauli()
    gaps = 0.5 * (embed(spin.z, 0, (2, 2)) + SECOND * embed(spin.z, 1, (2, 2)))
    hop = embed(spin.plus, 0, (2, 2)) @ embed(spin.minus, 1, (2, 2))
    contacts = [
        Contact(Bath(name, at), embed(spin.x, site, (2, 2)), Flat(RATE))
        for site, (name, at) in enumerate((("cold", COLD), ("hot", HOT)))
    ]
    rest = steady_state(redfield(gaps + EXCHANGE * (hop + hop.conj().T), contacts))
    lowest = float(np.asarray(rest.lowest_eigenvalue))
    system = "two qubits, gaps 1 and 1.00709, exchange .79603, flat baths at .08524 and 1.65135, rate .25432"
    return table_row(
        system, "independent dense superoperator, six digits", {"lowest eigenvalue, Redfield": ("-0.0156321", lowest)}
    )
