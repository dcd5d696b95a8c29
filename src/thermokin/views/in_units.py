"""A result that shows itself in units of the lab, and what helps others to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

from thermokin._result import Result, register, shown_by
from thermokin.lab_units.answers_of_studies import require_tick
from thermokin.lab_units.asked import shown_in, unit_shown
from thermokin.lab_units.units import Units
from thermokin.model.current_words import counted_in
from thermokin.views.data_in_units import data_in_units
from thermokin.views.natural_labels import say_natural

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

__all__ = ["InUnits", "drawn_in", "noted", "shown_in_units", "with_unit_shown"]

P = ParamSpec("P")


@dataclass(frozen=True, eq=False)
class InUnits(Result):
    """A result that shows itself in units of the lab.

    Args:
        result: the result, in natural numbers.
        units: the units.
    """

    result: Result
    units: Units

    def __getattr__(self, name: str) -> Any:
        """Nothing: numbers are those of `result`, and natural, which a number of the same name here would hide."""
        result = vars(self).get("result")  # not there yet while a copy is made
        if name.startswith("_") or name not in dir(result):
            raise AttributeError(f"{type(result).__name__} in units of the lab has no attribute {name!r}")
        raise AttributeError(
            f"{name!r} is a number of the result in natural numbers: `result.{name}` of this one, which "
            "units.of(number, unit in words) converts; data in the units asked for is to_xarray().",
            name=name,
            obj=self,
        )


class _Shown:
    """Shows what the view of the result shows, in its units."""

    def text(self, result: InUnits) -> str:
        """The lines."""
        with shown_in(result.units):
            return _view(result).text(result.result)  # type: ignore[no-any-return]

    def html(self, result: InUnits) -> str:
        """The table."""
        with shown_in(result.units):
            return _view(result).html(result.result)  # type: ignore[no-any-return]

    def latex(self, result: InUnits) -> str:
        """The table in LaTeX."""
        with shown_in(result.units):
            return _view(result).latex(result.result)  # type: ignore[no-any-return]

    def dataset(self, result: InUnits) -> xr.Dataset:
        """The data."""
        with shown_in(result.units):  # for what is said of times in the title
            data = _view(result).dataset(result.result)
        return data_in_units(data, result.units)

    def plot(
        self, result: InUnits, ax: Axes | Sequence[Axes] | NDArray[np.object_] | None
    ) -> tuple[Figure, NDArray[np.object_]]:
        """The figure."""
        with shown_in(result.units):
            drawing, axes = _view(result).plot(result.result, ax)
            say_natural(drawing)
            return drawing, axes

    def report(self, result: InUnits, folder: str | Path) -> Path:
        """The page."""
        with shown_in(result.units):
            return _view(result).report(result.result, folder)  # type: ignore[no-any-return]


register(InUnits, _Shown())


def _view(result: InUnits) -> Any:
    return shown_by(type(result.result))


def shown_in_units(result: Result, units: Units) -> InUnits:
    """A result in units of the lab.

    Args:
        result: the result.
        units: the units.

    Returns:
        The same result, which shows itself in them.

    Raises:
        ArgumentError: if it answers a study with units of its own, whose natural numbers differ.
    """
    plain = result.result if isinstance(result, InUnits) else result
    require_tick(plain, units.tick)
    return InUnits(plain, units_for(plain, units))


def units_for(result: Any, units: Units) -> Units:
    """The units in which a result is shown, where it says of what current it tells.

    Args:
        result: the result.
        units: the units.

    Returns:
        The same, which know what an "amount" is if the current bears the words for it: "heat from hot".
    """
    if units.amount:
        return units
    one = result[0] if isinstance(result, Sequence) and len(result) else result
    several = getattr(one, "currents", None)
    known = list(several) if isinstance(several, Sequence) else [getattr(one, "current", None)]
    if not all(isinstance(getattr(current, "name", current), str) for current in known):
        known = [getattr(one, "quantity", None)]  # the `current` of a map of two leads is numbers
    words = [getattr(current, "name", current) for current in known]
    try:
        found = {counted_in(str(said)) for said in words}
    except (ValueError, KeyError):
        return units
    return replace(units, amount=found.pop()) if len(found) == 1 else units


def drawn_in(units: Units | None, draw: Callable[P, tuple[Figure, str]]) -> Callable[P, tuple[Figure, str]]:
    """A function that draws in units; a unit that stays natural is called so.

    Args:
        units: the units; None for natural ones.
        draw: draws.

    Returns:
        The function.
    """

    @wraps(draw)
    def drawn(*arguments: P.args, **keywords: P.kwargs) -> tuple[Figure, str]:
        with shown_in(units):
            drawing, caption = draw(*arguments, **keywords)
            say_natural(drawing)
            return drawing, caption

    return drawn


def with_unit_shown(words: str, dimension: str) -> str:
    """The label of an axis that needs no unit while numbers are natural.

    Args:
        words: what is drawn.
        dimension: its unit in words.

    Returns:
        The words, with the unit behind them where one was asked for.
    """
    unit = unit_shown(dimension)
    return words if unit in {dimension, "1"} else f"{words} [{unit}]"


def noted(dimension: str) -> str:
    """The unit behind a number in a line, with a blank before it.

    Args:
        dimension: its unit in words.

    Returns:
        Nothing where no units were asked for.
    """
    unit = unit_shown(dimension)
    return "" if unit in {dimension, "1"} else f" {unit}"
