"""Claims about products and quotients of outputs, as a study file writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import prod
from typing import Any

from thermokin._errors import ArgumentError
from thermokin.design.falsify_inequality import Inequality

__all__ = ["product_inequality"]

_JOINED = re.compile(r" ([*/]) ")
_POWER = re.compile(r"(?P<words>.*?)(?:\^(?P<power>[1-9]))?")


def product_inequality(quantity: str, *, least: float | None = None, most: float | None = None) -> Inequality:
    """The claim that a product of outputs is at least, or at most, a number.

    Args:
        quantity: outputs as `Inequality` takes them, joined by " * " and " / ", each to a power as "^2".
        least: what it is claimed not to fall below.
        most: what it is claimed not to exceed; one of the two.

    Returns:
        The inequality; its slack is the distance from that number.

    Raises:
        ArgumentError: if not one of both numbers is given.

    Example:
        >>> from thermokin.design.falsify_product import product_inequality
        >>> claim = product_inequality("noise of ticks * activity / ticks^2", least=1.0)
        >>> float(claim.slack({"0": 3.0, "1": 2.0, "2": 2.0}))
        0.5
    """
    if (least is None) == (most is None):
        raise ArgumentError("`least` or `most` must be given, and not both.", "least")
    sign, limit = (1.0, float(least)) if least is not None else (-1.0, float(most or 0.0))
    parts = _JOINED.split(quantity)
    outputs, powers = {}, {}
    for place, text in enumerate(parts[::2]):
        match = _POWER.fullmatch(text)
        words, power = (text, 1) if match is None else (match["words"], int(match["power"] or 1))
        outputs[str(place)] = words
        powers[str(place)] = power if place == 0 or parts[2 * place - 1] == "*" else -power

    def slack(found: Mapping[str, Any]) -> Any:
        above = prod((found[name] ** power for name, power in powers.items() if power > 0), start=1.0)
        below = prod((found[name] ** -power for name, power in powers.items() if power < 0), start=1.0)
        return sign * (above / below - limit)

    said = f">= {least:g}" if most is None else f"<= {most:g}"
    return Inequality(f"{quantity} {said}", outputs, slack)
