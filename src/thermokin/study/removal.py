"""Whether what a Fermi bath of a study couples to removes one particle."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermokin.model.particle_removal import removal_flaw, shown_changes
from thermokin.operators.particle_number import number_changes, require_whole
from thermokin.study.arrays import Arrays
from thermokin.study.problem import Place, Problem
from thermokin.study.system import conserved_number

__all__ = ["NUMBER", "number_flaw", "removal_problem"]

NUMBER: Place = ("model", "number_operator")
MOST_SHOWN = 6  # elements that a hint names


def number_flaw(arrays: Arrays) -> Problem | None:
    """What keeps the number operator of a study from counting particles, which its Hamiltonian moves in pairs at most.

    Args:
        arrays: the sound arrays.

    Returns:
        The problem; None if there is none, or no number operator.
    """
    number = arrays.get(NUMBER)
    hamiltonian = arrays.get(("model", "energy_operator"), arrays.get(("model", "hamiltonian")))
    if number is None:
        return None
    try:
        require_whole(number.astype(np.complex128))
    except ValueError as error:
        return Problem(NUMBER, str(error).removeprefix("`number_operator` ").rstrip("."))
    if hamiltonian is None or conserved_number(arrays) is not None:
        return None
    changes = number_changes(hamiltonian.astype(np.complex128), number.astype(np.complex128))
    if all(change % 2 == 0 for change in changes):
        return None
    hint = (
        "pairing may break it, by two particles; what breaks it by one, such as a drive, can be put on a lead in "
        "Python only, without a number operator"
    )
    return Problem(NUMBER, "must commute with the Hamiltonian", hint)


def removal_problem(place: Place, arrays: Arrays) -> Problem | None:
    """What keeps a coupling from being the annihilation part that a Fermi bath needs."""
    coupling, number = arrays.get(place), arrays.get(NUMBER)
    if coupling is None or number is None or number_flaw(arrays) is not None:
        return None
    changes = removal_flaw(coupling.astype(np.complex128), number.astype(np.complex128))
    if not changes:
        return None
    need = f'must remove one particle for a "fermi" bath, but it changes the number by {shown_changes(changes)}'
    return Problem(place, need, _remedy(changes, coupling, number))


def _remedy(changes: tuple[int, ...], coupling: NDArray[Any], number: NDArray[Any]) -> str:
    if changes == (1,):
        return "it is the creation part; give the annihilation part, its transposed complex conjugate"
    counts = np.rint(np.real(np.diag(number)))
    if -1 not in changes or np.count_nonzero(number) != np.count_nonzero(np.diag(number)):
        return "give the annihilation part"
    kept = np.argwhere((counts[:, None] - counts[None, :] == -1.0) & (coupling != 0.0))
    if len(kept) > MOST_SHOWN:
        return "give the annihilation part: only elements whose row holds one particle less than their column"
    named = ", ".join(f"[{row}][{column}]" for row, column in kept)
    return f"give the annihilation part: keep {named} and set the others to 0"
