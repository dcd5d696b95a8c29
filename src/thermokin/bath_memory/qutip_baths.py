"""The correlation functions of baths as QuTiP's hierarchy takes them."""

from __future__ import annotations

from typing import Any

import numpy as np

from thermokin.bath_memory.correlation_expansion import CorrelationExpansion

__all__ = ["bath_of", "require_qutip"]

ROUNDING = 1e-14  # of a coefficient, whose imaginary part vanishes; of a rate, that is another's conjugate


def require_qutip() -> tuple[Any, Any]:
    """The packages qutip and qutip.solver.heom, or the error that says how to get them.

    Returns:
        Both.

    Raises:
        ModuleNotFoundError: if QuTiP is not installed.
    """
    try:
        import qutip
        from qutip.solver import heom
    except ModuleNotFoundError as error:
        if error.name != "qutip":
            raise
        raise ModuleNotFoundError(
            "`hierarchy` needs QuTiP, which is not installed; install the extra: pip install 'thermokin[qutip]'.",
            name="qutip",
        ) from None
    return qutip, heom


def bath_of(expansion: CorrelationExpansion, place: int, unit: float) -> Any:
    """The expansion as QuTiP takes it.

    Args:
        expansion: of a contact's bath.
        place: of the contact, the tag of its exponents.
        unit: the energy that is 1.

    Returns:
        QuTiP's bath.
    """
    qutip, heom = require_qutip()
    operator = qutip.Qobj(expansion.contact.operator)
    c, v = expansion.coefficients / unit**2, expansion.rates / unit
    if expansion.added is not None:
        into, turned = expansion.added
        return heom.FermionicBath(operator, into / unit**2, turned / unit, c, v, tag=place)
    # C = C_R + i C_I with real functions C_R and C_I: each is a sum over all rates and their conjugates. QuTiP would
    # add up rates that are near, which drops a factor t; here those that are one have been one from the start.
    exponents = []
    for value, rate in zip(c, v, strict=True):
        # A real rate is its own conjugate, a turning one has it among the others.
        twin = np.abs(v - rate.conj()) <= ROUNDING * np.abs(v).max()
        both = (c[twin].sum()).conj() if twin.any() else 0.0
        even, odd = 0.5 * (value + both), -0.5j * (value - both)
        if abs(odd) > ROUNDING * np.abs(c).max():
            exponents.append(heom.BathExponent("RI", None, operator, even, rate, ck2=odd, tag=place))
        else:
            exponents.append(heom.BathExponent("R", None, operator, even, rate, tag=place))
    return heom.Bath(exponents)
