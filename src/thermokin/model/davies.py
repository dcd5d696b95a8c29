"""The Davies generator: weak coupling, jumps between the eigenstates of the whole Hamiltonian."""

from __future__ import annotations

from collections.abc import Sequence

from thermokin._typing import OperatorLike
from thermokin.model.bohr import DEFAULT_TOLERANCE
from thermokin.model.contact import Contact
from thermokin.model.lamb_shift import LambShift
from thermokin.model.model import Model
from thermokin.model.secular_parts import secular_parts
from thermokin.operators.outside import dims_of

__all__ = ["davies"]


def davies(
    hamiltonian: OperatorLike,
    contacts: Sequence[Contact],
    *,
    number_operator: OperatorLike | None = None,
    tolerance: float = DEFAULT_TOLERANCE,
    lamb_shift: LambShift | None = None,
) -> Model:
    """The weak-coupling (secular) model of a system that touches thermal baths.

    d rho/dt = -i[H, rho] + sum over contacts and Bohr frequencies w of gamma(w) D[A(w)] rho, where A(w) collects the
    elements of the coupling that lower the energy by w. Gaps that are equal within the tolerance make one collective
    jump, so coherences between them couple; local detailed balance holds element by element.

    Args:
        hamiltonian: H (..., d, d) [energy].
        contacts: how the baths touch the system.
        number_operator: particle number (..., d, d), for baths with a chemical potential; must commute with H.
        tolerance: gaps closer than this fraction of the spectrum's width are one Bohr frequency.
        lamb_shift: how to integrate the shift of the levels by the baths; left out if None.

    Returns:
        The model, in the eigenbasis of H. Its `validity` holds the ratio of the smallest energy difference that the
        secular approximation must resolve to the largest rate, on the levels that states populate. A sweep is the loop
        over its points.

    Raises:
        ValueError: if shapes or the dims of QuTiP objects differ, a zero-frequency rate diverges, levels cross along a
            sweep so that populations move otherwise there, or the spectrum is asked for outside its domain.
        TypeError: if a contact is not a `Contact`.

    Cost:
        One eigendecomposition and one sort of the gaps; memory of a few numbers per coupled pair of levels.

    Reference:
        davies1974, breuer2002.
    """
    said = {"hamiltonian": dims_of(hamiltonian, "hamiltonian")}
    parts = secular_parts(hamiltonian, contacts, number_operator, tolerance, said)
    generator = parts.energy
    if lamb_shift is not None:
        couplings = [(jumps.clusters, jumps.coupling) for jumps in parts.jumps]
        generator = lamb_shift.shifted(
            parts.energy, [(*found, contact) for found, contact in zip(couplings, contacts, strict=True)]
        )
    return Model.from_table(
        generator,
        parts.energy,
        parts.table,
        parts.baths,
        number=parts.number,
        frame=parts.frame,
        validity=[parts.assumption],
        dims=parts.dims,
    )
