"""The units of the numbers of a fit."""

from __future__ import annotations

from thermokin.inference.fit import Fit
from thermokin.lab_units.dimension import quantity_of

__all__ = ["units_of_numbers"]


def units_of_numbers(fit: Fit) -> list[str]:
    """The unit of each number of a fit.

    Args:
        fit: the fit.

    Returns:
        Units in words, temperatures told from energies.
    """
    known = fit.problem.family.parameters
    names = [fit.problem.places[place].name for place in range(len(fit.names))]
    return [quantity_of(name, known[name].unit, known[name].quantity) for name in names]
