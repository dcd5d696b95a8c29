"""The tables of a study's system at other numbers, for a study of what a search has found."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import getitem
from typing import Any, Final

from thermokin.study.any_system import AnySystem
from thermokin.study.natural_numbers import lab_numbers
from thermokin.study.problem import Place
from thermokin.study.study import Study
from thermokin.study.units_table import asked_for

__all__ = ["FOLDER", "array_name", "tables_at"]

FOLDER: Final = "operators"
SYSTEM = ("model", "bath", "baths", "channels", "units")


def array_name(place: Place) -> str:
    """The file beside a study that keeps the array at a place of it."""
    return f"{FOLDER}/{'_'.join(str(step) for step in place[1:])}.npy"


def tables_at(system: AnySystem, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The tables that say what the system is, at other numbers.

    Args:
        system: of a study, in natural numbers.
        numbers: likewise, by the names of its family, as "model.gap" or "baths.hot.temperature".

    Returns:
        The tables, in the units of the file; arrays that are kept in files are named as a run's folder names them.
    """
    units = asked_for(system.sections.get("units"))
    if units is not None:
        system, numbers = lab_numbers(system, numbers, units)
    tables: Any = {name: table for name, table in Study(system, (), units).tables().items() if name in SYSTEM}
    for place in system.arrays:
        table, key = reduce(getitem, place[:-1], tables), place[-1]
        if isinstance(table[key], str):
            table[key] = array_name(place)
    for name, value in numbers.items():
        *path, key = name.split(".")
        table = tables
        for step in path:
            named = isinstance(table, list)
            table = next(one for one in table if one["name"] == step) if named else table[step]
        table[key] = float(value)
    return dict(tables)
