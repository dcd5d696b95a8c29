"""The colour and dashes of each bound, the same in every figure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from thermokin.report.style import DASHES, GREY, MANY

__all__ = ["bound_colour", "bound_styles"]


@cache
def _numbers() -> dict[str, int]:
    from thermokin.bounds.catalogue import catalogue

    return {theorem.name: number for number, theorem in enumerate(catalogue())}


def bound_colour(name: str) -> str:
    """The colour of a bound of the catalogue; grey for one that is not in it.

    Args:
        name: its name.

    Returns:
        The colour.
    """
    number = _numbers().get(name)
    return GREY if number is None else MANY[number % len(MANY)]


def bound_styles(names: Iterable[str]) -> dict[str, tuple[str, Any]]:
    """Colours and dashes of bounds: no two of the catalogue have both in common.

    Args:
        names: their names.

    Returns:
        Colour and dashes, by name.
    """
    return {name: (bound_colour(name), DASHES[_numbers().get(name, 0) % len(DASHES)]) for name in names}
