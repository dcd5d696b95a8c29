"""A contact: the operator and the spectrum by which a bath touches a system."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thermokin._errors import ArgumentError
from thermokin._typing import BoolArray, ComplexArray, OperatorLike
from thermokin.model.bath import Bath
from thermokin.model.spectrum import Spectrum
from thermokin.operators.as_numbers import common_axes, shown
from thermokin.operators.as_operators import as_operator
from thermokin.operators.outside import Dims, dims_of

__all__ = ["Contact", "require_spectrum", "require_thermal"]

ROUNDING = 1e-12  # distance from the adjoint, relative to the largest element, that is taken for rounding


@dataclass(frozen=True, eq=False)
class Contact:
    """How one bath touches the system: H_int = operator x (bath operator), with spectrum G(w).

    Args:
        bath: the bath.
        operator: (..., d, d); Hermitian for a Bose or spin bath. For a Fermi bath the part that removes one particle
            from the system, such as the annihilation operator c of a level (its Hermitian conjugate is added); of
            c + c^+ that is `annihilation_part(operator, number_operator)`.
        spectrum: the zero-temperature emission rate G(w) of a unit coupling.

    Raises:
        TypeError: if the bath or the spectrum is of the wrong type.
        ValueError: if the operator is not Hermitian where it must be, is Hermitian where it must remove a particle, or
            is zero, if the spectrum is a table of negative frequencies that only a lead has, or if leading axes do not
            broadcast.

    Example:
        >>> import math
        >>> import numpy as np
        >>> import thermokin as tk
        >>> bath, coupling = tk.Bath("bath", temperature=0.5), tk.operators.pauli().x
        >>> jumps = tk.davies(np.diag([0.0, 1.0]), [tk.Contact(bath, coupling, tk.Flat(0.01))]).channels
        >>> up, down = sorted(float(np.sum(np.abs(one.jump) ** 2)) for one in jumps)
        >>> round(down / up, 8), round(math.exp(1.0 / 0.5), 8), round(down - up, 8)  # detailed balance, and G(w)
        (7.3890561, 7.3890561, 0.01)
    """

    bath: Bath
    operator: ComplexArray
    spectrum: Spectrum
    dims: Dims

    def __repr__(self) -> str:
        levels = self.operator.shape[-1]
        return f"Contact of {levels} levels with bath {self.bath.name!r}, {self.spectrum!r}"

    def __init__(self, bath: Bath, operator: OperatorLike, spectrum: Spectrum) -> None:
        if not isinstance(bath, Bath):
            raise TypeError(f"`bath` of a contact must be a Bath, got {bath!r}.")
        require_spectrum(spectrum)
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
        if not matrix.any():
            raise ArgumentError(
                f"`operator` of the contact with bath {bath.name!r} is zero: it couples nothing.", "operator"
            )
        if bath.statistics.moves_particles:
            _refuse_hermitian(matrix, bath.name)
        else:
            _require_hermitian(matrix, bath.name)
        matrix.flags.writeable = False
        object.__setattr__(self, "bath", bath)
        object.__setattr__(self, "operator", matrix)
        object.__setattr__(self, "spectrum", spectrum)
        object.__setattr__(self, "dims", dims_of(operator, "operator"))

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """Leading axes of operator, bath and spectrum together."""
        spectrum = self.spectrum.continued(np.zeros(1)).shape[:-1]
        return np.broadcast_shapes(self.operator.shape[:-2], self.bath.batch_shape, spectrum)


def _require_hermitian(matrix: ComplexArray, bath: str) -> None:
    adjoint = matrix.conj().swapaxes(-1, -2)
    if np.array_equal(matrix, adjoint):
        return
    defect = float(np.abs(matrix - adjoint).max())
    if defect > ROUNDING * float(np.abs(matrix).max()):
        raise ArgumentError(
            f"`operator` of the contact with bath {bath!r} must be Hermitian, its defect is {defect:.3g}; "
            "use A + A.conj().T, or hand-written channels.",
            "operator",
        )


def _refuse_hermitian(matrix: ComplexArray, bath: str) -> None:
    """What is its own adjoint, up to a phase, adds what it removes: [N, A] = -A would make it zero."""
    adjoint = matrix.conj().swapaxes(-1, -2)
    overlap = (adjoint.conj() * matrix).sum(axis=(-2, -1), keepdims=True)
    turned = adjoint * (overlap / np.where(overlap == 0.0, 1.0, np.abs(overlap)))
    alike = _near(matrix, turned)
    if not alike.any():
        return
    kind = "Hermitian up to a phase"
    if _near(matrix, adjoint)[alike].all():
        kind = "Hermitian"
    elif _near(matrix, -adjoint)[alike].all():
        kind = "Hermitian up to a phase (anti-Hermitian)"
    raise ArgumentError(
        f"`operator` of the contact with bath {bath!r} must remove one particle, but it is {kind}, so that it adds one "
        "as well; give the annihilation part, c alone in place of a sum of c and c.conj().T, which is "
        "thermokin.operators.annihilation_part(operator, number_operator).",
        "operator",
    )


def _near(one: ComplexArray, two: ComplexArray) -> BoolArray:
    """At which points (...) two operators are equal up to rounding, and not zero."""
    defect, largest = (np.abs(each).max(axis=(-2, -1)) for each in (one - two, one))
    return np.asarray((defect <= ROUNDING * largest) & (largest > 0.0))


def require_thermal(spectrum: Spectrum, bath: str) -> None:
    """Refuse a spectrum that lists negative frequencies, at which a bath that moves no particles is never asked."""
    if spectrum.lowest < 0.0:
        raise ArgumentError(
            f"`spectrum` of the contact with bath {bath!r} is a table from {spectrum.lowest:g} on, but a bath that "
            "moves no particles is asked at frequencies >= 0 alone, and its temperature says what it gives back; leave "
            "out the negative frequencies, or use statistics=Fermi() for a lead.",
            "spectrum",
        )


def require_spectrum(spectrum: object) -> None:
    """Refuse what is no spectrum.

    Args:
        spectrum: what was given as one.

    Raises:
        TypeError: if it is not a `Spectrum`.
    """
    if not isinstance(spectrum, Spectrum):
        raise TypeError(
            f"`spectrum` must be Flat, Ohmic, Drude, Lorentzian, Band or Tabulated, got {shown(spectrum)}"
            f"{_remedy(spectrum)}."
        )


_POWER = "of a power spectrum {}, which holds the temperature too, G(w) = S(w) - S(-w)"


def _remedy(spectrum: object) -> str:
    if isinstance(spectrum, type):
        return "; make one of it, with its parameters"
    if callable(spectrum):
        return (
            "; of a function G, the emission rate at temperature 0, make tk.Tabulated(frequencies, G(frequencies)), "
            f"with frequencies that span the gaps; {_POWER.format('S')}"
        )
    if hasattr(spectrum, "power_spectrum"):  # an environment of QuTiP
        return f"; make tk.Tabulated(frequencies, G(frequencies)); {_POWER.format('S = environment.power_spectrum')}"
    return "; for one rate kappa at all frequencies pass tk.Flat(kappa)" if np.isscalar(spectrum) else ""
