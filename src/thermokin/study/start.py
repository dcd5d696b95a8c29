"""The table of a starting state: where a system is at time 0."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from thermokin.motion.bare_start import Gibbs, Ket, Populations
from thermokin.motion.initial import Initial
from thermokin.study.arrays import Arrays
from thermokin.study.problem import Place, Problem
from thermokin.study.section import Matrix, Numbers, Section

__all__ = ["StartTable", "start_flaws", "start_of"]


class StartTable(Section):
    """One of four ways to say where a system is at time 0."""

    temperature: Annotated[float, Field(ge=0)] | None = Field(default=None, description="of a Gibbs state [energy]")
    populations: Numbers | None = Field(default=None, description="of the energy eigenstates, >= 0, of sum 1")
    ket: Numbers | None = Field(default=None, description="amplitudes, of norm 1: numbers, or a file")
    matrix: Matrix | None = Field(default=None, description="a density matrix: rows of numbers, or a file")


def start_flaws(place: Place, table: StartTable) -> list[Problem]:
    """What is wrong with a start as far as it can be told without the model."""
    given = [key for key in type(table).model_fields if getattr(table, key) is not None]
    if len(given) == 1:
        return []
    ways = "temperature, populations, ket or matrix"
    return [Problem(place, f"must hold one of {ways}, got {' and '.join(given) or 'none'}")]


def start_of(table: StartTable, arrays: Arrays, place: Place) -> Initial | None:
    """The start that is meant.

    Args:
        table: the start.
        arrays: the arrays of the study.
        place: of the table.

    Returns:
        What `evolve` takes; None if the table holds nothing.

    Raises:
        ValueError: if the numbers are no state.
    """
    if table.temperature is not None:
        return Gibbs(table.temperature)
    if table.populations is not None:
        return Populations(arrays[*place, "populations"])
    if table.ket is not None:
        return Ket(arrays[*place, "ket"])
    return None if table.matrix is None else arrays[*place, "matrix"]
