"""The tables [[legs]] of a driven model: how long each takes, what it touches, where its numbers go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from thermokin.study.model_table import Asked, layouts
from thermokin.study.problem import Place
from thermokin.study.section import Matrix, Positive, Section, Several

__all__ = ["SWUNG", "LegTable", "MovingTable", "cycle_layouts", "numbers_in"]

SWUNG = frozenset({"amplitude", "phase"})
Name = Annotated[str, Field(max_length=40)]


class MovingTable(Section):
    """A table with tables of numbers by their places in the file, as "model.gap", in the units of these."""


class LegTable(MovingTable):
    """One part of a cycle."""

    name: str = Field(pattern="^[A-Za-z0-9_-]{1,40}$", description="how results refer to it")
    duration: Positive = Field(description="how long it takes, > 0 [time]")
    baths: Annotated[tuple[Name, ...], Field(strict=False, max_length=20)] | None = Field(
        default=None, description="which of [[baths]] it touches; none if left out"
    )
    start: dict[str, Any] | None = Field(
        default=None, description='numbers where it begins, as "model.gap"; where the leg before ends if left out'
    )
    stop: dict[str, Any] | None = Field(
        default=None, description='numbers where it ends, as "model.gap"; those where it begins if left out'
    )
    swing: dict[str, Any] | None = Field(
        default=None, description="numbers that swing about that, as a sine: an amplitude, or { amplitude, phase }"
    )
    start_hamiltonian: Matrix | None = Field(default=None, description="of operators, where it begins [energy]")
    hamiltonian: Matrix | None = Field(default=None, description="of operators, where it ends [energy]")
    swing_hamiltonian: Matrix | None = Field(
        default=None, description="of operators: what is added, times a sine [energy]"
    )
    shape: Literal["linear", "smooth"] = Field(
        default="linear", description='"linear", or "smooth", which begins and ends at rest'
    )
    periods: int = Field(default=1, ge=1, le=1000, description="how often what swings does so in the leg")
    phase: Annotated[float, Field(allow_inf_nan=False)] = Field(default=0.0, description="of what swings, at its start")


def numbers_in(table: Mapping[str, Any] | None) -> Iterator[tuple[str, Place, Any]]:
    """Name, place within the table and value of each number, whether "model.gap" is written with or without quotes."""
    for key, value in (table or {}).items():
        if isinstance(value, Mapping) and value and not set(value) <= SWUNG:
            for name, place, inner in numbers_in(value):
                yield f"{key}.{name}", (key, *place), inner
        else:
            yield key, (key,), value


def cycle_layouts() -> Mapping[str, Any]:
    """What stands under the names of the tables that make a driven model."""
    made = layouts(Asked("several", "own"))
    return {"model": made["model"], "baths": made["baths"], "legs": Several(LegTable)}
