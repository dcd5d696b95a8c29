"""The spectrum that a contact asks for, and what to make of a number or a function that was given as one."""

from __future__ import annotations

import numpy as np

from thermokin.model.spectrum import Spectrum
from thermokin.operators.numbers import shown

__all__ = ["require_spectrum"]


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


def _remedy(spectrum: object) -> str:
    if isinstance(spectrum, type):
        return "; make one of it, with its parameters"
    if callable(spectrum):
        return (
            "; of a function G, the emission rate at temperature 0, make tk.Tabulated(frequencies, G(frequencies)), "
            "with frequencies that span the gaps"
        )
    return "; for one rate kappa at all frequencies pass tk.Flat(kappa)" if np.isscalar(spectrum) else ""
