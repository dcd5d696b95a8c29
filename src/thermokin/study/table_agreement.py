"""Whether a table of rates and the statistics of its bath agree."""

from __future__ import annotations

import numpy as np

from thermokin.study.arrays import Arrays
from thermokin.study.problem import Place, Problem

__all__ = ["frequency_flaws"]


def frequency_flaws(place: Place, statistics: str, arrays: Arrays) -> list[Problem]:
    """Negative frequencies in the table of a bath that moves no particles: it is never asked there.

    Args:
        place: of the bath.
        statistics: "bose", "fermi" or "spin".
        arrays: the sound arrays.

    Returns:
        The problem, if there is one.
    """
    where = (*place, "spectrum", "frequencies")
    numbers = arrays.get(where)
    if statistics == "fermi" or numbers is None or not (numbers < 0.0).any():
        return []
    first = int(np.argmax(numbers < 0.0))
    need = f'must be >= 0 for a "{statistics}" bath, which moves no particles, got {numbers[first]:g}'
    return [Problem((*where, first), need, 'only a "fermi" bath is asked below 0')]
