"""Labelled data in units of the lab: every number converted as its unit in words says."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from thermokin.lab_units.dimension import dimension_of, quantity_of
from thermokin.lab_units.units import Units
from thermokin.model.current_words import counted_in

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["amount_said", "data_in_units", "said_by_words"]

OF_EACH = {
    "current_unit": ("current_unit", "current"),
    "other_unit": ("current_unit", "other"),
    "objective_unit": ("objective_unit", "objective"),
    "output_unit": ("output_unit", "output"),
    "parameter_unit": ("parameter_unit", "parameter"),
    "second_unit": ("parameter_unit", "other"),
    "control_unit": ("control_unit", "control"),
    "force_unit": ("control_unit", "force"),
}
"""Words of a unit that stand for another one at each place of an axis: the coordinate that says which, and the axis."""
COUNTED = ("current_unit", "other_unit")
"""Those of them that are amounts of currents."""
ORDERS = ("order", "exchanged_order")
"""Axes whose numbers are powers in a unit."""
SAID = ("energy", "temperature", "time", "1/time", "energy/time", "nats")
_POWER = re.compile(r"\^(" + "|".join(ORDERS) + r")\b")


def data_in_units(data: xr.Dataset, units: Units | None) -> xr.Dataset:
    """Labelled data in units of the lab.

    Args:
        data: in natural numbers, each variable with its unit in words.
        units: the units; None to leave them as they are.

    Returns:
        The data; what has no unit, and what is in other units already, stays as it is.
    """
    if units is None:
        return data
    changed = {str(name): _converted(data, str(name), units) for name in data.variables}
    found = data.assign({name: one for name, one in changed.items() if name in data.data_vars})
    found = found.assign_coords({name: one for name, one in changed.items() if name in data.coords})
    if "conventions" in data.attrs:
        said = ", ".join(dict.fromkeys(units.label(one) for one in SAID))
        found.attrs["conventions"] = f"units {said}; energy, heat, work and particles positive into the system"
    return found


def _converted(data: xr.Dataset, name: str, units: Units) -> Any:
    one = data[name].variable.copy()
    attributes = dict(one.attrs)
    if name.rstrip("_0123456789").endswith("_unit"):
        say = amount_said if name.startswith("current") else _labelled
        said = [say(unit, units) for unit in _named_units(data, name)]
        return one.copy(data=np.array(said, dtype=one.dtype if one.dtype.kind == "O" else None))
    unit = quantity_of(name, str(attributes.get("units", "1")), str(attributes.pop("quantity", "")))
    if any(word in unit for word in OF_EACH) or _POWER.search(unit):
        factors = _of_each(data, unit, units)
        one = (data[name] * factors).transpose(*data[name].dims).variable
        said_unit = said_by_words(unit, units)
    else:
        said_unit = units.label(unit)
        one = one.copy(data=units.of(one.values, unit)) if said_unit != unit else one
    if "units" in attributes:
        attributes["units"] = said_unit
    if "threshold" in attributes:
        attributes["threshold"] = float(units.of(attributes["threshold"], unit))
    one.attrs = attributes
    return one


def _named_units(data: xr.Dataset, coordinate: str) -> list[str]:
    """The units that a coordinate lists; charges where its axis says that particles are counted."""
    one = data[coordinate]
    names = [str(words) for words in data[one.dims[0]].values] if coordinate.startswith("current") else []
    return [counted_in(words) for words in names] if names else [str(unit) for unit in one.values]


def _labelled(unit: str, units: Units) -> str:
    return units.label(unit)


def amount_said(unit: str, units: Units) -> str:
    """The unit of a counted amount.

    Args:
        unit: of the amount in words, as "energy".
        units: the units.

    Returns:
        A power times a time where powers were asked for, so that it is a power per time.
    """
    powers = {"energy": "power", "charge": "current"}
    if unit in powers and powers[unit] in units.names:
        return f"{units.names[powers[unit]]} {units.names['time']}"
    return units.label(unit)


def _of_each(data: xr.Dataset, unit: str, units: Units) -> xr.DataArray:
    """What is multiplied by, at each place of the axes along which the unit differs."""
    import xarray as xr

    axes = _POWER.findall(unit)
    found = []
    for orders in product(*(data[axis].values for axis in axes)):
        own_unit = unit
        for axis, order in zip(axes, orders, strict=True):
            own_unit = re.sub(rf"\^{axis}\b", f"^{order}", own_unit)
        found.append(_of_places(data, own_unit, units))
    shape = tuple(data.sizes[axis] for axis in axes)
    every = np.array([one.values for one in found]).reshape(*shape, *found[0].shape)
    return xr.DataArray(every, dims=(*axes, *found[0].dims))


def _of_places(data: xr.Dataset, unit: str, units: Units) -> xr.DataArray:
    """What is multiplied by at each place of the axes that list units, powers being known."""
    import xarray as xr

    powers = dimension_of(unit, frozenset(OF_EACH)) or {}
    words = [word for word in OF_EACH if word in powers]
    if not words:
        return xr.DataArray(float(units.of(1.0, unit)))
    rest = {name: power for name, power in powers.items() if name not in OF_EACH}
    above = " ".join(f"{name}^{power}" for name, power in rest.items() if power > 0) or "1"
    below = " ".join(f"{name}^{-power}" for name, power in rest.items() if power < 0) or "1"
    # Units of each place stand before "/us" in words: whatever unit rates have, this is per time.
    found = xr.DataArray(float(_by_time(units).of(1.0, f"{above}/({below})")))
    for word in words:
        coordinate, axis = OF_EACH[word]
        own = [_own_factor(one, units, flows=word in COUNTED) for one in _named_units(data, coordinate)]
        found = found * xr.DataArray(np.array(own) ** powers[word], dims=(axis,))
    return found


def _by_time(units: Units) -> Units:
    """The same units without one for rates."""
    return replace(units, names={name: one for name, one in units.names.items() if name != "rate"})


def _own_factor(unit: str, units: Units, *, flows: bool) -> float:
    """What turns natural numbers into the unit that an axis lists for a place."""
    if flows and amount_said(unit, units) != units.label(unit):
        return float(units.of(1.0, f"{unit}/time") * units.of(1.0, "time"))
    return float(units.of(1.0, unit))


def said_by_words(unit: str, units: Units) -> str:
    """A unit that differs from place to place, in words whose own units are said.

    Args:
        unit: in words, as "amount^order/time".
        units: the units.

    Returns:
        As "(aW us)^order/us"; as "2 pi MHz" where every power has the same; the words, called natural, where nobody
        says what an amount is.
    """
    if units.amount:
        unit = re.sub(r"\bamount\b", units.amount, unit)
    if re.search(r"\bamount\b", unit):
        return f"{unit}, natural"
    if _POWER.search(unit):
        alike = {units.label(_POWER.sub(f"^{order}", unit)) for order in (1, 2)}
        if len(alike) == 1:
            return alike.pop()
    if "current" not in units.names:  # particles are numbers then
        unit = re.sub(r"\bcharge\b(\^\w+)?", "1", unit)
    said = re.sub(r"\btime\b", units.names["time"], unit)
    for amount in ("energy", "nats", "charge"):
        own = amount_said(amount, units) if "time" in unit else units.label(amount)
        said = re.sub(rf"\b{amount}\b", f"({own})" if " " in own else own, said)
    return said
