"""The unit of what a search weighs, in words."""

from __future__ import annotations

from thermokin._errors import ArgumentError
from thermokin.design.front_quantities import quantity_of
from thermokin.linear_response.outputs import unit_in_words

__all__ = ["unit_of_quantity"]

_OF_FIGURES = {"useful current": "energy/time", "noise of useful current": "energy^2/time"}


def unit_of_quantity(words: str) -> str:
    """The unit of a product of outputs and figures of merit.

    Args:
        words: as "noise of power / power".

    Returns:
        The unit, as "(energy^2/time)/(energy/time)"; empty where it is not known.
    """
    try:
        factors = quantity_of(words, {}).factors
    except ArgumentError:
        return ""
    above, below = "", ""
    for factor in factors:
        unit = _OF_FIGURES.get(factor.words, "1") if factor.wanted is None else unit_in_words(factor.words)
        if not unit:
            return ""
        part = f" ({unit})" * abs(factor.power)
        above, below = (above + part, below) if factor.power > 0 else (above, below + part)
    if above and not below and above.count("(") == 1 and len(factors) == 1:
        return above.strip()[1:-1]
    return f"{above.strip() or '1'}/({below.strip()})" if below else above.strip()
