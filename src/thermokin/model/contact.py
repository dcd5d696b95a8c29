"""A contact: the operator and the spectrum by which a bath touches a system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._typing import ComplexArray, OperatorLike
from thermokin.model.bath import Bath
from thermokin.model.spectrum import Spectrum, require_thermal
from thermokin.operators.accept import as_operator
from thermokin.operators.numbers import common_axes

__all__ = ["Contact"]


@dataclass(frozen=True, eq=False)
class Contact:
    """How one bath touches the system: H_int = operator x (bath operator), with spectrum G(w).

    Args:
        bath: the bath.
        operator: (..., d, d); Hermitian for a Bose or spin bath. For a Fermi bath the annihilation operator of the
            level it feeds (the Hermitian conjugate is added).
        spectrum: the zero-temperature emission rate G(w) of a unit coupling.

    Raises:
        TypeError: if the bath or the spectrum is of the wrong type.
        ValueError: if the operator is not Hermitian where it must be, or zero, if the spectrum is a table of negative
            frequencies that only a lead has, or if leading axes do not broadcast.
    """

    bath: Bath
    operator: ComplexArray
    spectrum: Spectrum

    def __init__(self, bath: Bath, operator: OperatorLike, spectrum: Spectrum) -> None:
        if not isinstance(bath, Bath):
            raise TypeError(f"`bath` of a contact must be a Bath, got {bath!r}.")
        if not isinstance(spectrum, Spectrum):
            raise TypeError(
                f"`spectrum` must be Flat, Ohmic, Drude, Lorentzian or Tabulated, got {spectrum!r}; or Band."
            )
        if not bath.statistics.moves_particles:
            require_thermal(spectrum, bath.name)
        matrix = as_operator(operator, "operator")
        common_axes(
            {
                "operator": matrix.shape[:-2],
                "bath": bath.batch_shape,
                "spectrum": spectrum.continued(np.zeros(1)).shape[:-1],
            }
        )
        largest = float(np.abs(matrix).max(initial=0.0))
        if largest == 0.0:
            raise ValueError(f"`operator` of the contact with bath {bath.name!r} is zero: it couples nothing.")
        defect = float(np.abs(matrix - matrix.conj().swapaxes(-1, -2)).max())
        if not bath.statistics.moves_particles and defect > 1e-12 * largest:
            raise ValueError(
                f"`operator` of the contact with bath {bath.name!r} must be Hermitian, its defect is {defect:.3g}; "
                "use A + A.conj().T, or hand-written channels."
            )
        matrix.flags.writeable = False
        object.__setattr__(self, "bath", bath)
        object.__setattr__(self, "operator", matrix)
        object.__setattr__(self, "spectrum", spectrum)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes of operator, bath and spectrum together."""
        spectrum = self.spectrum.continued(np.zeros(1)).shape[:-1]
        return np.broadcast_shapes(self.operator.shape[:-2], self.bath.batch_shape, spectrum)
