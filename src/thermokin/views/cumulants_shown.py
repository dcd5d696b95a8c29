"""Cumulants of a current in the units that were asked for, for the lines and tables of a report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from thermokin.lab_units.asked import asked_units, in_asked_units, unit_shown
from thermokin.model.current_words import counted_in, unit_of
from thermokin.views.data_in_units import amount_said

__all__ = ["covariances_shown", "cumulants_shown", "fano_shown", "mean_and_noise", "units_of_cumulants"]


def _per_time(words: str, order: int) -> str:
    """The unit of a cumulant per time, in words; particles are charges where an electric current is asked for."""
    return f"({counted_in(words)})^{order}/time"


def cumulants_shown(words: str, values: Iterable[Any]) -> tuple[float, ...]:
    """Cumulants per time.

    Args:
        words: of the current.
        values: the first, the second, ...

    Returns:
        The numbers in the units that were asked for.
    """
    return tuple(float(in_asked_units(value, _per_time(words, order))) for order, value in enumerate(values, start=1))


def units_of_cumulants(words: str, order: int) -> str:
    """What stands in a table for the unit of cumulants per time.

    Args:
        words: of the current.
        order: how many cumulants there are.

    Returns:
        The unit of the amount, or, where units were asked for, that of each cumulant.
    """
    if asked_units() is None:
        return unit_of(words)
    return "; ".join(unit_shown(_per_time(words, one)) for one in range(1, order + 1))


def mean_and_noise(words: str, found: Any) -> str:
    """A current in a line.

    Args:
        words: of the current.
        found: its cumulants per time.

    Returns:
        Its mean, and its noise if that is known.
    """
    shown = cumulants_shown(words, (found.mean, found.noise) if found.values.shape[-1] > 1 else (found.mean,))
    units = ("", "") if asked_units() is None else tuple(f" {unit_shown(_per_time(words, order))}" for order in (1, 2))
    said = [f"{number:.6g}{unit}" for number, unit in zip(shown, units, strict=False)]
    return ", noise ".join(said)


def fano_shown(words: str, found: Any) -> tuple[str, float | None]:
    """Noise over the size of the mean, which is an amount.

    Args:
        words: of the current.
        found: its cumulants per time.

    Returns:
        The words, with the unit of the amount where units were asked for, and the number; None without a mean.
    """
    mean, noise = cumulants_shown(words, (found.mean, found.noise))
    units = asked_units()
    said = "1" if units is None else amount_said(counted_in(words), units)
    return words if said == "1" else f"{words} [{said}]", noise / abs(mean) if mean else None


def covariances_shown(words: Iterable[str], values: Any) -> list[tuple[float, ...]]:
    """Covariances per time of currents, each pair in the units of its own.

    Args:
        words: of the currents.
        values: (c, c).

    Returns:
        Rows of numbers.
    """
    names = list(words)
    units = [f"({counted_in(name)})" for name in names]
    return [
        tuple(float(in_asked_units(value, f"{one} {other}/time")) for other, value in zip(units, row, strict=True))
        for one, row in zip(units, values, strict=True)
    ]
