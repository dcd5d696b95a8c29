"""A variable: one number or array of a result, with its meaning, its unit and its axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thermokin.lab_units.asked import asked_units
from thermokin.lab_units.dimension import quantity_of
from thermokin.views.data_in_units import said_by_words
from thermokin.views.sweep_axes import Labelled, SweepAxes

__all__ = ["Variable", "labelled", "summed_up"]

R = TypeVar("R")
LISTED = 4  # numbers up to which they are written out, not summed up


@dataclass(frozen=True)
class Variable(Generic[R]):
    """One number or array of a result.

    Args:
        name: in the labelled data; also of the result's attribute, unless `read` says how it is found.
        meaning: in words.
        unit: in words: "energy/time", "1" for none.
        axes: its axes after those of a sweep.
        read: finds it in the result.
        error: finds what is known of its error.
        shown: whether it stands in the few lines: False where it costs more than reading.
    """

    name: str
    meaning: str
    unit: str
    axes: tuple[str, ...] = ()
    read: Callable[[R], ArrayLike] | None = None
    error: Callable[[R], ArrayLike] | None = None
    shown: bool = True

    def of(self, result: R) -> NDArray[Any]:
        """Its numbers (..., own axes)."""
        return np.asarray(getattr(result, self.name) if self.read is None else self.read(result))

    def row(self, result: R, names: Sequence[str] = ()) -> tuple[str, str, str]:
        """Name, numbers and unit in one line, in the units that were asked for; each number with its own name."""
        unit, numbers = quantity_of(self.name, self.unit), self.of(result)
        units = asked_units()
        if units is None or numbers.dtype.kind not in "iufc":
            return self.name, summed_up(numbers, names), "" if self.unit == "1" else self.unit
        if "^order" in unit:
            place = numbers.ndim - len(self.axes) + self.axes.index("order")
            orders = range(1, numbers.shape[place] + 1)
            factors = np.array([float(units.of(1.0, unit.replace("^order", f"^{order}"))) for order in orders])
            numbers, said = (
                numbers * factors.reshape(-1, *(1,) * (numbers.ndim - place - 1)),
                said_by_words(unit, units),
            )
        else:
            numbers, said = units.of(numbers, unit), units.label(unit)
        said = "energy" if said == "voltage" else said
        return self.name, summed_up(numbers, names), "" if said == "1" else said

    def is_made(self, result: R) -> bool:
        """Whether a few lines may show it: it costs nothing, or was made before."""
        return self.shown or self.name in vars(result)


def labelled(variable: Variable[Any], numbers: NDArray[Any], sweep: SweepAxes) -> Labelled:
    """A variable as xarray takes it.

    Args:
        variable: what it is.
        numbers: its numbers (..., own axes).
        sweep: the leading axes.

    Returns:
        Axes, numbers and attributes; a variable that no parameter changes has its own axes only.
    """
    own = numbers.shape[numbers.ndim - len(variable.axes) :]
    attributes = {"long_name": variable.meaning, "units": variable.unit}
    if numbers.ndim == len(variable.axes):
        return variable.axes, numbers, attributes
    return (*sweep.names, *variable.axes), np.broadcast_to(numbers, (*sweep.lead, *own)), attributes


def summed_up(numbers: NDArray[Any], names: Sequence[str] = ()) -> str:
    """An array in a few characters.

    Args:
        numbers: any array.
        names: of its elements, which stand before them where there is one for each; none if empty.

    Returns:
        Its elements where there are few; else its shape with the smallest and the largest of its finite elements.
    """
    if numbers.size <= LISTED:
        named = [f"{name} " for name in names] if numbers.shape == (len(names),) else [""] * numbers.size
        return ", ".join(name + _short(number) for name, number in zip(named, numbers.ravel(), strict=True)) or "none"
    shape = " x ".join(map(str, numbers.shape))
    if numbers.dtype.kind not in "iuf":
        return f"{shape} {'complex numbers' if numbers.dtype.kind == 'c' else 'entries'}"
    usable = numbers[np.isfinite(numbers)]
    lost = f", {numbers.size - usable.size} not finite" if usable.size < numbers.size else ""
    return f"{shape}, {_short(usable.min())} ... {_short(usable.max())}{lost}" if usable.size else f"{shape}{lost}"


def _short(number: Any) -> str:
    if isinstance(number, np.complexfloating):
        return f"{number:.6g}"
    return f"{number + 0.0:.6g}" if isinstance(number, np.floating) else str(number)
