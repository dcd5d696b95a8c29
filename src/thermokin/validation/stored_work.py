"""Cases of work that states hold: ergotropy with its parts, copies, and a pair that hides all of it."""

from __future__ import annotations

import numpy as np

from thermokin.stored_work.ergotropy import ergotropy
from thermokin.stored_work.local_ergotropy import local_ergotropy
from thermokin.validation.case import Case, table_row

__all__ = ["hidden_work", "three_levels_with_coherence"]

WITHIN = 1e-12


def three_levels_with_coherence() -> list[Case]:
    """A mixture of a superposition and populations."""
    psi = np.array([0.6, 0.0, 0.8])
    state = 0.7 * np.outer(psi, psi) + 0.3 * np.diag([0.2, 0.5, 0.3])
    found = ergotropy(state, np.diag([0.0, 1.0, 2.5]))
    return table_row(
        "levels 0, 1, 2.5, a superposition mixed with populations",
        "definition, independent sums",
        {
            "ergotropy": ("1.1687314878", found.total),
            "incoherent part": ("0.808", found.incoherent),
            "coherent part": ("0.3607314878", found.coherent),
        },
    )


def hidden_work() -> list[Case]:
    """Gaps of correlated pairs, and the limit of many copies of a mixture."""
    bell = np.array([1.0, 0.0, 0.0, 1.0]) / np.sqrt(2.0)
    pair = local_ergotropy(np.outer(bell, bell), np.diag([0.0, 1.0, 1.0, 2.0]), (2, 2))
    # Passive, with the entropy ln 2 of a Gibbs state with p on the two upper levels: h(p) + p ln 2.
    copies = ergotropy(np.diag([0.5, 0.5, 0.0]), np.diag([0.0, 1.0, 1.0]))
    excited = 0.2270921952193482
    return [
        Case("Bell pair of two qubits, gap 1", "ergotropic gap", 1.0, float(pair.gap), WITHIN, "closed form"),
        Case("passive state of three levels", "ergotropy", 0.0, float(copies.total), WITHIN, "closed form"),
        Case(
            "passive state of three levels",
            "ergotropy of each of many copies",
            0.5 - excited,
            float(copies.asymptotic),
            1e-11,
            "root of h(p) + p ln 2 = ln 2",
        ),
    ]
